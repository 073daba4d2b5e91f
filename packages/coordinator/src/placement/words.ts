/** `a`, `a and b`, `a, b and c`. */
export const inWords = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** `tag` for one, `tags` for any other number. */
export const plural = (count: number, word: string): string => (count === 1 ? word : `${word}s`);
