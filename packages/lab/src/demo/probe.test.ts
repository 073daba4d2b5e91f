import { expect, test } from 'vitest';
import { summarize } from './probe.ts';

const answer = (endedAt: number, version: string | null) => ({ askedAt: endedAt - 1, endedAt, version });

test('the longest gap is between two answers; what failed in between is counted', () => {
  expect(
    summarize([answer(10, 'v1'), answer(20, null), answer(30, null), answer(420, 'v2'), answer(430, 'v2')]),
  ).toEqual({
    asked: 5,
    failed: 2,
    longestGapMs: 410,
    versions: ['v1', 'v2'],
  });
});

test('answers count by when they came, not by when they were asked', () => {
  expect(summarize([answer(50, 'v2'), answer(10, 'v1')]).versions).toEqual(['v1', 'v2']);
});

test('nothing answered at all', () => {
  expect(summarize([answer(10, null)])).toEqual({ asked: 1, failed: 1, longestGapMs: 0, versions: [] });
});
