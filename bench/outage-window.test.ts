import { expect, test } from 'vitest';
import { judgeWindow } from './outage-window.ts';

const answered = (asked: number, tookMs: number) => ({ asked, ended: asked + tookMs, answer: 'v1' });
const failed = (asked: number) => ({ asked, ended: asked + 3000, answer: null });

test('the longest gap is between two answers, not between two questions', () => {
  const all = [answered(0, 2), answered(10, 2), failed(20), answered(30, 400), answered(440, 2)];
  expect(judgeWindow(all, 0, 1000)).toEqual({ asked: 5, failed: 1, slow: 1, longestGapMs: 418 });
});

test('what was asked before and after the window does not count', () => {
  const all = [failed(0), answered(100, 1), answered(105, 1), failed(200)];
  expect(judgeWindow(all, 50, 150)).toEqual({ asked: 2, failed: 0, slow: 0, longestGapMs: 5 });
});

test('a window in which nobody answered has no gap between answers', () => {
  expect(judgeWindow([failed(1)], 0, 10)).toEqual({ asked: 1, failed: 1, slow: 0, longestGapMs: 0 });
});
