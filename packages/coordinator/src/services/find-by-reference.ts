import { RestowError } from '@restow/shared/base/errors';
import { referenceTo } from '@restow/shared/domain/service';

/** Fewest characters of a uuid that count as a reference; the first 8 are its short uuid. */
const shortest = 4;

/** A node, or a service, which may belong to a stack. */
interface Findable {
  id: string;
  name: string;
  stack?: string | null;
}

/** `web`, or `web.shop` in the stack `shop`. */
const wholeName = ({ name, stack = null }: Findable): string => referenceTo({ name, stack });

/**
 * The thing meant by a name, a uuid or the beginning of a uuid; a name wins. A service of a stack is meant by `db.common`,
 * and by `db` alone where no other one is called that; one of no stack is always what `db` means. Throws `not-found` with
 * the names there are, or `ambiguous` with the matches. Pure.
 */
export const findByReference = <Thing extends Findable>(kind: string, things: Thing[], reference: string): Thing => {
  const found = findAll(things, reference);
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new RestowError(
      'ambiguous',
      `"${reference}" means several ${kind}s: ${found.map((thing) => `${wholeName(thing)} (${thing.id.slice(0, 8)})`).join(', ')}. Give ${found.some(({ name }) => name === reference) ? 'the whole name' : 'more of the uuid'}.`,
    );
  const names = things.map(wholeName);
  throw new RestowError(
    'not-found',
    `There is no ${kind} "${reference}". ${names.length > 0 ? `There are: ${names.join(', ')}.` : `There are no ${kind}s yet.`}`,
  );
};

export const findAll = <Thing extends Findable>(things: Thing[], reference: string): Thing[] => {
  const exactly = things.filter((thing) => wholeName(thing) === reference);
  if (exactly.length > 0) return exactly;
  const named = things.filter(({ name }) => name === reference);
  if (named.length > 0) return named;
  return reference.length >= shortest && /^[0-9a-f-]+$/i.test(reference)
    ? things.filter(({ id }) => id.startsWith(reference.toLowerCase()))
    : [];
};
