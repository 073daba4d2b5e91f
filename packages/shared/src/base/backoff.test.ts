import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const byNoChance = { random: () => 0 };

test('doubles from the first wait up to the longest', () => {
  expect([1, 2, 3, 6, 7, 1000].map((attempt) => backoffMs(attempt, byNoChance))).toEqual([
    100, 200, 400, 3200, 5000, 5000,
  ]);
});

test('chance takes at most a quarter off', () => {
  expect(backoffMs(1, { random: () => 1 })).toBe(75);
  expect(backoffMs(20, { mostMs: 1000, random: () => 0.5 })).toBe(875);
});
