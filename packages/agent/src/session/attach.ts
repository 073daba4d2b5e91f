import { RestowError } from '@restow/shared/base/errors';
import { type EndpointTable, type Hello, protocolVersion, type Welcome } from '@restow/shared/domain/order';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import type { CoordinatorMessage } from '@restow/shared/rpc/wire-agent';
import { EndpointAssembly } from '@restow/shared/rpc/wire-endpoints';
import type { AgentWorld } from './agent-world.ts';
import { dial, SessionEnded } from './dial.ts';
import { EndpointTables } from './endpoint-tables.ts';
import { sendHeartbeats } from './heartbeat.ts';
import { joinCluster, OtherNodeSubnet } from './join-cluster.ts';
import type { EngineWatch } from './observe.ts';
import type { Orders } from './orders.ts';

/** Something that takes the call and says nothing is no coordinator. Milliseconds. */
const welcomeWithinMs = 30_000;

/** What outlives a session. */
export interface Lasting {
  watch: EngineWatch;
  orders: Orders;
}

/**
 * One session: dial, hello, welcome, and then orders until it ends. Resolves when the signal was aborted and the
 * coordinator was told. Throws `SessionEnded` when the coordinator or the way to it ended the session, and whatever
 * this node itself could not do.
 */
export const attach = async (
  world: AgentWorld,
  { watch, orders }: Lasting,
  { signal, onAttached }: { signal: AbortSignal; onAttached: () => void },
): Promise<void> => {
  const introduction = await introduce(world);
  const line = dial(world.coordinator, world.token);
  const leave = () => void line.hangUp();
  signal.addEventListener('abort', leave, { once: true });
  try {
    const messages = line.messages();
    const assembly = new EndpointAssembly();
    await watch.attach(
      (instances) => line.send({ kind: 'hello', hello: introduction(instances) }),
      (observation) => line.send({ kind: 'observation', ...observation }),
    );
    const { welcome, endpoints } = await beWelcomed(world, messages, assembly);
    const { facts, foreignContainers } = introduction([]);
    void sendHeartbeats(world, { facts, foreignContainers }, welcome.heartbeatMs, line.send, line.over);

    const { network: cluster, dynamicPorts, observedAddress } = welcome;
    const network = { ...cluster, underlay: world.underlay ?? observedAddress };
    const remember = (table: EndpointTable) => world.memory.remember({ ...network, endpoints: table });
    if (!world.nodeSubnetIsOwn && cluster.nodeSubnet !== world.nodeSubnet)
      throw new OtherNodeSubnet(cluster.nodeSubnet);
    await joinCluster(world, cluster, dynamicPorts, { ...network, endpoints }, (because) =>
      line.send({ kind: 'refused', because }),
    );
    remember(endpoints);
    line.send({ kind: 'table-applied', version: endpoints.version, error: null });
    world.logs.use(welcome.nats);
    orders.attach(welcome.epoch, line.send);
    onAttached();

    const tables = new EndpointTables({ world, applied: remember, send: line.send, over: line.over });
    for await (const message of messages) {
      switch (message.kind) {
        case 'order':
          orders.take(message.given);
          break;
        case 'cancel':
          orders.cancel(message.orderId);
          break;
        case 'endpoints': {
          const table = assembly.add(message.part);
          if (table) await tables.take(table);
          break;
        }
        case 'welcome':
          throw new RestowError('invalid', 'The coordinator welcomed this node twice in one session.');
      }
    }
    if (!signal.aborted) throw endedWithoutReason(world);
  } finally {
    signal.removeEventListener('abort', leave);
    watch.detach();
    orders.detach();
    await line.hangUp();
  }
};

/** Everything a hello says but the containers, which are looked at last. */
const introduce = async (world: AgentWorld): Promise<(instances: ObservedInstance[]) => Hello> => {
  const [facts, engine, foreignContainers] = await Promise.all([
    world.facts(),
    world.engine.facts(),
    world.engine.countForeign(),
  ]);
  return (instances) => ({
    protocolVersion,
    agentVersion: world.agentVersion,
    nodeId: world.nodeId,
    nodeName: world.nodeName,
    underlayAddress: world.underlay,
    publicAddress: world.publicAddress,
    facts,
    engine,
    foreignContainers,
    instances,
    endpointsVersion: world.memory.network?.endpoints.version ?? 0,
  });
};

/** The welcome and its whole endpoint table. */
const beWelcomed = async (
  world: AgentWorld,
  messages: AsyncGenerator<CoordinatorMessage, void, undefined>,
  assembly: EndpointAssembly,
): Promise<{ welcome: Omit<Welcome, 'endpoints'>; endpoints: EndpointTable }> => {
  const done = new AbortController();
  const patience = world.clock.sleep(welcomeWithinMs, done.signal).then(() => {
    throw new SessionEnded(
      new RestowError('timeout', `${whom(world)} took the call but said nothing for ${welcomeWithinMs / 1000} s.`),
    );
  });
  const next = async () => {
    const { value, done } = await Promise.race([messages.next(), patience]);
    if (done || !value) throw endedWithoutReason(world);
    return value;
  };
  try {
    const first = await next();
    if (first.kind !== 'welcome') throw new RestowError('invalid', `${whom(world)} did not begin with a welcome.`);
    let endpoints = assembly.add(first.endpoints);
    while (!endpoints) {
      const more = await next();
      if (more.kind === 'endpoints') endpoints = assembly.add(more.part);
    }
    return { welcome: first.welcome, endpoints };
  } finally {
    done.abort();
  }
};

const whom = ({ coordinator }: AgentWorld): string => `The coordinator at ${coordinator}`;

const endedWithoutReason = (world: AgentWorld): SessionEnded =>
  new SessionEnded(new RestowError('unavailable', `${whom(world)} ended the session without a reason.`));
