import { widthOf } from './paint.ts';

const gap = '   ';

/** Rows under a header, columns aligned. Ends with a newline. Pure. */
export const table = (header: string[], rows: string[][]): string => columns([header, ...rows]);

/** Rows without a header, columns aligned. Pure. */
export const columns = (rows: string[][]): string => {
  const widths = rows.reduce<number[]>(
    (wide, row) => row.map((cell, at) => Math.max(wide[at] ?? 0, widthOf(cell))),
    [],
  );
  const line = (row: string[]) => row.map((cell, at) => cell + ' '.repeat(widths[at]! - widthOf(cell))).join(gap);
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
};

export const indent = (text: string, by = '  '): string => text.replace(/^(?=.)/gm, by);
