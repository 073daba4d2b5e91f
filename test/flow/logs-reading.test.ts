import { randomUUID } from 'node:crypto';
import type { InspectedInstance } from '@restow/agent/engine/container-engine';
import { NatsLogShipper } from '@restow/agent/logs/nats-log-shipper';
import { openLog } from '@restow/shared/base/log';
import type { LogLine } from '@restow/shared/bus/log-line';
import type { LogQuery } from '@restow/shared/bus/log-query';
import { readLogs } from '@restow/shared/bus/log-tail';
import { NatsLink } from '@restow/shared/bus/nats-link';
import { ensureStreams } from '@restow/shared/bus/streams';
import { expect, test } from 'vitest';
import { LogSource } from '../lib/log-source.ts';
import { startNats } from '../lib/nats.ts';
import { ranges } from '../lib/stored-lines.ts';

/** Reading back what agents shipped, with a real nats-server; also while it is killed and started again. */

const log = openLog('test', 'silent');

/** A server, an agent's way to it, a reader's way to it, and one service. */
const startBus = async () => {
  const nats = await startNats();
  await ensureStreams(await nats.client());
  const source = new LogSource();
  const links = ['agent', 'reader'].map((name) => new NatsLink({ name, log }));
  for (const link of links) link.use(nats);
  const [agent, reader] = links as [NatsLink, NatsLink];
  const shipper = new NatsLogShipper({ engine: source, link: agent, nodeId: source.nodeId, nodeName: 'n1', log });
  const serviceId = randomUUID();
  return {
    nats,
    source,
    reader,
    serviceId,
    /** A running container of the service. */
    start(given: Partial<InspectedInstance> = {}): InspectedInstance {
      const instance = source.create({ serviceId, ...given });
      source.start(instance.instanceId);
      shipper.follow(instance.instanceId);
      return instance;
    },
    /** Resolves when everything it wrote can be read. */
    async finish({ instanceId }: InspectedInstance): Promise<void> {
      source.end(instanceId);
      await shipper.whenShipped(instanceId, AbortSignal.timeout(20_000));
    },
    read: (query: Partial<LogQuery> = {}, signal = AbortSignal.timeout(20_000)) =>
      readLogs(reader, { serviceId, follow: false, ...query }, signal),
    async [Symbol.asyncDispose]() {
      await shipper.stop();
      await Promise.all(links.map((link) => link.close()));
      await nats[Symbol.asyncDispose]();
    },
  };
};

const second = (number: number): string => `2026-03-01T00:00:${String(number).padStart(2, '0')}.000000000Z`;
const milliseconds = (number: number): number => Date.parse(second(number));

const texts = async (lines: AsyncIterable<LogLine>): Promise<string[]> => {
  const found: string[] = [];
  for await (const { slotName, line } of lines) found.push(`${slotName} ${line}`);
  return found;
};

/** Two slots that spoke by turns, each from one container that has ended. */
const twoSlots = async (bus: Awaited<ReturnType<typeof startBus>>) => {
  const one = bus.start({ slotIndex: 1 });
  const two = bus.start({ slotIndex: 2, deploymentId: one.deploymentId });
  for (let number = 0; number < 10; number++)
    bus.source.write([one, two][number % 2]!.instanceId, [String(number)], { time: second(number) });
  await bus.finish(one);
  await bus.finish(two);
  return one;
};
const spoken = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `web-${((from + index) % 2) + 1} ${from + index}`);

test('lines of all slots come by time, with their names, after the containers are gone', async () => {
  await using bus = await startBus();
  const one = await twoSlots(bus);
  bus.source.remove(one.instanceId);
  expect(await texts(bus.read())).toEqual(spoken(0, 9));
  const first = (await bus.read().next()).value as LogLine;
  expect(first).toEqual({
    ...{ nodeId: bus.source.nodeId, nodeName: 'n1', serviceId: bus.serviceId, deploymentId: one.deploymentId },
    ...{ slotIndex: 1, slotName: 'web-1', instanceId: one.instanceId },
    ...{ seq: 1, time: second(0), stream: 'stdout', line: '0', partial: false },
  });
});

test('one slot, one deployment, one service', async () => {
  await using bus = await startBus();
  const first = await twoSlots(bus);
  const later = bus.start({ slotIndex: 1 });
  bus.source.write(later.instanceId, ['of the next deployment'], { time: second(20) });
  await bus.finish(later);
  expect(await texts(bus.read({ slotIndex: 2 }))).toEqual(spoken(0, 9).filter((text) => text.startsWith('web-2')));
  expect(await texts(bus.read({ deploymentId: first.deploymentId }))).toEqual(spoken(0, 9));
  expect(await texts(bus.read({ deploymentId: later.deploymentId }))).toEqual(['web-1 of the next deployment']);
  expect(await texts(bus.read())).toEqual([...spoken(0, 9), 'web-1 of the next deployment']);
  expect(await texts(bus.read({ serviceId: randomUUID() }))).toEqual([]);
});

test.each([
  { asked: { since: milliseconds(7) }, found: spoken(7, 9) },
  { asked: { since: milliseconds(10) }, found: [] },
  { asked: { tail: 3 }, found: spoken(7, 9) },
  { asked: { tail: 100 }, found: spoken(0, 9) },
  { asked: { tail: 0 }, found: [] },
  { asked: { tail: 1, slotIndex: 1 }, found: ['web-1 8'] },
  { asked: { tail: 5, since: milliseconds(8) }, found: spoken(8, 9) },
  { asked: { tail: 1, since: milliseconds(5) }, found: spoken(9, 9) },
])('$asked', async ({ asked, found }) => {
  await using bus = await startBus();
  await twoSlots(bus);
  expect(await texts(bus.read(asked))).toEqual(found);
});

test('the last lines are found through many messages of many deployments', async () => {
  await using bus = await startBus();
  for (let deployment = 0; deployment < 5; deployment++) {
    const instance = bus.start();
    for (let number = 0; number < 10; number++) {
      bus.source.write(instance.instanceId, [`${deployment}${number}`], { time: second(deployment * 10 + number) });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    await bus.finish(instance);
  }
  expect(await texts(bus.read({ tail: 25 }))).toEqual(Array.from({ length: 25 }, (_, index) => `web-1 ${index + 25}`));
  expect((await texts(bus.read({ since: milliseconds(13) }))).length).toBe(37);
});

test('with follow, what was there and then what comes, of new slots and deployments too', async () => {
  await using bus = await startBus();
  await twoSlots(bus);
  const enough = new AbortController();
  const found: string[] = [];
  const reading = (async () => {
    for await (const { slotName, line } of bus.read({ follow: true, tail: 2 }, enough.signal)) {
      found.push(`${slotName} ${line}`);
      if (line === '9') {
        const next = bus.start({ slotIndex: 3 });
        bus.source.write(next.instanceId, ['hello', 'there'], { time: second(30) });
      }
      if (line === 'there') enough.abort();
    }
  })();
  await reading;
  expect(found).toEqual([...spoken(8, 9), 'web-3 hello', 'web-3 there']);
});

test('with follow and nothing there, what comes', async () => {
  await using bus = await startBus();
  const lines = bus.read({ follow: true });
  const first = lines.next();
  const instance = bus.start();
  bus.source.write(instance.instanceId, ['at last']);
  expect((await first).value).toMatchObject({ line: 'at last', seq: 1 });
  await lines.return();
});

test('a follower ends with its signal, also while nothing comes', async () => {
  await using bus = await startBus();
  await twoSlots(bus);
  const stop = new AbortController();
  const reading = texts(bus.read({ follow: true }, stop.signal));
  setTimeout(() => stop.abort(), 300);
  expect(await reading).toEqual(spoken(0, 9));
});

test('NATS killed and started again under a follower: each line once, in order', async () => {
  await using bus = await startBus();
  const count = 60_000;
  const instance = bus.start();
  bus.source.write(
    instance.instanceId,
    Array.from({ length: count }, (_, index) => `line ${index + 1}`),
  );
  const seqs: number[] = [];
  const enough = new AbortController();
  let kills = 0;
  let restarted = Promise.resolve();
  for await (const { seq } of bus.read({ follow: true }, enough.signal)) {
    seqs.push(seq);
    if (seq === count) enough.abort();
    if (seq < (kills + 1) * 15_000 || kills === 3) continue;
    kills++;
    restarted = bus.nats.kill().then(() => bus.nats.start());
    await restarted;
  }
  expect(kills).toBe(3);
  expect(ranges(seqs)).toBe(`1-${count}`);
});

test('a power cut under a follower: lines taken back come again and are not doubled, new ones are not missed', async () => {
  await using bus = await startBus();
  const instance = bus.start();
  const write = (from: number, to: number) =>
    bus.source.write(
      instance.instanceId,
      Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`),
    );
  const seqs: number[] = [];
  const enough = new AbortController();
  const following = (async () => {
    for await (const { seq } of bus.read(
      { follow: true },
      AbortSignal.any([enough.signal, AbortSignal.timeout(20_000)]),
    ))
      seqs.push(seq);
  })();
  write(1, 100);
  await expect.poll(() => seqs.length).toBe(100);
  await bus.nats.kill();
  const picture = await bus.nats.takePicture();
  await bus.nats.start();
  for (let next = 101; next <= 110; next++) {
    write(next, next);
    await expect.poll(() => seqs.length, { timeout: 5000 }).toBe(next);
  }
  await bus.nats.forget(picture);
  write(111, 200);
  await expect.poll(() => seqs.length, { timeout: 10_000 }).toBe(200);
  enough.abort();
  await following;
  expect(ranges(seqs)).toBe('1-200');
});

test('a reader who is slow gets all of it', async () => {
  await using bus = await startBus();
  const instance = bus.start();
  bus.source.write(
    instance.instanceId,
    Array.from({ length: 30_000 }, (_, index) => `${index + 1} ${'x'.repeat(200)}`),
  );
  await bus.finish(instance);
  const seqs: number[] = [];
  for await (const { seq } of bus.read()) {
    seqs.push(seq);
    if (seq % 3000 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(ranges(seqs)).toBe('1-30000');
});

test('what others published is no line', async () => {
  await using bus = await startBus();
  const one = await twoSlots(bus);
  const client = await bus.nats.client();
  for (const subject of ['logs', 'logs.x', `logs.${bus.source.nodeId}.${bus.serviceId}.${one.deploymentId}.9`])
    client.publish(subject, 'no JSON at all');
  await client.flush();
  expect(await texts(bus.read())).toEqual(spoken(0, 9));
  expect(await texts(bus.read({ tail: 100 }))).toEqual(spoken(0, 9));
});

test('NATS that does not answer is said to be unavailable', async () => {
  await using bus = await startBus();
  const { lost } = await bus.reader.connected(AbortSignal.timeout(5000));
  await bus.nats.kill();
  await expect.poll(() => lost.aborted).toBe(true);
  await expect(bus.read().next()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/NATS at nats:\/\/127\.0\.0\.1:\d+ did not answer within 5 s/),
  });
});
