import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { ensureStreams } from '@restow/shared/bus/streams';
import { expect, test } from 'vitest';
import { startNats } from '../lib/nats.ts';

/** The streams as a real server keeps them. */

const configs = async (nats: Awaited<ReturnType<typeof startNats>>) => {
  const { streams } = await jetstreamManager(await nats.client());
  const [logs, events] = [await streams.info('restow-logs'), await streams.info('restow-events')];
  return { logs: logs.config, events: events.config, streams };
};

test('both streams are made, keep two weeks, and drop the oldest first', async () => {
  await using nats = await startNats();
  await ensureStreams(await nats.client());
  const { logs, events } = await configs(nats);
  const common = {
    ...{ storage: 'file', retention: 'limits', discard: 'old', allow_direct: true },
    ...{ max_age: 14 * 24 * 3600 * 1e9, duplicate_window: 15 * 60 * 1e9 },
  };
  expect(logs).toMatchObject({ ...common, subjects: ['logs.>'], max_msgs_per_subject: 250_000 });
  expect(events).toMatchObject({ ...common, subjects: ['evt.>'] });
});

test('made again they are the same, with what they hold; changed limits are taken over, a size somebody gave them stays', async () => {
  await using nats = await startNats();
  const client = await nats.client();
  await ensureStreams(client, { logBytes: 64 * 1024 ** 2 });
  await jetstream(client).publish('logs.a.b.c.1', 'x');
  await ensureStreams(client, { logBytes: 32 * 1024 ** 2, maxAgeMs: 3_600_000, logMessagesPerSlot: 10 });
  const { logs, streams } = await configs(nats);
  expect(logs).toMatchObject({ max_age: 3600e9, max_msgs_per_subject: 10, max_bytes: 64 * 1024 ** 2 });
  expect((await streams.info('restow-logs')).state.messages).toBe(1);
});

test('a server with less room gets smaller streams; one with none says so', async () => {
  await using small = await startNats({ maxStore: 200 * 1024 ** 2 });
  await ensureStreams(await small.client(), { logBytes: 8 * 1024 ** 3, eventBytes: 64 * 1024 ** 2 });
  expect((await configs(small)).logs.max_bytes).toBe(128 * 1024 ** 2);
  await using none = await startNats({ maxStore: 1024 ** 2 });
  await expect(ensureStreams(await none.client())).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      /would not keep the stream restow-logs \(insufficient storage.*\); .*room on its disk/,
    ),
  });
});
