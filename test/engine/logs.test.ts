import { randomUUID } from 'node:crypto';
import { NatsLogShipper } from '@restow/agent/logs/nats-log-shipper';
import { openLog } from '@restow/shared/base/log';
import { NatsLink } from '@restow/shared/bus/nats-link';
import { ensureStreams } from '@restow/shared/bus/streams';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anInstance } from '../lib/an-instance.ts';
import { startNats } from '../lib/nats.ts';
import { type RealEngine, startRealEngine, whyNoEngine } from '../lib/real-engine.ts';
import { ranges, type StoredLine, storedLines } from '../lib/stored-lines.ts';

const log = openLog('test', 'silent');
const soon = () => AbortSignal.timeout(90_000);

/** Output of real containers, from Docker's own files to JetStream; NATS killed, agents replaced, files rotated. */
describe.skipIf(whyNoEngine !== null)(`logs of a Docker Engine (${whyNoEngine ?? 'started for this'})`, () => {
  const nodeId = randomUUID();
  let real: RealEngine;
  let talker: PinnedImage;
  let made = 1;

  beforeAll(async () => {
    real = await startRealEngine(nodeId);
    talker = await real.push('talker', 'logs', { cmd: ['/bin/sh', '-c', 'eval "$SAY"'] });
    await real.engine.ensureNetworks({ overlaySubnet: '10.7.0.0/16', nodeSubnet: '10.201.0.0/24' });
    await real.engine.pull(talker, () => {});
  });
  afterAll(() => real?.[Symbol.asyncDispose]());

  /** A container that does what the shell line says. */
  const make = async (say: string) => {
    const spec = anInstance(talker, { serviceId: randomUUID(), address: `10.7.0.${10 + ++made}`, env: { SAY: say } });
    const { containerId } = await real.engine.create(spec, `10.201.0.${made}`);
    return { ...spec, containerId, start: () => real.engine.start(containerId) };
  };
  const agentOf = (nats: { url: string; token: string }) => {
    const link = new NatsLink({ name: 'restow-agent n1', log });
    link.use(nats);
    const shipper = new NatsLogShipper({ engine: real.engine, link, nodeId, nodeName: 'n1', log });
    return {
      shipper,
      async [Symbol.asyncDispose]() {
        await Promise.all([shipper.stop(), link.close()]);
      },
    };
  };
  const withStreams = async () => {
    const nats = await startNats();
    await ensureStreams(await nats.client());
    return nats;
  };
  const numbersOf = (lines: StoredLine[]) =>
    ranges(lines.filter(({ stream }) => stream !== 'gap').map(({ line }) => Number(line)));

  it('each of 150,000 lines once and in order, while NATS is killed and agents come and go', async () => {
    await using nats = await withStreams();
    const client = await nats.client();
    const stored = async () => (await storedLines(client)).length;
    const { instanceId, start } = await make('seq 1 150000');
    {
      await using first = agentOf(nats);
      first.shipper.follow(instanceId);
      await start();
      first.shipper.follow(instanceId);
      await expect.poll(stored, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0);
    }
    {
      await using second = agentOf(nats);
      await second.shipper.resumeAll();
      const before = await stored();
      await expect.poll(stored, { timeout: 20_000, interval: 5 }).toBeGreaterThan(before);
      await nats.kill();
    }
    await nats.start();
    await using third = agentOf(nats);
    await third.shipper.whenShipped(instanceId, soon());
    // A client of its own: the first one may still be waiting before it dials the server that was killed again.
    const lines = (await storedLines(await nats.client())).filter(({ instance }) => instance === instanceId);
    expect(numbersOf(lines)).toBe('1-150000');
    expect(ranges(lines.map(({ seq }) => seq))).toBe('1-150000');
  });

  it('a container that dies at once, on both streams, with a line without an end', async () => {
    await using nats = await withStreams();
    await using agent = agentOf(nats);
    const { instanceId, start } = await make('echo giving up >&2; printf "half a line"; exit 3');
    agent.shipper.follow(instanceId);
    await start();
    await agent.shipper.whenShipped(instanceId, soon());
    const lines = await storedLines(await nats.client());
    expect(lines.map(({ stream, line, partial }) => [stream, line, partial]).toSorted()).toEqual([
      ['stderr', 'giving up', undefined],
      ['stdout', 'half a line', true],
    ]);
  });

  it('a line longer than the engine keeps in one piece can be put together again', async () => {
    await using nats = await withStreams();
    await using agent = agentOf(nats);
    const { instanceId, start } = await make("head -c 100000 /dev/zero | tr '\\0' x; echo; echo next");
    await start();
    await agent.shipper.whenShipped(instanceId, soon());
    const lines = await storedLines(await nats.client());
    expect(lines.map(({ line, partial = false }) => line + (partial ? '' : '\n')).join('')).toBe(
      `${'x'.repeat(100_000)}\nnext\n`,
    );
    expect(ranges(lines.map(({ seq }) => seq))).toBe(`1-${lines.length}`);
  });

  it('runs that follow one another while the agent is away', async () => {
    await using nats = await withStreams();
    const { instanceId, containerId, start } = await make(
      'seq $(($(cat /n 2>/dev/null || echo 0) + 1)) $(($(cat /n 2>/dev/null || echo 0) + 10)); echo $(($(cat /n 2>/dev/null || echo 0) + 10)) > /n',
    );
    for (let run = 1; run <= 3; run++) {
      await using agent = agentOf(nats);
      await start();
      await real.engine.whenEnded(containerId, soon());
      if (run === 2) continue;
      await agent.shipper.whenShipped(instanceId, soon());
      expect(numbersOf(await storedLines(await nats.client()))).toBe(`1-${run * 10}`);
    }
  });

  it('what rotation took while NATS was away is a gap line; the rest is whole', async () => {
    await using nats = await withStreams();
    await using agent = agentOf(nats);
    const client = await nats.client();
    // 45 MB in the engine's files, which hold 30.
    const { instanceId, containerId, start } = await make('seq 1 1000; sleep 1; seq 1001 600000');
    await start();
    agent.shipper.follow(instanceId);
    await expect.poll(async () => (await storedLines(client)).length, { timeout: 5000 }).toBe(1000);
    await nats.kill();
    await real.engine.whenEnded(containerId, soon());
    await nats.start();
    await agent.shipper.whenShipped(instanceId, soon());
    const lines = await storedLines(await nats.client());
    expect(lines[1000]).toMatchObject({ seq: 1001, stream: 'gap', line: expect.stringContaining('were rotated away') });
    expect(lines.filter(({ stream }) => stream === 'gap')).toHaveLength(1);
    expect(numbersOf(lines)).toMatch(/^1-1000 [2-5]\d{5}-600000$/);
    expect(ranges(lines.map(({ seq }) => seq))).toBe(`1-${lines.length}`);
  });

  it('a container that writes faster than it is read, and runs on: no line is passed over without a word', async () => {
    await using nats = await withStreams();
    await using agent = agentOf(nats);
    const { instanceId, start } = await make('seq 1 700000; sleep 6; seq 700001 700010');
    agent.shipper.follow(instanceId);
    await start();
    agent.shipper.follow(instanceId);
    await agent.shipper.whenShipped(instanceId, soon());
    const lines = await storedLines(await nats.client());
    expect(ranges(lines.map(({ seq }) => seq))).toBe(`1-${lines.length}`);
    const unsaid = lines.filter(
      ({ stream, line }, index) =>
        stream !== 'gap' &&
        lines[index - 1]?.stream !== 'gap' &&
        Number(line) !== Number(lines[index - 1]?.line ?? 0) + 1,
    );
    expect(unsaid).toEqual([]);
    const numbers = lines.filter(({ stream }) => stream !== 'gap').map(({ line }) => Number(line));
    expect(numbers.every((number, index) => number > (numbers[index - 1] ?? 0))).toBe(true);
    expect(numbers.at(-1)).toBe(700_010);
  });
});
