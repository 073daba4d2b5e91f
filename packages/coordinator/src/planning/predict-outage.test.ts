import { describe, expect, test } from 'vitest';
import { predictOutage } from './predict-outage.ts';

const swaps = (...times: [number, number][]) => times.map(([drainMs, takeMs]) => ({ drainMs, takeMs }));

describe('predicted seconds of not answering', () => {
  test('none where nothing runs yet', () =>
    expect(predictOutage('stop-first', false, swaps([100, 100]))).toEqual({ seconds: 0, from: 'nothing runs yet' }));
  test('without a history: what an engine takes by itself', () =>
    expect(predictOutage('stop-first', true, [])).toEqual({
      seconds: 0.4,
      from: "start 0.3 s, stop 0.1 s; plus the application's own shutdown and start",
    }));
  test('one swap: that one', () =>
    expect(predictOutage('stop-first', true, swaps([1000, 234]))).toEqual({ seconds: 1.23, from: 'the last swap' }));
  test('an odd number of swaps: the one in the middle', () =>
    expect(predictOutage('stop-first', true, swaps([100, 9000], [100, 300], [200, 300]))).toEqual({
      seconds: 0.5,
      from: 'median of the last 3 swaps',
    }));
  test('an even number: between the two in the middle', () =>
    expect(predictOutage('stop-first', true, swaps([100, 100], [200, 200], [900, 900], [300, 300])).seconds).toBe(0.5));
  test('recreate: the slowest to end and the slowest to start', () =>
    expect(predictOutage('recreate', true, swaps([2000, 100], [100, 3000]))).toEqual({
      seconds: 5,
      from: 'the longest stop and the longest start of the last 2 swaps, since all slots end before any starts',
    }));
  test.each([[[]], [swaps([2000, 3000])]])('start-first: none, whatever swaps took', (history) =>
    expect(predictOutage('start-first', true, history)).toEqual({
      seconds: 0,
      from: 'both run beside each other, and no connection is cut',
    }),
  );
});
