import { expect, test } from 'vitest';
import { groupAlike, othersInWords } from './alike.ts';
import type { Unplaceable } from './placement.ts';

const unplaceable = (index: number, reason: string): Unplaceable => ({
  slotIndex: index,
  slotName: `web-${index}`,
  message: `web-${index} has no place`,
  waysOut: [`restow tag add -t prod n1`],
  verdicts: [
    { nodeId: 'n1', nodeName: 'n1', fits: false, reasons: [{ code: 'missing-tag', message: reason }], score: null },
  ],
});

test('slots with the same reasons are told once, others apart, in their order', () => {
  const all = [
    unplaceable(1, 'lacks prod'),
    unplaceable(2, 'lacks prod'),
    unplaceable(3, 'is cordoned'),
    unplaceable(4, 'lacks prod'),
  ];
  expect(groupAlike(all).map(({ first, others }) => [first.slotName, others])).toEqual([
    ['web-1', ['web-2', 'web-4']],
    ['web-3', []],
  ]);
});

test('many names are counted, few are all named', () => {
  expect(othersInWords(['web-2'])).toBe('web-2');
  expect(othersInWords(['a', 'b', 'c', 'd'])).toBe('a, b, c, d');
  expect(othersInWords(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
});
