import { type Parsed, parsed, unparsed } from './parsed.ts';

/** One of the words, in capitals or not, as the list has it. */
export const parseOneOf = <Word extends string>(words: readonly Word[], text: string): Parsed<Word> => {
  const found = words.find((word) => word.toLowerCase() === text.toLowerCase());
  return found === undefined ? unparsed(`"${text}" is none of ${words.join(', ')}`) : parsed(found);
};
