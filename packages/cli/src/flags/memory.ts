import { type Parsed, parsed, unparsed } from './parsed.ts';

const mebibyte = 2 ** 20;
const bytesOf: Record<string, number> = { b: 1, k: 2 ** 10, m: mebibyte, g: 2 ** 30 };

/** `256M`, `1G`, `64k`; a bare number is megabytes, as Docker Cloud took it; 0 is no limit (`null`). Bytes. */
export const parseMemory = (text: string): Parsed<number | null> => {
  const match = /^(\d+(?:\.\d+)?)([bkmg])?(?:i?b)?$/i.exec(text);
  if (!match) return unparsed(`"${text}" is not an amount of memory such as 256M or 1G`);
  const unit = match[2] === undefined ? mebibyte : bytesOf[match[2].toLowerCase()]!;
  const bytes = Math.round(Number(match[1]) * unit);
  return parsed(bytes === 0 ? null : bytes);
};

/** As memory; -1 is swap without limit. */
export const parseMemorySwap = (text: string): Parsed<number | null> =>
  text === '-1' ? parsed(-1) : parseMemory(text);
