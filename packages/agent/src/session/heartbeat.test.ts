import type { AgentMessage } from '@restow/shared/rpc/wire-agent';
import { expect, test } from 'vitest';
import { ManualClock } from '../../../../test/lib/manual-clock.ts';
import { facts } from '../../../../test/lib/session-lab.ts';
import { sendHeartbeats } from './heartbeat.ts';

/** Heartbeats every 5 s of an agent on an engine that answers as `count` does; what was said, by second. */
const beats = (count: () => Promise<number>) => {
  const clock = new ManualClock();
  const begun = clock.now();
  const said: [second: number, foreignContainers: number][] = [];
  const over = new AbortController();
  const say = (message: AgentMessage) => {
    if (message.kind === 'heartbeat') said.push([(clock.now() - begun) / 1000, message.foreignContainers]);
  };
  const ended = sendHeartbeats(
    { engine: { countForeign: count }, facts: async () => facts, clock },
    { facts, foreignContainers: 0 },
    5000,
    say,
    over.signal,
  );
  return {
    said,
    pass: (ms: number) => clock.advance(ms),
    [Symbol.asyncDispose]: async () => {
      over.abort();
      await ended;
    },
  };
};

test('a heartbeat is said at its time; a count that changed is said as soon as it is known', async () => {
  let running = 0;
  await using agent = beats(async () => running);
  await agent.pass(5000);
  running = 2;
  await agent.pass(5000);
  await agent.pass(5000);
  expect(agent.said).toEqual([
    [5, 0],
    [10, 0],
    [10, 2],
    [15, 2],
  ]);
});

test('with an engine that does not answer the last known count goes out, at its time', async () => {
  await using agent = beats(async () => {
    throw new Error('no answer');
  });
  await agent.pass(10_000);
  expect(agent.said).toEqual([
    [5, 0],
    [10, 0],
  ]);
});

test('what an engine answers after the session is over is said to nobody', async () => {
  const late = Promise.withResolvers<number>();
  const agent = beats(() => late.promise);
  await agent.pass(5000);
  await agent[Symbol.asyncDispose]();
  late.resolve(3);
  await agent.pass(0);
  expect(agent.said).toEqual([[5, 0]]);
});
