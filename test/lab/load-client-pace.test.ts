import { expect, test } from 'vitest';
import { Pace } from './load-client-pace.ts';

test('a pace names each moment once, and those that were missed with the next', () => {
  const pace = new Pace(50, 1000);
  expect(pace.take(1000)).toEqual([1000]);
  expect(pace.take(1019)).toEqual([]);
  expect(pace.next).toBe(1020);
  expect(pace.take(1075)).toEqual([1020, 1040, 1060]);
  expect(pace.take(1075)).toEqual([]);
});

test('a pace of none a second never comes to anything', () => {
  const pace = new Pace(0, 1000);
  expect(pace.next).toBe(Infinity);
  expect(pace.take(1e9)).toEqual([]);
});
