import { jetstreamManager } from '@nats-io/jetstream';
import { NatsLogShipper } from '@restow/agent/logs/nats-log-shipper';
import { openLog } from '@restow/shared/base/log';
import { NatsLink } from '@restow/shared/bus/nats-link';
import { ensureStreams } from '@restow/shared/bus/streams';
import { expect, test } from 'vitest';
import { LogSource } from '../lib/log-source.ts';
import { startNats, type TestNats } from '../lib/nats.ts';
import { ranges, type StoredLine, storedLines } from '../lib/stored-lines.ts';

/** Container output from an engine to JetStream, with a real nats-server that is killed, restarted and set back. */

const log = openLog('test', 'silent');
const never = () => AbortSignal.timeout(25_000);

const withStreams = async (): Promise<TestNats> => {
  const nats = await startNats();
  await ensureStreams(await nats.client());
  return nats;
};

/** What an agent has for its logs. */
const startShipper = (
  source: LogSource,
  nats: Pick<TestNats, 'url' | 'token'>,
  given: { spoolBytes?: number } = {},
) => {
  const link = new NatsLink({ name: 'restow-agent n1', log });
  link.use(nats);
  const shipper = new NatsLogShipper({ engine: source, link, nodeId: source.nodeId, nodeName: 'n1', log, ...given });
  return {
    shipper,
    link,
    async [Symbol.asyncDispose]() {
      await shipper.stop();
      await link.close();
    },
  };
};

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `line number ${from + index} of what this container has to say`);
const numberIn = ({ line }: StoredLine): number => Number(/\d+/.exec(line)?.[0]);

const expectWhole = (lines: StoredLine[], count: number): void => {
  expect(ranges(lines.map(numberIn))).toBe(`1-${count}`);
  expect(ranges(lines.map(({ seq }) => seq))).toBe(`1-${count}`);
};

/** An engine on which one container runs and has said so many lines. */
const oneRunning = (saying = 0) => {
  const source = new LogSource();
  const { instanceId } = source.create();
  source.start(instanceId);
  if (saying > 0) source.write(instanceId, numbers(1, saying));
  return { source, instanceId };
};

/** Resolves when so many lines, no more, are in the stream. */
const untilStored = async (nats: TestNats, count: number): Promise<void> => {
  const client = await nats.client();
  await expect.poll(async () => (await storedLines(client)).length, { timeout: 10_000 }).toBe(count);
};

test('200,000 lines arrive once each and in order', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning(100_000);
  await using agent = startShipper(source, nats);
  agent.shipper.follow(instanceId);
  await source.untilGiven(50_000);
  source.write(instanceId, numbers(100_001, 200_000));
  source.end(instanceId);
  await agent.shipper.whenShipped(instanceId, never());
  expectWhole(await storedLines(await nats.client()), 200_000);
});

test('NATS killed in the middle and started again: none lost, doubled or out of order', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning(200_000);
  await using agent = startShipper(source, nats);
  agent.shipper.follow(instanceId);
  for (const lines of [20_000, 60_000, 100_000]) {
    await source.untilGiven(lines);
    await nats.kill();
    await source.untilUnread();
    await nats.start();
  }
  source.end(instanceId);
  await agent.shipper.whenShipped(instanceId, never());
  expectWhole(await storedLines(await nats.client()), 200_000);
});

test('the agent ended in the middle, again and again: the next one goes on where the stream ends', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning(200_000);
  for (const lines of [30_000, 50_000, 70_000]) {
    const enough = source.given + lines;
    await using agent = startShipper(source, nats);
    await agent.shipper.resumeAll();
    await source.untilGiven(enough);
  }
  source.end(instanceId);
  await using agent = startShipper(source, nats);
  await agent.shipper.whenShipped(instanceId, never());
  expectWhole(await storedLines(await nats.client()), 200_000);
});

test('an old agent that still writes beside the new one doubles nothing', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning(50_000);
  await using old = startShipper(source, nats);
  await using young = startShipper(source, nats);
  old.shipper.follow(instanceId);
  young.shipper.follow(instanceId);
  await source.untilGiven(20_000);
  source.end(instanceId);
  await Promise.all([old, young].map(({ shipper }) => shipper.whenShipped(instanceId, never())));
  expectWhole(await storedLines(await nats.client()), 50_000);
});

test('everything is shipped only when the last line is acknowledged', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning(10);
  await using agent = startShipper(source, nats);
  let shipped = false;
  const whole = agent.shipper.whenShipped(instanceId, never()).then(() => {
    shipped = true;
  });
  await untilStored(nats, 10);
  expect(shipped, 'it still runs').toBe(false);
  await nats.kill();
  await source.untilUnread();
  source.write(instanceId, numbers(11, 12));
  source.end(instanceId);
  await expect(agent.shipper.whenShipped(instanceId, AbortSignal.timeout(300))).rejects.toThrow(/timeout/i);
  expect(shipped, 'NATS is away').toBe(false);
  await nats.start();
  await whole;
  expectWhole(await storedLines(await nats.client()), 12);
});

test('there is nothing to wait for where there is no container', async () => {
  await using nats = await withStreams();
  await using agent = startShipper(new LogSource(), nats);
  await agent.shipper.whenShipped('no such instance', never());
  expect(await storedLines(await nats.client())).toEqual([]);
});

test('CRD-09: a stock client that subscribes to logs.> sees the lines, with names in the headers', async () => {
  await using nats = await withStreams();
  const source = new LogSource();
  const instance = source.create({ slotIndex: 2 });
  const seen = (await nats.client()).subscribe('logs.>', { max: 1 });
  source.start(instance.instanceId);
  source.write(instance.instanceId, ['hello', 'wörld']);
  await using agent = startShipper(source, nats);
  agent.shipper.follow(instance.instanceId);
  for await (const message of seen) {
    expect(message.subject).toBe(`logs.${source.nodeId}.${instance.serviceId}.${instance.deploymentId}.2`);
    expect(
      message
        .string()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { seq: 1, time: expect.stringMatching(/^2026-.*Z$/), stream: 'stdout', line: 'hello' },
      { seq: 2, time: expect.stringMatching(/^2026-.*Z$/), stream: 'stdout', line: 'wörld' },
    ]);
    expect(['Node', 'Service', 'Slot', 'Instance'].map((name) => message.headers?.get(`Restow-${name}`))).toEqual([
      ...['n1', 'web', 'web-2', instance.instanceId],
    ]);
  }
});

test('slots are shipped side by side, and a silent one does not hold up the others', async () => {
  await using nats = await withStreams();
  const source = new LogSource();
  const slots = [1, 2, 3, 4].map((slotIndex) => source.create({ slotIndex }));
  for (const { instanceId } of slots) source.start(instanceId);
  await using agent = startShipper(source, nats);
  await agent.shipper.resumeAll();
  const talking = slots.slice(1);
  for (const { instanceId } of talking) source.write(instanceId, numbers(1, 30_000));
  for (const { instanceId } of talking) source.end(instanceId);
  await Promise.all(talking.map(({ instanceId }) => agent.shipper.whenShipped(instanceId, never())));
  const lines = await storedLines(await nats.client());
  for (const { instanceId } of talking)
    expectWhole(
      lines.filter(({ instance }) => instance === instanceId),
      30_000,
    );
});

test('instances of one slot in one deployment share a subject, and each goes on with its own numbers', async () => {
  await using nats = await withStreams();
  const source = new LogSource();
  const first = source.create();
  const { serviceId, deploymentId, slotId } = first;
  const second = source.create({ serviceId, deploymentId, slotId });
  const both = [first, second].map(({ instanceId }) => instanceId);
  for (const instanceId of both) source.start(instanceId);
  for (let round = 0; round < 5; round++) {
    await using agent = startShipper(source, nats);
    for (const instanceId of round % 2 ? both : both.toReversed()) {
      source.write(instanceId, numbers(1 + round * 1000, 1000 + round * 1000));
      agent.shipper.follow(instanceId);
    }
    await untilStored(nats, (round + 1) * 2000);
  }
  const lines = await storedLines(await nats.client());
  expect(new Set(lines.map(({ subject }) => subject)).size).toBe(1);
  for (const instanceId of both)
    expectWhole(
      lines.filter(({ instance }) => instance === instanceId),
      5000,
    );
});

test('NATS that is not there yet holds up nobody; what was written meanwhile is shipped', async () => {
  await using nats = await withStreams();
  await nats.kill();
  const source = new LogSource();
  const { instanceId } = source.create();
  await using agent = startShipper(source, nats);
  agent.shipper.follow(instanceId);
  source.start(instanceId);
  source.write(instanceId, numbers(1, 1000));
  source.end(instanceId);
  await nats.start();
  await agent.shipper.whenShipped(instanceId, never());
  expectWhole(await storedLines(await nats.client()), 1000);
});

test('an address that changes is followed', async () => {
  await using before = await withStreams();
  await using after = await withStreams();
  const { source, instanceId } = oneRunning(10);
  await using agent = startShipper(source, before);
  agent.shipper.follow(instanceId);
  await untilStored(before, 10);
  agent.link.use(after);
  source.end(instanceId);
  await agent.shipper.whenShipped(instanceId, never());
  expectWhole(await storedLines(await after.client()), 10);
});

test('where rotation ate the lines that were to come next, a gap line says so', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning(100);
  {
    await using agent = startShipper(source, nats);
    agent.shipper.follow(instanceId);
    await untilStored(nats, 100);
  }
  source.write(instanceId, numbers(101, 400));
  source.rotate(instanceId, 50);
  source.end(instanceId);
  await using agent = startShipper(source, nats);
  await agent.shipper.whenShipped(instanceId, never());
  const lines = await storedLines(await nats.client());
  expect(ranges(lines.map(({ seq }) => seq))).toBe('1-151');
  expect(lines.filter(({ stream }) => stream === 'gap')).toEqual([lines[100]]);
  expect(lines[100]?.line).toBe(
    `any lines between ${lines[99]?.time} and ${lines[101]?.time} were rotated away before they could be read`,
  );
  expect(ranges(lines.filter(({ stream }) => stream !== 'gap').map(numberIn))).toBe('1-100 351-400');
});

test('a start that was rotated away while NATS was not there is a gap too', async () => {
  await using nats = await withStreams();
  await nats.kill();
  const source = new LogSource();
  const { instanceId } = source.create();
  await using agent = startShipper(source, nats);
  agent.shipper.follow(instanceId);
  source.start(instanceId);
  agent.shipper.follow(instanceId);
  source.write(instanceId, numbers(1, 300));
  await source.untilGiven(1);
  source.rotate(instanceId, 100);
  await nats.start();
  source.end(instanceId);
  await agent.shipper.whenShipped(instanceId, never());
  const lines = await storedLines(await nats.client());
  expect(lines[0]).toMatchObject({ seq: 1, stream: 'gap', line: expect.stringContaining('were rotated away') });
  expect(ranges(lines.slice(1).map(numberIn))).toBe('201-300');
  expect(ranges(lines.map(({ seq }) => seq))).toBe('1-101');
});

test('a container never seen before, with full files, may lack lines, and says so; one with room left does not', async () => {
  await using nats = await withStreams();
  const source = new LogSource();
  const full = source.create();
  const roomy = source.create({ slotIndex: 2 });
  for (const { instanceId } of [full, roomy]) source.start(instanceId);
  source.write(full.instanceId, numbers(1, 300));
  source.write(roomy.instanceId, numbers(1, 100));
  source.rotate(full.instanceId, 200);
  await using agent = startShipper(source, nats, { spoolBytes: 20_000 });
  for (const { instanceId } of [full, roomy]) {
    source.end(instanceId);
    await agent.shipper.whenShipped(instanceId, never());
  }
  const lines = await storedLines(await nats.client());
  const of = (instanceId: string) => lines.filter(({ instance }) => instance === instanceId);
  expect(of(full.instanceId)[0]).toMatchObject({
    ...{ seq: 1, stream: 'gap', line: expect.stringMatching(/^lines before 2026.* may have been rotated away/) },
  });
  expect(ranges(of(full.instanceId).slice(1).map(numberIn))).toBe('101-300');
  expectWhole(of(roomy.instanceId), 100);
});

test('pieces of one long line share a time: reading goes on between them', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning();
  const time = source.stamp();
  source.write(instanceId, numbers(1, 3), { time, partial: true });
  source.write(instanceId, ['on stderr'], { stream: 'stderr' });
  for (let next = 4; next < 10; next++) {
    await using agent = startShipper(source, nats);
    agent.shipper.follow(instanceId);
    await untilStored(nats, next);
    source.write(instanceId, numbers(next, next), { time, partial: next < 9 });
  }
  source.end(instanceId);
  await using agent = startShipper(source, nats);
  await agent.shipper.whenShipped(instanceId, never());
  const lines = await storedLines(await nats.client());
  expect(ranges(lines.map(({ seq }) => seq))).toBe('1-10');
  expect(ranges(lines.filter(({ stream }) => stream === 'stdout').map(numberIn))).toBe('1-9');
  expect(lines.map(({ partial = false }) => partial)).toEqual([...'tttfttttt', 'f'].map((letter) => letter === 't'));
});

test('a line that is a little older than the one before it is not passed over after a restart', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning();
  source.write(instanceId, numbers(1, 1), { time: '2026-06-01T00:00:09.000000001Z' });
  {
    await using agent = startShipper(source, nats);
    agent.shipper.follow(instanceId);
    await untilStored(nats, 1);
  }
  source.write(instanceId, numbers(2, 2), { time: '2026-06-01T00:00:07.000000000Z', stream: 'stderr' });
  source.end(instanceId);
  await using agent = startShipper(source, nats);
  await agent.shipper.whenShipped(instanceId, never());
  expectWhole(await storedLines(await nats.client()), 2);
});

test('a machine that came back with an older clock while the agent was away loses nothing', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning();
  source.write(instanceId, numbers(1, 1), { time: '2026-06-01T00:00:00.000000001Z' });
  {
    await using agent = startShipper(source, nats);
    agent.shipper.follow(instanceId);
    await untilStored(nats, 1);
  }
  source.end(instanceId);
  source.start(instanceId);
  source.write(instanceId, numbers(2, 2), { time: '2026-01-01T00:00:00.000000001Z' });
  source.write(instanceId, numbers(3, 3), { time: '2026-07-01T00:00:00.000000001Z' });
  source.end(instanceId);
  await using agent = startShipper(source, nats);
  await agent.shipper.whenShipped(instanceId, never());
  expectWhole(await storedLines(await nats.client()), 3);
});

test('a container that starts again is followed again, and its numbers go on', async () => {
  await using nats = await withStreams();
  const source = new LogSource();
  const { instanceId } = source.create();
  await using agent = startShipper(source, nats);
  for (let run = 0; run < 3; run++) {
    source.start(instanceId);
    agent.shipper.follow(instanceId);
    source.write(instanceId, numbers(1 + run * 10, 10 + run * 10));
    source.end(instanceId);
    await agent.shipper.whenShipped(instanceId, never());
  }
  expectWhole(await storedLines(await nats.client()), 30);
});

test('lines that NATS had acknowledged and lost in a power cut are shipped again, of ended containers too', async () => {
  await using nats = await withStreams();
  const source = new LogSource();
  const running = source.create();
  const ended = source.create({ slotIndex: 2 });
  await using agent = startShipper(source, nats);
  const both = [running, ended].map(({ instanceId }) => instanceId);
  const write = (from: number, to: number) => {
    for (const instanceId of both) source.write(instanceId, numbers(from, to));
  };
  const whole = (count: number) => untilStored(nats, 2 * count);
  for (const instanceId of both) source.start(instanceId);
  await agent.shipper.resumeAll();
  write(1, 100);
  await whole(100);
  await nats.kill();
  const picture = await nats.takePicture();
  await nats.start();
  write(101, 200);
  source.end(ended.instanceId);
  await agent.shipper.whenShipped(ended.instanceId, never());
  await whole(200);
  await nats.forget(picture);
  await whole(200);
  const lines = await storedLines(await nats.client());
  for (const instanceId of both)
    expectWhole(
      lines.filter(({ instance }) => instance === instanceId),
      200,
    );
});

test('a stream that somebody emptied gets what the engine still has', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning(100);
  await using agent = startShipper(source, nats);
  agent.shipper.follow(instanceId);
  const client = await nats.client();
  await untilStored(nats, 100);
  await (await jetstreamManager(client)).streams.purge('restow-logs');
  source.write(instanceId, numbers(101, 101));
  source.end(instanceId);
  await agent.shipper.whenShipped(instanceId, never());
  expectWhole(await storedLines(client), 101);
});

test('a stream that was emptied while the agent was away gets the same batches again', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning(100);
  source.end(instanceId);
  const client = await nats.client();
  for (let round = 0; round < 2; round++) {
    await using agent = startShipper(source, nats);
    await agent.shipper.whenShipped(instanceId, never());
    expectWhole(await storedLines(client), 100);
    if (round === 0) await (await jetstreamManager(client)).streams.purge('restow-logs');
  }
});

test('an engine that lets go of its readers while the container runs is asked again, and nothing counts as shipped', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning();
  await using agent = startShipper(source, nats);
  let shipped = false;
  const whole = agent.shipper.whenShipped(instanceId, never()).then(() => {
    shipped = true;
  });
  const client = await nats.client();
  for (let cut = 1; cut <= 3; cut++) {
    source.write(instanceId, numbers(cut, cut));
    await untilStored(nats, cut);
    source.letGo();
    await source.untilUnread();
  }
  source.write(instanceId, numbers(4, 4));
  await untilStored(nats, 4);
  expect(shipped).toBe(false);
  source.end(instanceId);
  await whole;
  expectWhole(await storedLines(client), 4);
});

test('an engine that is away for a while is waited for', async () => {
  await using nats = await withStreams();
  const { source, instanceId } = oneRunning(20_000);
  await using agent = startShipper(source, nats);
  agent.shipper.follow(instanceId);
  await source.untilGiven(5000);
  source.away = true;
  await source.untilUnread();
  await expect(agent.shipper.whenShipped(instanceId, AbortSignal.timeout(300))).rejects.toThrow(/timeout/i);
  source.away = false;
  source.end(instanceId);
  await agent.shipper.whenShipped(instanceId, never());
  expectWhole(await storedLines(await nats.client()), 20_000);
});

test('a container taken away before its end was read leaves a line that says so; one that was read to its end does not', async () => {
  await using nats = await withStreams();
  const source = new LogSource();
  const unread = source.create();
  const read = source.create({ slotIndex: 2 });
  await using agent = startShipper(source, nats);
  for (const { instanceId } of [unread, read]) {
    source.start(instanceId);
    source.write(instanceId, numbers(1, 5));
    agent.shipper.follow(instanceId);
  }
  await untilStored(nats, 10);
  source.end(read.instanceId);
  await agent.shipper.whenShipped(read.instanceId, never());
  source.remove(read.instanceId);
  source.remove(unread.instanceId);
  await Promise.all([read, unread].map(({ instanceId }) => agent.shipper.whenShipped(instanceId, never())));
  const lines = await storedLines(await nats.client());
  const of = (instanceId: string) => lines.filter(({ instance }) => instance === instanceId);
  expectWhole(of(read.instanceId), 5);
  expect(of(unread.instanceId).map(({ seq, stream }) => `${seq} ${stream}`)).toEqual([
    ...[1, 2, 3, 4, 5].map((seq) => `${seq} stdout`),
    '6 gap',
  ]);
});
