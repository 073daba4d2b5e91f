import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NatsLogShipper } from '@restow/agent/logs/nats-log-shipper';
import { localAnnouncer } from '@restow/coordinator/adapters/local-announcer';
import { openNats } from '@restow/coordinator/adapters/open-nats';
import { type Absence, withAbsences } from '@restow/coordinator/api/with-absences';
import { type CoordinatorConfig, readConfig } from '@restow/coordinator/config';
import { openLog } from '@restow/shared/base/log';
import { connectToNats } from '@restow/shared/bus/connect';
import type { LogLine } from '@restow/shared/bus/log-line';
import { NatsLink } from '@restow/shared/bus/nats-link';
import { type Deployment, type DeploymentStep, defaultRedeployOptions } from '@restow/shared/domain/deployment';
import { expect, test, vi } from 'vitest';
import { LogSource } from '../lib/log-source.ts';
import { startNats } from '../lib/nats.ts';

/** What the coordinator does with NATS: its own server or a given one, the archive, the events; an agent ships to it. */

const log = openLog('test', 'silent');
const soon = () => AbortSignal.timeout(20_000);

/** A coordinator's NATS in a directory of its own. */
const openOne = async (given: Partial<CoordinatorConfig> = {}) => {
  const dir = await mkdtemp(join(tmpdir(), 'restow-coordinator-nats-'));
  const data = { path: dir, token: 'the-token', publishAddress: () => undefined, release: async () => undefined };
  const nats = await openNats({ ...readConfig([], {}), dataDir: dir, ...given }, data, log);
  return {
    nats,
    dir,
    address: { url: nats.urlFor('127.0.0.1'), token: nats.token },
    async [Symbol.asyncDispose]() {
      await nats.close();
      await rm(dir, { recursive: true });
    },
  };
};

/** An agent's logs, with one container of a new service. */
const shipTo = (address: { url: string; token: string }) => {
  const source = new LogSource();
  const link = new NatsLink({ name: 'restow-agent n1', log });
  link.use(address);
  const shipper = new NatsLogShipper({ engine: source, link, nodeId: source.nodeId, nodeName: 'n1', log });
  const instance = source.create();
  source.start(instance.instanceId);
  shipper.follow(instance.instanceId);
  return {
    instance,
    write: (lines: string[]) => source.write(instance.instanceId, lines),
    async end() {
      source.end(instance.instanceId);
      await shipper.whenShipped(instance.instanceId, soon());
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([shipper.stop(), link.close()]);
    },
  };
};

const texts = async (lines: AsyncIterable<LogLine>): Promise<string[]> => {
  const found: string[] = [];
  for await (const { line } of lines) found.push(line);
  return found;
};

const deployment = (): Deployment => ({
  ...{ id: randomUUID(), number: 7, kind: 'redeploy', serviceId: randomUUID(), serviceName: 'web', revisionId: null },
  ...{ state: 'rolling', reason: '', code: null, requestedBy: 'somebody', options: defaultRedeployOptions, plan: null },
  ...{ requestedAt: 1, startedAt: 2, endedAt: null },
});

test('an agent ships to the coordinator’s own server, and the archive has it, after a restart too', async () => {
  await using one = await openOne();
  await using agent = shipTo(one.address);
  agent.write(['one', 'two']);
  await agent.end();
  const query = { serviceId: agent.instance.serviceId, follow: false };
  expect(await texts(one.nats.archive.read(query, soon()))).toEqual(['one', 'two']);
  await one.nats.close();
  const data = { path: one.dir, token: 'the-token', publishAddress: () => undefined, release: async () => undefined };
  const again = await openNats({ ...readConfig([], {}), dataDir: one.dir }, data, log);
  expect(again.urlFor('127.0.0.1')).toBe(one.address.url);
  expect(await texts(again.archive.read(query, soon()))).toEqual(['one', 'two']);
  await again.close();
});

test('its own server killed under everything: it is started again, and nothing is missing', async () => {
  await using one = await openOne();
  await using agent = shipTo(one.address);
  const numbers = Array.from({ length: 30_000 }, (_, index) => String(index + 1));
  agent.write(numbers.slice(0, 20_000));
  const found: string[] = [];
  const enough = new AbortController();
  const query = { serviceId: agent.instance.serviceId, follow: true };
  for await (const { line } of one.nats.archive.read(query, AbortSignal.any([enough.signal, soon()]))) {
    found.push(line);
    if (line === '5000') {
      process.kill(Number(await readFile(join(one.dir, 'nats', 'nats.pid'), 'utf8')), 'SIGKILL');
      agent.write(numbers.slice(20_000));
    }
    if (line === '30000') enough.abort();
  }
  expect(found).toEqual(numbers);
});

test('given a server, it uses that one and starts none', async () => {
  await using nats = await startNats();
  await using one = await openOne({ nats });
  expect(one.address).toEqual({ url: nats.url, token: nats.token });
  await using agent = shipTo(nats);
  agent.write(['to a server of somebody else']);
  await agent.end();
  const query = { serviceId: agent.instance.serviceId, follow: false };
  expect(await texts(one.nats.archive.read(query, soon()))).toEqual(['to a server of somebody else']);
  await expect(readFile(join(one.dir, 'nats', 'nats.pid'))).rejects.toThrow('ENOENT');
});

test('given a server that is not there yet, it opens all the same and makes the streams when it comes', async () => {
  await using nats = await startNats();
  await nats.kill();
  await using one = await openOne({ nats });
  await nats.start();
  await using agent = shipTo(nats);
  agent.write(['late']);
  await agent.end();
  const query = { serviceId: agent.instance.serviceId, follow: false };
  expect(await texts(one.nats.archive.read(query, soon()))).toEqual(['late']);
});

test('who follows is told that NATS is away, and that it is back, and misses no line', async () => {
  await using nats = await startNats();
  await using one = await openOne({ nats });
  await using agent = shipTo(nats);
  agent.write(['before']);
  const { archive } = one.nats;
  const query = { serviceId: agent.instance.serviceId, follow: true };
  // The streams are made once NATS was reached, and the line is there once it was shipped.
  const written = () => texts(archive.read({ ...query, follow: false }, soon()));
  await vi.waitFor(async () => expect(await written()).toEqual(['before']), { timeout: 10_000 });
  const seen: unknown[] = [];
  for await (const next of withAbsences(archive.away, (until) => archive.read(query, until), soon())) {
    seen.push('line' in next ? next.line.line : next);
    if (seen.length === 1) {
      await nats.kill();
      agent.write(['meanwhile']);
    }
    if (seen.length === 2) await nats.start();
    if (seen.includes('meanwhile') && seen.some((news) => (news as Absence).absent === false)) break;
  }
  expect(seen.slice(0, 2)).toEqual(['before', { absent: true }]);
  expect(seen.slice(2)).toEqual(expect.arrayContaining([{ absent: false }, 'meanwhile']));
  expect(seen).toHaveLength(4);
});

test('deployments and their steps are told to whoever subscribes to evt.>', async () => {
  await using one = await openOne();
  const announcer = localAnnouncer();
  const stop = one.nats.announce(announcer);
  const client = await connectToNats(one.address, 'somebody');
  const seen = client.subscribe('evt.>', { max: 2 });
  await client.flush();
  const rolling = deployment();
  announcer.announce({ kind: 'deployment', deployment: rolling });
  stop();
  announcer.announce({ kind: 'deployment', deployment: deployment() });
  const restart = one.nats.announce(announcer);
  const step: DeploymentStep = {
    deploymentId: rolling.id,
    seq: 1,
    orderId: 'o',
    slotName: 'web-1',
    nodeName: 'n1',
    phase: 'handover',
    name: 'take',
    state: 'done',
    detail: '',
    startedAt: 3,
    endedAt: 4,
  };
  announcer.announce({ kind: 'step', step });
  const bodies: unknown[] = [];
  for await (const message of seen) {
    expect(message.subject).toBe(`evt.coordinator.deployment.${rolling.id}`);
    bodies.push(message.json());
  }
  const { plan: _, ...told } = rolling;
  expect(bodies).toEqual([{ deployment: told }, { step }]);
  restart();
  await client.close();
});
