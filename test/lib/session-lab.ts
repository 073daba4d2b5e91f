import { randomUUID } from 'node:crypto';
import { type ClientDuplexStream, Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthWatch } from '@restow/agent/health/health-watch';
import type { AgentWorld, OrderRunner } from '@restow/agent/session/agent-world';
import { keepAttached } from '@restow/agent/session/keep-attached';
import { PublishedPorts } from '@restow/agent/swap/published-ports';
import { GrpcAgents } from '@restow/coordinator/adapters/grpc-agents';
import { localAnnouncer } from '@restow/coordinator/adapters/local-announcer';
import { openMemoryStore } from '@restow/coordinator/adapters/memory-store';
import { agentDoor } from '@restow/coordinator/api/agent-door';
import { authenticateByToken } from '@restow/coordinator/api/principal';
import { Endpoints } from '@restow/coordinator/nodes/endpoints';
import { Refusals } from '@restow/coordinator/nodes/refusals';
import { Roster } from '@restow/coordinator/nodes/roster';
import { Sessions } from '@restow/coordinator/nodes/sessions';
import type { News } from '@restow/coordinator/ports/announcer';
import { type Clock, systemClock } from '@restow/shared/base/clock';
import { openLog } from '@restow/shared/base/log';
import { defaultClusterNetwork } from '@restow/shared/domain/cluster-network';
import type { NodeFacts } from '@restow/shared/domain/node';
import {
  type EndpointTable,
  type Order,
  type OrderProgress,
  type Outcome,
  protocolVersion,
} from '@restow/shared/domain/order';
import { bearer, channelCredentials, clientOptions, serverOptions } from '@restow/shared/rpc/channel';
import type { FromAgent } from '@restow/shared/rpc/gen/restow/v1/FromAgent';
import type { ToAgent__Output } from '@restow/shared/rpc/gen/restow/v1/ToAgent';
import { loadRestow } from '@restow/shared/rpc/load';
import { FakeProbe } from './a-swap-node.ts';
import { FakeEngine, type FakeRegistry } from './fake-engine.ts';
import { FakeNetwork } from './fake-network.ts';
import { Relay } from './relay.ts';

/** Resolves with the first value of `look` that is not null: looked at again whenever the event loop comes round. */
export const until = async <Value>(look: () => Promise<Value | null> | Value | null): Promise<Value> => {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
};

export const facts: NodeFacts = {
  ...{ hostname: 'host', os: 'Debian GNU/Linux 12', arch: 'x64', kernel: '6.1', cores: 2, load1: 0.25 },
  ...{ memoryBytes: 8e9, memoryFreeBytes: 4e9, diskBytes: 1e11, diskFreeBytes: 5e10 },
};

/** The agents' half of a coordinator over real gRPC, on a store in memory. */
export const startDoor = async ({ clock = systemClock, epoch = 1 }: { clock?: Clock; epoch?: number } = {}) => {
  const token: string = randomUUID();
  const store = openMemoryStore();
  const announcer = localAnnouncer();
  const news: News[] = [];
  announcer.listen((each) => news.push(each));
  const sessions = new Sessions();
  const endpoints = new Endpoints({ store, clock, announcer });
  const roster = new Roster({ store, announcer, clock });
  const refusals = new Refusals();
  const agents = new GrpcAgents({ sessions, endpoints, clock, epoch });
  const settings = {
    ...{ clusterId: randomUUID(), epoch, network: defaultClusterNetwork, heartbeatMs: 5000 },
    dynamicPorts: { first: 32_000, last: 32_767 },
    nats: { urlFor: (host: string) => `nats://${host}:4000`, token: 'nats-token' },
  };
  const server = new Server(serverOptions);
  server.addService(
    loadRestow().AgentSession.service,
    agentDoor({
      authenticate: authenticateByToken(token, { kind: 'agent', name: 'agent' }),
      ...{ settings, sessions, roster, endpoints, refusals, agents, clock, log: openLog('test', 'silent') },
    }),
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    ...{ address: `127.0.0.1:${port}`, token, store, announcer, news, sessions, roster, refusals, agents, settings },
    [Symbol.asyncDispose]: async () => {
      await sessions.close();
      server.forceShutdown();
      await store.close();
    },
  };
};

export type Door = Awaited<ReturnType<typeof startDoor>>;

/** Carries orders out as a test says: each waits until it is answered. */
export class ScriptedRunner implements OrderRunner {
  readonly runs: { orderId: string; order: Order; deadlineMs: number }[] = [];
  readonly cancelled: string[] = [];
  readonly #answers = new Map<string, (outcome: Outcome) => void>();
  readonly #progress = new Map<string, (progress: OrderProgress) => void>();

  run(
    orderId: string,
    order: Order,
    deadlineMs: number,
    onProgress: (progress: OrderProgress) => void,
  ): Promise<Outcome> {
    this.runs.push({ orderId, order, deadlineMs });
    this.#progress.set(orderId, onProgress);
    return new Promise((resolve) => this.#answers.set(orderId, resolve));
  }

  cancel(orderId: string): void {
    this.cancelled.push(orderId);
    const failure = { code: 'cancelled' as const, message: 'called off', exitCode: null, logTail: [] };
    this.#answers.get(orderId)?.({ ok: false, failure });
  }

  /** Resolves when the order has arrived. */
  async arrived(orderId: string): Promise<void> {
    await until(() => (this.#answers.has(orderId) ? true : null));
  }

  say(orderId: string, progress: OrderProgress): void {
    this.#progress.get(orderId)?.(progress);
  }

  answer(orderId: string, outcome: Outcome): void {
    this.#answers.get(orderId)?.(outcome);
  }
}

/** An agent in this process, on a fake engine and network, attached to the door. */
export const startNode = (
  door: Pick<Door, 'address' | 'token'>,
  given: Partial<AgentWorld> & { registry?: FakeRegistry } = {},
) => {
  const { nodeId = randomUUID(), nodeName = 'n1', registry } = given;
  const engine = new FakeEngine({ nodeId, registry });
  const network = new FakeNetwork();
  const runner = new ScriptedRunner();
  const ports = new PublishedPorts({ engine: given.engine ?? engine, network: given.network ?? network });
  const health = new HealthWatch({ probe: new FakeProbe(), clock: systemClock, log: openLog('test', 'silent') });
  const endings = { look: () => undefined, lookAtAll: async () => undefined, listen: () => undefined };
  const names = {
    /** Tables that names were made of, in order. */
    tables: [] as EndpointTable[],
    use: ({ endpoints }: { endpoints: EndpointTable }) => names.tables.push(endpoints),
    useTable: (table: EndpointTable) => names.tables.push(table),
    ...{ see: () => undefined, seeAll: () => undefined, gone: () => undefined, look: async () => undefined },
  };
  const logs = { used: [] as { url: string; token: string }[], followed: [] as string[] };
  const stop = new AbortController();
  let attached = 0;
  const ended = keepAttached(
    {
      ...{ nodeId, nodeName, agentVersion: '0.0.0-test', coordinator: door.address, token: door.token },
      ...{
        underlay: null,
        publicAddress: null,
        nodeSubnet: '172.30.0.0/24',
        nodeSubnetIsOwn: true,
        ownNetwork: async () => ({ links: [], routes: [], localPorts: null }),
        engine,
        network,
        ports,
        handovers: { look: async () => [] },
        endings,
        names,
        health,
        runner,
      },
      logs: {
        use: (nats) => logs.used.push(nats),
        follow: (instanceId) => logs.followed.push(instanceId),
        resumeAll: async () => undefined,
      },
      memory: { nodeId, network: null, remember: () => undefined, flush: async () => undefined },
      facts: async () => facts,
      ...{ clock: systemClock, log: openLog('test', 'silent') },
      ...given,
    },
    { signal: stop.signal, onAttached: () => attached++ },
  );
  // Whoever waits for the node hears of it; one that only stops must not end the test run.
  ended.catch(() => undefined);
  return {
    ...{ nodeId, nodeName, engine, network, runner, logs, names, ended },
    /** Resolves when it was welcomed so often and is in working order. */
    attached: (times = 1) => Promise.race([until(() => (attached >= times ? true : null)), ended]),
    stop: async () => {
      stop.abort();
      await ended;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await ended.catch(() => undefined);
    },
  };
};

/** A door, and a node that has come to it by a way which can be broken. */
export const startRelayed = async (given: Parameters<typeof startDoor>[0] = {}) => {
  await using parts = new AsyncDisposableStack();
  const door = parts.use(await startDoor(given));
  const relay = parts.use(await Relay.to(door.address));
  const node = parts.use(startNode({ ...door, address: relay.address }));
  await node.attached();
  const kept = parts.move();
  return {
    ...{ door, node },
    /** Breaks the way; resolves when the coordinator has noticed. */
    cut: async () => {
      relay.cut();
      await until(() => (door.agents.isConnected(node.nodeId) ? null : true));
    },
    mend: () => relay.mend(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

/** A client that says on the stream what a test makes it say. */
export const dialDoor = (door: Pick<Door, 'address' | 'token'>) => {
  const client = new (loadRestow().AgentSession)(door.address, channelCredentials(), clientOptions);
  const call: ClientDuplexStream<FromAgent, ToAgent__Output> = client.attach(bearer(door.token));
  const heard: ToAgent__Output[] = [];
  call.on('data', (message: ToAgent__Output) => heard.push(message));
  const ended = new Promise<{ code: number; details: string }>((resolve) => call.on('status', resolve));
  call.on('error', () => undefined); // the status says it
  return {
    ...{ call, heard, ended },
    [Symbol.dispose]: () => {
      call.cancel();
      client.close();
    },
  };
};

/** The hello of a node that has nothing on it. */
export const aHello = (given: Partial<NonNullable<FromAgent['hello']>> = {}): FromAgent => ({
  hello: {
    ...{ protocolVersion, agentVersion: '0', nodeId: randomUUID(), nodeName: 'n1', facts },
    engine: { id: 'engine', version: '20.10.24', apiVersion: '1.41', storageDriver: 'overlay2' },
    ...given,
  },
});
