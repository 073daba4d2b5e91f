import type { ChosenOrder, Plan } from '@restow/shared/domain/plan';
import type { SwapTimes } from './swap-history.ts';

/** What an engine takes by itself to stop one container and start another, as measured on an idle node. Milliseconds. */
const stopMs = 100;
const startMs = 300;

/**
 * How long one slot is expected not to answer, and where the figure comes from: the service's own last swaps where
 * there are any. With `recreate` a slot waits for the slowest of all to end. Pure.
 */
export const predictOutage = (
  chosen: ChosenOrder['chosen'],
  replacesSomething: boolean,
  history: readonly SwapTimes[],
): Plan['predictedOutage'] => {
  if (!replacesSomething) return { seconds: 0, from: 'nothing runs yet' };
  if (chosen === 'start-first') return { seconds: 0, from: 'both run beside each other, and no connection is cut' };
  if (history.length === 0)
    return {
      seconds: inSeconds(stopMs + startMs),
      from: `start ${inSeconds(startMs)} s, stop ${inSeconds(stopMs)} s; plus the application's own shutdown and start`,
    };
  const swaps = history.length === 1 ? 'swap' : `${history.length} swaps`;
  if (chosen === 'recreate')
    return {
      seconds: inSeconds(
        Math.max(...history.map(({ drainMs }) => drainMs)) + Math.max(...history.map(({ takeMs }) => takeMs)),
      ),
      from: `the longest stop and the longest start of the last ${swaps}, since all slots end before any starts`,
    };
  return {
    seconds: inSeconds(median(history.map(({ drainMs, takeMs }) => drainMs + takeMs))),
    from: history.length === 1 ? 'the last swap' : `median of the last ${swaps}`,
  };
};

const inSeconds = (ms: number): number => Math.round(ms / 10) / 100;

const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
