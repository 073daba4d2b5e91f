/** What several measurements of one thing come to. */
export interface Figures {
  median: number;
  min: number;
  max: number;
  count: number;
}

/** Median (of an even number the mean of the two in the middle), least and greatest. Throws when there are none. Pure. */
export const figuresOf = (values: readonly number[]): Figures => {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new RangeError('Nothing was measured, so there is no median');
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { median, min, max, count: sorted.length };
};

/** `A B`, `B A`, `A B`, ...: neither is always the one that finds the machine warm. Pure. */
export const interleaved = <One, Other>(pairs: number, one: One, other: Other): (One | Other)[] =>
  Array.from({ length: pairs }, (_, at) => (at % 2 === 0 ? [one, other] : [other, one])).flat();

/** `1230 (1180-1420)`. Pure. */
export const spread = ({ median, min, max }: Figures, digits = 0): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;

/** Rows in columns, the first to the left and the rest to the right. Pure. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
