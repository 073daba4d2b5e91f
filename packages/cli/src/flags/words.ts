import { type Parsed, parsed, unparsed } from './parsed.ts';

/** A command line cut into words the way a shell does it: quotes and backslashes, and nothing else of a shell. */
export const parseWords = (text: string): Parsed<string[]> => {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === "'") {
      if (char === "'") quote = null;
      else word += char;
    } else if (char === '\\' && (quote === null || '"\\'.includes(text[at + 1] ?? ''))) {
      at++;
      if (at === text.length) return unparsed(`"${text}" ends in the middle of an escape`);
      word = (word ?? '') + text[at];
    } else if (quote === '"') {
      if (char === '"') quote = null;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + char;
  }
  if (quote !== null) return unparsed(`a quote (${quote}) is not closed in: ${text}`);
  if (word !== null) words.push(word);
  return parsed(words);
};
