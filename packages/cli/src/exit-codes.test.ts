import { expect, test } from 'vitest';
import { exitCodeFor, worse } from './exit-codes.ts';

test('every error code has the exit code that is documented', () => {
  expect(exitCodeFor).toEqual({
    invalid: 2,
    'not-found': 1,
    'already-exists': 1,
    ambiguous: 1,
    'failed-precondition': 1,
    unschedulable: 4,
    busy: 6,
    unauthenticated: 7,
    denied: 7,
    unavailable: 1,
    timeout: 5,
    unsupported: 2,
    internal: 1,
  });
});

test.each([
  [0, 0, 0],
  [0, 3, 3],
  [3, 4, 3],
  [4, 1, 1],
  [1, 3, 1],
  [5, 3, 5],
  [6, 4, 4],
  [2, 6, 6],
  [7, 6, 7],
])('of %i and %i the worse is %i, in either order', (a, b, worst) => {
  expect(worse(a, b)).toBe(worst);
  expect(worse(b, a)).toBe(worst);
});
