import type { ChosenOrder, Plan } from '@restow/shared/domain/plan';
import type { SwapTimes } from './swap-history.ts';

/** What an engine takes by itself to stop one container and start another, as measured on an idle node. Milliseconds. */
const stopMs = 100;
const startMs = 300;
/** And to disconnect the address from one container and to connect it to another (median 81, at most 128). Milliseconds. */
const changeMs = 100;

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
  if (chosen === 'start-first') return whileTheAddressChangesHands(history);
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

/** Start-first: both instances run, and only the address is on its way from one to the other. */
const whileTheAddressChangesHands = (history: readonly SwapTimes[]): Plan['predictedOutage'] => {
  const changes = history.flatMap(({ changeMs }) => changeMs ?? []);
  if (changes.length === 0)
    return { seconds: inSeconds(changeMs), from: 'the address changes hands by disconnect and connect, as measured' };
  const swaps = changes.length === 1 ? 'the last swap' : `median of the last ${changes.length} swaps`;
  return { seconds: inSeconds(median(changes)), from: `${swaps}, from letting go of the address to having it` };
};

const inSeconds = (ms: number): number => Math.round(ms / 10) / 100;

const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
