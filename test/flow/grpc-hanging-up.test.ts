import { createServer, type Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import { jetstreamManager } from '@nats-io/jetstream';
import { openMemoryStore } from '@restow/coordinator/adapters/memory-store';
import type { LogArchive } from '@restow/coordinator/ports/log-archive';
import type { Store } from '@restow/coordinator/ports/store';
import { isRestowError } from '@restow/shared/base/errors';
import { openLog } from '@restow/shared/base/log';
import type { LogLine } from '@restow/shared/bus/log-line';
import { readLogs } from '@restow/shared/bus/log-tail';
import { NatsLink } from '@restow/shared/bus/nats-link';
import { ensureStreams } from '@restow/shared/bus/streams';
import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import type { DeploymentEvent } from '@restow/shared/domain/view';
import { RestowClient } from '@restow/shared/rpc/restow-client';
import { describe, expect, test, vi } from 'vitest';
import { startNats } from '../lib/nats.ts';
import { ReflectingClient } from '../lib/reflecting-client.ts';
import { type ServedCoordinator, serveCoordinator } from '../lib/served-coordinator.ts';
import { startDoor, startNode, until } from '../lib/session-lab.ts';
import { aLine } from '../lib/views.ts';

/** Deadlines that pass and clients that hang up: what stops with them, and what does not. */

const drained = async (events: AsyncIterable<DeploymentEvent>): Promise<DeploymentEvent | undefined> => {
  let last: DeploymentEvent | undefined;
  for await (const event of events) last = event;
  return last;
};

/** A service whose slots run. */
const running = async (coordinator: ServedCoordinator) => {
  const service = await coordinator.define({ count: 2 });
  expect(await drained(coordinator.client().startService('web'))).toMatchObject({ deployment: { state: 'succeeded' } });
  return service;
};

/** Follows until the step has begun, and hangs up. */
const hangUpAt = async (events: AsyncIterable<DeploymentEvent>, step: string): Promise<void> => {
  for await (const event of events) if (event.kind === 'step' && event.step.name === step) return;
  throw new Error(`it ended before its ${step}`);
};

const nobodyFollows = (coordinator: ServedCoordinator) =>
  vi.waitFor(() => expect(coordinator.listening()).toBe(0), { interval: 5 });

const lastDeployment = async ({ store }: ServedCoordinator) => (await store.deployments.list({ limit: 1 }))[0]!;

const tooLate = {
  code: 'timeout',
  message: expect.stringMatching(
    /^127\.0\.0\.1:\d+ did not answer in time \(Deadline exceeded[^,]*\)\. What was asked of it may be done all the same: look before you ask again\.$/,
  ),
};

describe('a deployment goes on', () => {
  test.each([
    ['of a redeploy', 'take', 'redeploy'],
    ['of a removal', 'drain', 'remove'],
  ] as const)('when who asked hangs up in the middle %s', async (_, kind, asked) => {
    await using coordinator = await serveCoordinator();
    const service = await running(coordinator);
    const held = coordinator.agents.holdAt(kind, 'web-1');
    const client = coordinator.client();
    const events = asked === 'redeploy' ? client.redeploy('web') : client.removeService('web');
    await hangUpAt(events, kind);
    await nobodyFollows(coordinator);
    expect(await lastDeployment(coordinator)).toMatchObject({ kind: asked, state: 'rolling' });
    held.open();
    await coordinator.queues.idle();
    expect(await lastDeployment(coordinator)).toMatchObject({ kind: asked, state: 'succeeded' });
    const gone = (await coordinator.store.services.get(service.id))?.removedAt !== null;
    expect(gone).toBe(asked === 'remove');
  });

  test('when the deadline of who asked passes; who looks again sees its end', async () => {
    await using coordinator = await serveCoordinator();
    await running(coordinator);
    const held = coordinator.agents.holdAt('take', 'web-1');
    // Ours sets none on what it follows; others may.
    using client = new ReflectingClient(coordinator.address, {
      headers: [`authorization: Bearer ${coordinator.token}`],
    });
    const follow = async () => {
      for await (const _ of client.stream('restow.v1.Restow/Redeploy', { service: 'web' }, 300)) await held.reached;
    };
    await expect(follow()).rejects.toMatchObject({
      code: status.DEADLINE_EXCEEDED,
      details: expect.stringContaining('Deadline exceeded'),
    });
    await nobodyFollows(coordinator);
    const { number } = await lastDeployment(coordinator);
    const watched = drained(coordinator.client().watchDeployment(String(number)));
    held.open();
    expect(await watched).toMatchObject({ kind: 'ended', deployment: { number, state: 'succeeded' } });
  });

  test('when the one who watches hangs up, and another watches on', async () => {
    await using coordinator = await serveCoordinator();
    await running(coordinator);
    const held = coordinator.agents.holdAt('take', 'web-1');
    const first = drained(coordinator.client().redeploy('web'));
    await held.reached;
    const { id } = await lastDeployment(coordinator);
    await hangUpAt(coordinator.client().watchDeployment(id), 'take');
    await vi.waitFor(() => expect(coordinator.listening()).toBe(1), { interval: 5 });
    held.open();
    expect(await first).toMatchObject({ kind: 'ended', deployment: { state: 'succeeded' } });
    await nobodyFollows(coordinator);
  });
});

describe('a plan stops with who asked for it', () => {
  /** People's doors before an agent that carries nothing out by itself, over a real session. */
  const withAnAgent = async () => {
    const stack = new AsyncDisposableStack();
    const door = stack.use(await startDoor());
    const node = stack.use(startNode(door));
    await node.attached();
    const coordinator = stack.use(await serveCoordinator({ nodes: [], store: door.store, agents: door.agents }));
    await coordinator.define();
    const asked = (part: string) => until(() => node.runner.runs.find(({ orderId }) => orderId.includes(part)) ?? null);
    return { coordinator, node, asked, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  };
  const image = { kind: 'digest', reference: 'r/app:v1', repository: 'r/app', digest: 'sha256:aa' } as const;

  test.each(['resolve-image', 'survey'])('its %s is called off on the node when the client hangs up', async (kind) => {
    await using lab = await withAnAgent();
    const { coordinator, node, asked } = lab;
    const hungUp = new AbortController();
    const plan = coordinator.client().planService('web', defaultRedeployOptions, { signal: hungUp.signal });
    const thrown = expect(plan).rejects.toThrow('enough');
    if (kind === 'survey')
      node.runner.answer((await asked('/resolve-image')).orderId, { ok: true, value: { image, bytes: 1 } });
    const { orderId } = await asked(`/${kind}`);
    expect(node.runner.cancelled).toEqual([]);
    hungUp.abort(new Error('enough'));
    await thrown;
    await until(() => node.runner.cancelled[0] ?? null);
    expect(node.runner.cancelled).toEqual([orderId]);
  });

  test('the same when its deadline passes, and the client says so in a sentence', async () => {
    await using lab = await withAnAgent();
    const { coordinator, node, asked } = lab;
    const plan = coordinator.client(300).planService('web');
    const thrown = expect(plan).rejects.toMatchObject(tooLate);
    const { orderId } = await asked('/resolve-image');
    await thrown;
    await until(() => node.runner.cancelled[0] ?? null);
    expect(node.runner.cancelled).toEqual([orderId]);
  });

  test('but the same question asked for a deployment is not: the deployment goes on', async () => {
    await using lab = await withAnAgent();
    const { coordinator, node, asked } = lab;
    await hangUpAt(coordinator.client().startService('web'), 'plan');
    const { orderId } = await asked('/resolve-image');
    await nobodyFollows(coordinator);
    node.runner.answer(orderId, { ok: true, value: { image, bytes: 1 } });
    await asked('/survey');
    expect(node.runner.cancelled).toEqual([]);
  });
});

test('a change that was heard is made whole, though nobody waits for it any more', async () => {
  const heard = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  const store = openMemoryStore();
  const slow: Store = Object.assign(Object.create(store) as Store, {
    transaction: async <T>(work: (inside: Store) => Promise<T>): Promise<T> => {
      heard.resolve();
      await open.promise;
      return store.transaction(work);
    },
  });
  await using coordinator = await serveCoordinator({ store: slow });
  const service = await coordinator.define();
  const hungUp = new AbortController();
  const changed = { ...service.definition, image: 'r/app:v2', env: { A: '1' } };
  const update = coordinator.client().updateService('web', changed, { signal: hungUp.signal });
  const thrown = expect(update).rejects.toThrow('enough');
  await heard.promise;
  hungUp.abort(new Error('enough'));
  await thrown;
  expect(await store.services.get(service.id)).toMatchObject({ version: 1, definition: service.definition });
  open.resolve();
  await vi.waitFor(async () =>
    expect(await store.services.get(service.id)).toMatchObject({ version: 2, definition: changed }),
  );
});

const aLineOf = (serviceId: string, seq: number): LogLine => ({
  ...aLine('x'.repeat(1000), { seq }),
  ...{ serviceId, deploymentId: 'd', slotIndex: 1, nodeId: 'n' },
});

describe('logs', () => {
  /** Output that never ends, as fast as it is taken; counts its readers and what they took. */
  const endless = () => {
    const counts = { readers: 0, lines: 0 };
    const archive: LogArchive = {
      read: async function* ({ serviceId }, signal) {
        counts.readers += 1;
        try {
          while (!signal.aborted) {
            counts.lines += 1;
            yield aLineOf(serviceId, counts.lines);
          }
        } finally {
          counts.readers -= 1;
        }
      },
    };
    return { archive, counts };
  };

  test('are read no more when their reader hangs up, nor while it stands still', async () => {
    const { archive, counts } = endless();
    await using coordinator = await serveCoordinator({ archive });
    await coordinator.define();
    const lines = coordinator.client().serviceLogs('web', { follow: true });
    await lines.next();
    // It takes one and then nothing: what is on its way fills up, and the archive is left in peace.
    let before: number;
    do {
      before = counts.lines;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } while (counts.lines > before);
    expect(counts.readers).toBe(1);
    await lines.return();
    await vi.waitFor(() => expect(counts.readers).toBe(0));
  });

  test('of a deployment end their steps and their lines together', async () => {
    const waiting: LogArchive = {
      read: async function* (_, signal) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      },
    };
    await using coordinator = await serveCoordinator({ archive: waiting });
    await running(coordinator);
    const held = coordinator.agents.holdAt('take', 'web-1');
    const redeploy = drained(coordinator.client().redeploy('web'));
    await held.reached;
    const { id } = await lastDeployment(coordinator);
    for await (const entry of coordinator.client().deploymentLogs(id, { follow: true }))
      if (entry.kind === 'step' && entry.step.name === 'take') break;
    await vi.waitFor(() => expect(coordinator.listening()).toBe(1));
    held.open();
    await redeploy;
    await nobodyFollows(coordinator);
  });

  test('leave no consumer behind at NATS', async () => {
    await using nats = await startNats();
    const stock = await nats.client();
    await ensureStreams(stock);
    const manager = await jetstreamManager(stock);
    const consumers = async () => (await manager.streams.info('restow-logs')).state.consumer_count;
    const link = new NatsLink({ name: 'test', log: openLog('test', 'silent') });
    link.use(nats);
    await using coordinator = await serveCoordinator({
      archive: { read: (query, signal) => readLogs(link, query, signal) },
    });
    await coordinator.define();
    const hungUp = new AbortController();
    const lines = coordinator.client().serviceLogs('web', { follow: true }, { signal: hungUp.signal });
    const over = expect(lines.next()).rejects.toThrow('enough');
    await vi.waitFor(async () => expect(await consumers()).toBe(1), 5_000);
    hungUp.abort(new Error('enough'));
    await over;
    await vi.waitFor(async () => expect(await consumers()).toBe(0), 5_000);
    await link.close();
  });
});

describe('a coordinator that ends', () => {
  test('tells who follows and who asks, and takes nothing new', async () => {
    await using coordinator = await serveCoordinator();
    await running(coordinator);
    const held = coordinator.agents.holdAt('take', 'web-1');
    const followed = drained(coordinator.client().redeploy('web'));
    const ending = {
      code: 'unavailable',
      message: expect.stringMatching(/^The coordinator is ending\. What is under/),
    };
    const told = expect(followed).rejects.toMatchObject(ending);
    await held.reached;
    const planned = coordinator.agents.holdAt('survey', '');
    const asking = expect(coordinator.client().planService('web')).rejects.toMatchObject(ending);
    await planned.reached;
    coordinator.doors.closing();
    await Promise.all([told, asking]);
    await nobodyFollows(coordinator);
    await expect(coordinator.client().listServices()).rejects.toMatchObject(ending);
    await expect(drained(coordinator.client().redeploy('web'))).rejects.toMatchObject(ending);
    held.open();
    planned.open();
    await coordinator.queues.idle();
    expect(await lastDeployment(coordinator)).toMatchObject({ number: 2, state: 'succeeded' });
  });

  test('lets go of its port, though its clients hold their connections', async () => {
    await using coordinator = await serveCoordinator();
    await coordinator.client().listServices();
    await coordinator.doors.close();
    const port = Number(coordinator.address.split(':')[1]);
    await new Promise<void>((resolve, reject) => {
      const next = createServer().listen(port, '127.0.0.1', () => next.close(() => resolve()));
      next.once('error', reject);
    });
    await expect(coordinator.client().listServices()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`${coordinator.address} cannot be reached`),
    });
  });
});

describe('somebody listens and never answers', () => {
  /** Takes connections and says nothing, as a host behind a filter, or a program that hangs. */
  const silent = async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const client = new RestowClient({ address: `127.0.0.1:${port}`, token: 't', deadlineMs: 300 });
    return {
      client,
      [Symbol.asyncDispose]: async () => {
        client.close();
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  };

  test('a question ends at its deadline', async () => {
    await using one = await silent();
    await expect(one.client.listServices()).rejects.toMatchObject(tooLate);
  });

  test.each([
    ['a redeploy', (client: RestowClient) => client.redeploy('web')],
    ['a watch', (client: RestowClient) => client.watchDeployment('7')],
    ['logs', (client: RestowClient) => client.serviceLogs('web', { follow: true })],
  ])('%s, which has no deadline, is given up as well', async (_, begin) => {
    await using one = await silent();
    const error = await begin(one.client)
      .next()
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    expect(isRestowError(error, 'unavailable')).toBe(true);
    expect((error as Error).message).toMatch(/cannot be reached \(nobody took the call within 0\.3 s\)/);
  });

  test('where somebody did take it, a stream may be silent for longer than that', async () => {
    const { promise: printed, resolve: print } = Promise.withResolvers<void>();
    const archive: LogArchive = {
      read: async function* ({ serviceId }) {
        await printed;
        yield aLineOf(serviceId, 1);
      },
    };
    await using coordinator = await serveCoordinator({ archive });
    await coordinator.define();
    const first = coordinator.client(200).serviceLogs('web', { follow: true }).next();
    await new Promise((resolve) => setTimeout(resolve, 400));
    print();
    expect(await first).toMatchObject({ done: false, value: { slotName: 'web-1', seq: 1 } });
  });
});
