import type { DeploymentStep } from '@restow/shared/domain/deployment';
import { handoverSteps, moveSteps, type SwapStep, stopFirstSteps } from '@restow/shared/domain/swap';
import { describe, expect, test } from 'vitest';
import { begunEarlier, doneEarlier, wentBackEarlier } from './earlier-rows.ts';
import { isMove, stepsOf } from './swap-rows.ts';

type Swap = Parameters<typeof doneEarlier>[1];

const swap = (steps: readonly SwapStep[], away = false): Swap => ({
  slotName: 'web-1',
  steps,
  old: { node: { id: '1', name: 'n1' }, away } as Swap['old'],
  next: { node: { id: '2', name: steps === handoverSteps ? 'n1' : 'n2' } },
});

let seq = 0;
const step = (name: string, nodeName: string, changes: Partial<DeploymentStep> = {}): DeploymentStep => ({
  ...{ deploymentId: 'd', seq: ++seq, slotName: 'web-1', nodeName, name, detail: '', endedAt: null },
  ...{ orderId: `d/web-1/${name}/${nodeName}`, phase: 'handover', state: 'done', startedAt: seq },
  ...changes,
});
const words = (rows: readonly SwapStep[]) => rows.map(({ order, on }) => `${order} ${on}`);

describe('rows an earlier run had begun', () => {
  test('an order that a table has twice is told apart by its node', () => {
    const earlier = [step('open', 'n1'), step('take', 'n2'), step('flip', 'n2')];
    expect(words(begunEarlier(earlier, swap(moveSteps), 0))).toEqual(['open old', 'take new', 'flip new']);
    earlier.push(step('flip', 'n1', { state: 'running' }));
    expect(words(begunEarlier(earlier, swap(moveSteps), 0)).slice(-2)).toEqual(['flip new', 'flip old']);
    expect(words(doneEarlier(earlier, swap(moveSteps)))).toEqual(['open old', 'take new', 'flip new']);
  });

  test('not those of another slot, and not those before it went back', () => {
    const earlier = [step('open', 'n1'), step('take', 'n1', { slotName: 'web-2' })];
    expect(words(begunEarlier(earlier, swap(handoverSteps), 0))).toEqual(['open old']);
    expect(begunEarlier(earlier, swap(handoverSteps), seq)).toEqual([]);
  });

  test('an old instance that could not be asked is to be asked on the way back', () =>
    expect(words(begunEarlier([step('take', 'n2')], swap(stopFirstSteps, true), 0))).toEqual([
      'drain old',
      'take new',
    ]));
});

describe('rows that are not asked again', () => {
  test('only of the handover: what touches nothing is looked at again', () =>
    expect(doneEarlier([step('prepare', 'n1', { phase: 'prepare' })], swap(handoverSteps))).toEqual([]));

  test('none that was undone since, nor any before that', () => {
    const earlier = [
      step('open', 'n1'),
      step('take', 'n1'),
      step('put-aside', 'n1', { phase: 'undo', state: 'failed' }),
    ];
    expect(doneEarlier(earlier, swap(handoverSteps))).toEqual([]);
    earlier.push(step('open', 'n1'));
    expect(words(doneEarlier(earlier, swap(handoverSteps)))).toEqual(['open old']);
  });
});

describe('a way back that was carried out', () => {
  const back = () => step('put-aside', 'n1', { phase: 'undo' });

  test('is not asked again', () => {
    const [taken, done] = [step('take', 'n1'), back()];
    expect(wentBackEarlier([taken, done], 'web-1', done.orderId)).toBe(true);
    expect(wentBackEarlier([taken, { ...done, state: 'running' }], 'web-1', done.orderId)).toBe(false);
    expect(wentBackEarlier([], 'web-1', done.orderId)).toBe(false);
  });

  test('is asked again where the slot was walked in again after it', () => {
    const done = back();
    const again = step('prepare', 'n1', { phase: 'prepare' });
    expect(wentBackEarlier([done, again], 'web-1', done.orderId)).toBe(false);
    expect(wentBackEarlier([done, { ...again, slotName: 'web-2' }], 'web-1', done.orderId)).toBe(true);
  });
});

describe('the table of a swap', () => {
  const from = { nodeId: '1' };
  test.each<[string, Parameters<typeof stepsOf>, readonly SwapStep[]]>([
    ['start-first on its node', ['start-first', from, '1'], handoverSteps],
    ['start-first to another node', ['start-first', from, '2'], moveSteps],
    ['start-first of a slot that is new', ['start-first', null, '1'], stopFirstSteps],
    ['start-first from a node that does not answer', ['start-first', { ...from, away: true }, '2'], stopFirstSteps],
    ['start-first of one that had ended', ['start-first', { ...from, ended: true }, '1'], stopFirstSteps],
    ['stop-first', ['stop-first', from, '1'], stopFirstSteps],
    ['recreate', ['recreate', from, '2'], stopFirstSteps],
  ])('%s', (_what, given, table) => {
    expect(stepsOf(...given)).toBe(table);
    expect(isMove({ steps: table })).toBe(table === moveSteps);
  });
});
