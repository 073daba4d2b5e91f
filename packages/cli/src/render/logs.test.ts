import { expect, test } from 'vitest';
import { aLine, aStep } from '../../../../test/lib/views.ts';
import { logLine, logStep } from './log-line.ts';
import { noColours } from './paint.ts';
import { WholeLines } from './whole-lines.ts';

const look = { timestamps: false, paint: noColours };

test('a line, with its slot, and when it was written where that is asked', () => {
  expect(logLine(aLine('tick 1'), look)).toBe('web-1 | tick 1\n');
  expect(logLine(aLine('tick 1'), { ...look, timestamps: true })).toBe(
    '2026-01-02T03:04:05.123456789Z web-1 | tick 1\n',
  );
});

test('a gap is not mistaken for output', () => {
  const gap = aLine('lines were rotated away before they could be read', { stream: 'gap' });
  expect(logLine(gap, look)).toBe('web-1 ~ lines were rotated away before they could be read\n');
});

test('a step between the lines, with all it has to say', () => {
  const failed = aStep(1, 'take', {
    state: 'failed',
    detail: 'web-1 on n1, take: it ended with exit code 1\n  | boom',
  });
  expect(logStep(failed, look)).toBe('* web-1  n1  take               failed: it ended with exit code 1\n    | boom\n');
  expect(logStep(aStep(1, 'drain'), { ...look, timestamps: true })).toBe(
    '2026-01-02T03:04:06.600Z * web-1  n1  drain              done\n',
  );
});

test('a line that the engine broke is one line again, whatever came in between', () => {
  const whole = new WholeLines();
  const other = { instanceId: 'other', slotName: 'web-2' };
  expect(whole.add(aLine('a', { partial: true }))).toEqual([]);
  expect(whole.add(aLine('x', other)).map(({ line }) => line)).toEqual(['x']);
  expect(whole.add(aLine('err', { stream: 'stderr' })).map(({ line }) => line)).toEqual(['err']);
  expect(whole.add(aLine('b', { partial: true }))).toEqual([]);
  expect(whole.add(aLine('c')).map(({ line, partial }) => [line, partial])).toEqual([['abc', false]]);
  expect(whole.add(aLine('d')).map(({ line }) => line)).toEqual(['d']);
});

test('a line without an end is shown when the log is over, and in pieces when it is endless', () => {
  const whole = new WholeLines();
  whole.add(aLine('half', { partial: true }));
  expect(whole.rest().map(({ line }) => line)).toEqual(['half']);
  expect(whole.rest()).toEqual([]);
  const piece = 'x'.repeat(600_000);
  expect(whole.add(aLine(piece, { partial: true }))).toEqual([]);
  expect(whole.add(aLine(piece, { partial: true })).map(({ line }) => line.length)).toEqual([1_200_000]);
});
