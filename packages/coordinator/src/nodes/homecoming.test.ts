import type { Clock } from '@restow/shared/base/clock';
import { expect, test } from 'vitest';
import { Homecoming } from './homecoming.ts';

const minute = 60_000;

const aClock = () => {
  const patience = Promise.withResolvers<void>();
  const clock: Clock = {
    now: () => 10 * minute,
    sleep: (_, signal) => {
      const stopped = new Promise<void>((_, reject) => {
        if (signal?.aborted) reject(signal.reason);
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
      return Promise.race([patience.promise, stopped]);
    },
  };
  return { clock, losePatience: patience.resolve };
};
const running = new AbortController().signal;

test('is over when every node that was here is back', async () => {
  const nodes = [
    { id: 'a', unreachableSince: null },
    { id: 'b', unreachableSince: 10 * minute - 1 },
    { id: 'lost-long-ago', unreachableSince: 1 },
  ];
  const { clock, losePatience } = aClock();
  const home = new Homecoming(nodes, clock, running);
  let isOver = false;
  void home.over.then(() => {
    isOver = true;
  });
  home.arrived('a');
  home.arrived('somebody new');
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  home.arrived('b');
  await home.over;
  losePatience();
});

test('is over at once where nobody was here, and in the end where one stays away', async () => {
  const { clock, losePatience } = aClock();
  await new Homecoming([], clock, running).over;
  const home = new Homecoming([{ id: 'a', unreachableSince: null }], clock, running);
  losePatience();
  await home.over;
});

test('does not hold up a shutdown', async () => {
  const stop = new AbortController();
  const home = new Homecoming([{ id: 'a', unreachableSince: null }], aClock().clock, stop.signal);
  stop.abort();
  await home.over;
});
