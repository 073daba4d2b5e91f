import { RestowError } from '../base/errors.ts';

/** One word of ours and how it travels; `decode(encode(x))` is `x`. */
export interface Wire<Domain, In, Out> {
  encode(value: Domain): In;
  /** Throws `invalid` for what no side of this protocol sends. */
  decode(message: Out): Domain;
}

/** A message that must be there; the name is for the refusal. */
export const present = <Value>(value: Value | null | undefined, name: string): Value => {
  if (value === null || value === undefined) throw new RestowError('invalid', `A message came without its ${name}.`);
  return value;
};

/** A text that must be one of a few words. */
export const wordOf = <Word extends string>(words: readonly Word[], text: string, name: string): Word => {
  const found = words.find((word) => word === text);
  if (found === undefined)
    throw new RestowError('invalid', `A message has "${text}" as its ${name}; known are ${words.join(', ')}.`);
  return found;
};

/** A word that may be left empty for the default. */
export const wordOr = <Word extends string>(
  fallback: Word,
  words: readonly Word[],
  text: string,
  name: string,
): Word => (text === '' ? fallback : wordOf(words, text, name));

/** Zero and the empty text stand for "none" where the contract says so. */
export const noneIsZero = (value: number | null): number => value ?? 0;
export const zeroIsNone = (value: number): number | null => (value === 0 ? null : value);
export const noneIsEmpty = (value: string | null): string => value ?? '';
export const emptyIsNone = (value: string): string | null => (value === '' ? null : value);
