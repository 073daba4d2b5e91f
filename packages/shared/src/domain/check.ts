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

/** A problem for each item that an earlier one equals. */
export const repeats = <Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  tell: (item: Item, index: number) => Problem,
): Problem[] =>
  items.flatMap((item, index) =>
    items.findIndex((other) => key(other) === key(item)) < index ? [tell(item, index)] : [],
  );
