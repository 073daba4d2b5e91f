import type { DeploymentStep } from '@restow/shared/domain/deployment';
import { expect, test } from 'vitest';
import { cutInWords, describeOutcome } from './describe-outcome.ts';

const drained = (slotName: string, cut: number, killed = false): DeploymentStep => ({
  ...{
    deploymentId: 'd',
    seq: 1,
    orderId: `d/${slotName}`,
    slotName,
    nodeName: 'n1',
    phase: 'handover',
    name: 'drain',
  },
  ...{ state: 'done', startedAt: 0, endedAt: 1 },
  detail: describeOutcome('drain', { exitCode: killed ? 137 : 0, killed, tookMs: 10_000, cut }),
});

test.each([
  [0, false, 'stopped after 10.0 s, exit code 0; kept'],
  [1, false, 'stopped after 10.0 s, exit code 0; 1 connection was cut at its end; kept'],
  [
    2,
    true,
    'killed at the end of its grace after 10.0 s, exit code 137; 2 connections were cut at the end of the grace; kept',
  ],
])('a drain that cut %s is told as such', (cut, killed, detail) =>
  expect(drained('web-1', cut, killed).detail).toBe(detail),
);

test('what was cut is summed up, by slot', () => {
  const steps = [drained('web-1', 0), drained('web-2', 12), drained('web-3', 1, true), drained('web-2', 1)];
  expect(cutInWords(steps)).toBe('14 connections were cut: 13 of web-2 and 1 of web-3.');
  expect(cutInWords([drained('web-1', 1)])).toBe('1 connection was cut: 1 of web-1.');
  expect(cutInWords([drained('web-1', 0)])).toBe('');
});

test('what was not told of a drain is none', () =>
  expect(
    cutInWords([
      { ...drained('web-1', 2), state: 'failed' },
      { ...drained('web-1', 2), name: 'take' },
    ]),
  ).toBe(''));
