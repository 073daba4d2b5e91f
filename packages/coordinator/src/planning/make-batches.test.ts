import type { ChosenOrder } from '@restow/shared/domain/plan';
import { defaultUpdatePolicy } from '@restow/shared/domain/service';
import { describe, expect, test } from 'vitest';
import { makeBatches } from './make-batches.ts';

const policy = (gate: boolean | null, batch: number | null) => ({
  sequential: false,
  update: { ...defaultUpdatePolicy, gate, batch },
});

describe('batches', () => {
  test.each<[string, number[], ChosenOrder['chosen'], boolean | null, number | null, boolean, boolean, number[][]]>([
    [
      'several slots: the lowest alone, then all the rest',
      [3, 1, 2],
      'stop-first',
      null,
      null,
      true,
      true,
      [[1], [2, 3]],
    ],
    ['the rest in batches of the policy', [1, 2, 3, 4, 5], 'stop-first', null, 2, true, true, [[1], [2, 3], [4, 5]]],
    ['one at a time', [1, 2, 3], 'stop-first', null, 1, true, true, [[1], [2], [3]]],
    ['a single slot needs no gate', [1], 'stop-first', true, null, true, false, [[1]]],
    ['gate off', [1, 2, 3], 'stop-first', false, null, true, false, [[1, 2, 3]]],
    ['gate off, in batches', [1, 2, 3], 'stop-first', false, 2, true, false, [[1, 2], [3]]],
    ['a first deployment has no gate', [1, 2], 'stop-first', null, null, false, false, [[1, 2]]],
    ['... but where it is asked for', [1, 2], 'stop-first', true, null, false, true, [[1], [2]]],
    ['recreate: one batch, whatever the policy', [1, 2, 3], 'recreate', true, 1, true, false, [[1, 2, 3]]],
    ['no slots, no batches', [], 'stop-first', null, null, true, false, []],
  ])('%s', (_name, indexes, chosen, gate, batch, replaces, expectedGate, batches) =>
    expect(makeBatches(indexes, chosen, policy(gate, batch), replaces)).toEqual({ gate: expectedGate, batches }),
  );

  test.each<[ChosenOrder['chosen'], boolean | null, boolean]>([
    ['start-first', null, true],
    ['stop-first', true, true],
    ['recreate', null, true],
    ['stop-first', null, false],
  ])('SCL-02: sequential is one by one in the order of their numbers, %s, gate %s, replacing %s', (chosen, gate, old) =>
    expect(makeBatches([3, 1, 2], chosen, { ...policy(gate, null), sequential: true }, old)).toEqual({
      gate: false,
      batches: [[1], [2], [3]],
    }),
  );
});
