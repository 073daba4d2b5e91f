import type { Problem } from '../base/errors.ts';
import type { ServiceDefinition } from './service.ts';

/** What one field or group of fields of a definition has wrong. */
export type Check = (definition: ServiceDefinition) => Problem[];

export const hour = 3_600_000;

/** The least memory an engine accepts. Bytes. */
export const leastMemory = 6 * 2 ** 20;

export const problem = (field: string, message: string): Problem[] => [{ field, message }];

export const range = (field: string, value: number, least: number, most: number, unit = ''): Problem[] =>
  Number.isInteger(value) && value >= least && value <= most
    ? []
    : problem(field, `${value}${unit} is out of range: give a whole number from ${least} to ${most}${unit}`);

export const port = (field: string, value: number): Problem[] => range(field, value, 1, 65_535);

export const oneOf = (field: string, value: string, known: readonly string[]): Problem[] =>
  known.includes(value) ? [] : problem(field, `"${value}" is not known: give one of ${known.join(', ')}`);

/** What Linux hands to a program as one word or one variable: 32 pages, less the zero byte at its end. Bytes. */
const longestWord = 32 * 4096 - 1;

/** One word of a command line, or one `NAME=VALUE`, as a program can be given it. */
export const word = (field: string, text: string): Problem[] => [
  ...(text.includes('\0') ? problem(field, 'has a zero byte in it, at which a program would see it end') : []),
  ...(Buffer.byteLength(text) > longestWord
    ? problem(
        field,
        `takes ${Buffer.byteLength(text)} bytes: a program can be given ${longestWord} at once, use a file`,
      )
    : []),
];

export const words = (field: string, list: readonly string[]): Problem[] =>
  list.flatMap((text, index) => word(`${field}[${index}]`, text));

/** A problem for each item that an earlier one equals. */
export const repeats = <Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  tell: (item: Item, index: number) => Problem,
): Problem[] =>
  items.flatMap((item, index) =>
    items.findIndex((other) => key(other) === key(item)) < index ? [tell(item, index)] : [],
  );
