import type { DeploymentStep } from '@restow/shared/domain/deployment';
import { expect, test } from 'vitest';
import { swapTimes } from './swap-history.ts';

const step = (
  slotName: string,
  name: string,
  [startedAt, endedAt]: [number, number],
  changes: Partial<DeploymentStep> = {},
): DeploymentStep => ({
  deploymentId: 'd',
  seq: startedAt,
  orderId: `d/${slotName}/in/${name}/${startedAt}`,
  slotName,
  nodeName: 'n1',
  phase: 'handover',
  name,
  state: 'done',
  detail: '',
  startedAt,
  endedAt,
  ...changes,
});

test('what the stop took and what the start took, each slot by itself', () =>
  expect(
    swapTimes(
      [step('web-1', 'drain', [0, 100]), step('web-2', 'drain', [0, 50]), step('web-1', 'take', [100, 400])],
      0,
    ),
  ).toEqual([{ drainMs: 100, takeMs: 300 }]));

test('an instance without a health check is only waited for while it already answers', () =>
  expect(swapTimes([step('web-1', 'drain', [0, 100]), step('web-1', 'take', [100, 2400])], 2000)).toEqual([
    { drainMs: 100, takeMs: 300 },
  ]));

test('of what was done twice the last counts, and a way back is none of it', () =>
  expect(
    swapTimes(
      [
        step('web-1', 'drain', [0, 100]),
        step('web-1', 'take', [100, 900], { state: 'failed' }),
        step('web-1', 'drain', [1000, 1010]),
        step('web-1', 'take', [1010, 1210]),
        step('web-1', 'take', [2000, 9000], { phase: 'undo' }),
      ],
      0,
    ),
  ).toEqual([{ drainMs: 10, takeMs: 200 }]));

test('what failed at last tells nothing', () =>
  expect(
    swapTimes([step('web-1', 'drain', [0, 100]), step('web-1', 'take', [100, 900], { state: 'failed' })], 0),
  ).toEqual([]));
