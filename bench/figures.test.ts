import { expect, test } from 'vitest';
import { figuresOf, interleaved, spread, table } from './figures.ts';

test('of an odd number the middle one is the median, wherever it stands', () => {
  expect(figuresOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, count: 3 });
});

test('of an even number it is the mean of the two in the middle', () => {
  expect(figuresOf([4, 1, 10, 2])).toEqual({ median: 3, min: 1, max: 10, count: 4 });
});

test('of one it is that one, and of none there is none', () => {
  expect(figuresOf([7]).median).toBe(7);
  expect(() => figuresOf([])).toThrow('Nothing was measured');
});

test('pairs change sides', () => {
  expect(interleaved(3, 'A', 'B').join(' ')).toBe('A B B A A B');
});

test('figures are told with their spread', () => {
  expect(spread(figuresOf([1.25, 1, 2]), 2)).toBe('1.25 (1.00-2.00)');
});

test('columns of numbers end together', () => {
  expect(
    table([
      ['what', 'ms'],
      ['a swap', '120'],
    ]),
  ).toBe('what     ms\na swap  120');
});
