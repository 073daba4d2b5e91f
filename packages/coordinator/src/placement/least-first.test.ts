import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastFirst } from './least-first.ts';

const byNumber = (a: { at: number; id: number }, b: { at: number; id: number }) => a.at - b.at || a.id - b.id;

test('the least is always at hand, while items grow and go', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.array(fc.option(fc.nat(9), { freq: 4 })), (numbers, changes) => {
      const items = numbers.map((at, id) => ({ at, id }));
      const rest = new Set(items);
      const heap = leastFirst(items, byNumber);
      for (const growth of changes) {
        const least = heap.least();
        expect(least).toBe([...rest].sort(byNumber)[0]);
        if (!least) break;
        if (growth === null) {
          rest.delete(least);
          heap.drop();
        } else {
          least.at += growth;
          heap.settle();
        }
      }
    }),
  );
});
