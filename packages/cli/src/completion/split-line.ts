/** A command line cut where the cursor stands. */
export interface SplitLine {
  /** Whole words before it, without their quotes. */
  before: string[];
  /** The word that is being typed, without its quotes; empty after a blank. */
  current: string;
  /** How much of `current` stands before the last character at which the shell breaks words: what it will not replace. */
  kept: number;
}

/**
 * Cuts a line as bash does, one that is not finished included. `breaks` are the characters of COMP_WORDBREAKS, at which
 * bash begins a new word for completion although the command will get one: `--tag=pr` is three to it. Pure.
 */
export const splitLine = (line: string, breaks: string): SplitLine => {
  const before: string[] = [];
  let word: string | null = null;
  let kept = 0;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (quote !== null) {
      if (char === quote) quote = null;
      else word += quote === '"' && char === '\\' ? (line[++at] ?? '') : char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
      kept = word.length;
    } else if (/\s/.test(char)) {
      if (word !== null) before.push(word);
      word = null;
      kept = 0;
    } else if (char === '\\') {
      word = (word ?? '') + (line[++at] ?? '');
    } else {
      word = (word ?? '') + char;
      if (breaks.includes(char)) kept = word.length;
    }
  }
  return { before, current: word ?? '', kept };
};
