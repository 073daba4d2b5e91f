import { RestowError } from '@restow/shared/base/errors';

/** Fewest characters of a uuid that count as a reference; the first 8 are its short uuid. */
const shortest = 4;

/**
 * The thing meant by a name, a uuid or the beginning of a uuid; a name wins. Throws `not-found` with the names there
 * are, or `ambiguous` with the matches. Pure.
 */
export const findByReference = <Thing extends { id: string; name: string }>(
  kind: string,
  things: Thing[],
  reference: string,
): Thing => {
  const found = findAll(things, reference);
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new RestowError(
      'ambiguous',
      `"${reference}" means several ${kind}s: ${found.map(({ id, name }) => `${name} (${id.slice(0, 8)})`).join(', ')}. Give more of the uuid.`,
    );
  const names = things.map(({ name }) => name);
  throw new RestowError(
    'not-found',
    `There is no ${kind} "${reference}". ${names.length > 0 ? `There are: ${names.join(', ')}.` : `There are no ${kind}s yet.`}`,
  );
};

export const findAll = <Thing extends { id: string; name: string }>(things: Thing[], reference: string): Thing[] => {
  const named = things.filter(({ name }) => name === reference);
  if (named.length > 0) return named;
  return reference.length >= shortest && /^[0-9a-f-]+$/i.test(reference)
    ? things.filter(({ id }) => id.startsWith(reference.toLowerCase()))
    : [];
};
