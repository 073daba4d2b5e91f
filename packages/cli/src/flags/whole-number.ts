import { type Parsed, parsed, unparsed } from './parsed.ts';

/** `3`, at least `least` and at most `most`. */
export const parseWholeNumber = (
  text: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): Parsed<number> => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return parsed(number);
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
  return unparsed(`"${text}" is not a whole number, ${range}`);
};
