import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  count,
  few,
  filled,
  healthCheck,
  healthTiming,
  image,
  milliseconds,
  orNull,
  portNumber,
  protocol,
  publishedPort,
  settings,
  text,
  time,
  uuid,
} from '../../../../test/lib/arbitraries.ts';
import type { NodeFacts, PortInUse } from '../domain/node.ts';
import type {
  Endpoint,
  EndpointTable,
  Hello,
  InstanceRef,
  InstanceSpec,
  Order,
  OrderFailure,
  OrderKind,
  OutcomeByKind,
  Welcome,
} from '../domain/order.ts';
import { autodestroys, autorestarts, netModes } from '../domain/service.ts';
import type { ObservedInstance } from '../domain/slot.ts';
import type { ToAgent } from './gen/restow/v1/ToAgent.ts';
import { loadRestow } from './load.ts';
import {
  type AgentMessage,
  agentMessageWire,
  cancelMessage,
  decodeCoordinatorMessage,
  endpointChangeMessages,
  endpointMessages,
  orderMessage,
  welcomeMessages,
} from './wire-agent.ts';
import { changesBetween, EndpointAssembly } from './wire-endpoints.ts';

const attach = loadRestow().AgentSession.service.Attach;

/** A message as the other side reads it: through the bytes that travel. */
const up = (message: AgentMessage): AgentMessage =>
  agentMessageWire.decode(attach.requestDeserialize(attach.requestSerialize(agentMessageWire.encode(message))));
const down = (message: ToAgent) =>
  decodeCoordinatorMessage(attach.responseDeserialize(attach.responseSerialize(message)));

const bytes = fc.nat(Number.MAX_SAFE_INTEGER);
const exitCode = orNull(fc.integer({ min: -1, max: 255 }));
// Keys that a map of the wire could not carry apart from an object's own prototype are no names of anything either.
const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,8}$/).filter((name) => !name.startsWith('__'));

const aboutAnInstance = {
  serviceId: uuid,
  serviceName: text,
  slotId: uuid,
  slotIndex: count,
  instanceId: uuid,
  deploymentId: uuid,
  address: text,
  ports: few(publishedPort),
  net: fc.constantFrom(...netModes),
  healthCheck,
  healthTiming,
  stopSignal: orNull(filled),
  stopGraceMs: milliseconds,
  stack: orNull(filled),
  autorestart: fc.constantFrom(...autorestarts),
  autodestroy: fc.constantFrom(...autodestroys),
  minRunningMs: milliseconds,
  healthDeadlineMs: milliseconds,
};
const instanceRef: fc.Arbitrary<InstanceRef> = fc.record(aboutAnInstance);
const instanceSpec: fc.Arbitrary<InstanceSpec> = fc.record({
  ...aboutAnInstance,
  revisionId: uuid,
  revisionNumber: count,
  deploymentNumber: count,
  image,
  env: fc.dictionary(key, text, { maxKeys: 3, noNullPrototype: true }),
  command: orNull(few(text)),
  entrypoint: orNull(few(text)),
  labels: fc.dictionary(key, text, { maxKeys: 3, noNullPrototype: true }),
  memoryBytes: orNull(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  volumes: few(fc.record({ name: text, path: text, readOnly: fc.boolean(), borrowed: fc.boolean() })),
  hostPaths: few(fc.record({ hostPath: text, path: text, readOnly: fc.boolean() })),
  exposed: few(fc.record({ containerPort: portNumber, protocol })),
  settings: fc.record(settings),
  links: few(fc.record({ alias: text, serviceId: uuid, serviceName: text })),
});
const portInUse: fc.Arbitrary<PortInUse> = fc.record({
  protocol,
  port: portNumber,
  holder: fc.oneof(
    fc.record({ kind: fc.constant('slot' as const), slotId: uuid, slotName: text }),
    fc.record({ kind: fc.constant('foreign' as const), pid: orNull(count), program: text }),
    fc.record({ kind: fc.constant('container' as const), containerName: text }),
  ),
});
const facts: fc.Arbitrary<NodeFacts> = fc.record({
  hostname: text,
  os: text,
  arch: text,
  kernel: text,
  cores: count,
  memoryBytes: bytes,
  memoryFreeBytes: bytes,
  diskBytes: bytes,
  diskFreeBytes: bytes,
  load1: fc.double({ min: 0, max: 1000, noNaN: true }).map((load) => load + 0),
});
const instance: fc.Arbitrary<ObservedInstance> = fc.record({
  instanceId: uuid,
  containerId: text,
  containerName: text,
  serviceId: uuid,
  slotId: uuid,
  revisionId: uuid,
  deploymentId: uuid,
  nodeId: uuid,
  state: fc.constantFrom('created', 'running', 'stopped', 'gone'),
  health: fc.constantFrom('none', 'starting', 'healthy', 'unhealthy'),
  exitCode,
  startedAt: orNull(time),
  finishedAt: orNull(time),
});
const endpoint: fc.Arbitrary<Endpoint> = fc.record({
  slotId: uuid,
  slotName: text,
  slotIndex: count,
  serviceId: uuid,
  serviceName: text,
  stack: orNull(filled),
  named: fc.boolean(),
  everyNode: fc.boolean(),
  address: text,
  nodeId: uuid,
  underlay: text,
});
const towards = orNull(fc.record({ underlay: filled, ports: few(publishedPort) }));
const table: fc.Arbitrary<EndpointTable> = fc.record({
  version: fc.nat(1000),
  endpoints: fc.uniqueArray(endpoint, { maxLength: 6, selector: ({ slotId }) => slotId }),
});

/** One arbitrary for each kind: a kind that is not tried does not compile. */
const orders: { [Kind in OrderKind]: fc.Arbitrary<Omit<Extract<Order, { kind: Kind }>, 'kind'>> } = {
  'resolve-image': fc.record({ reference: text }),
  survey: fc.record({
    image: orNull(image),
    ports: few(fc.record({ protocol, port: portNumber })),
    dynamicPorts: orNull(fc.record({ first: portNumber, last: portNumber })),
    volumes: few(text),
  }),
  'pull-image': fc.record({ image }),
  prepare: fc.record({ instance: instanceSpec }),
  open: fc.record({ instance: instanceRef, towards }),
  take: fc.record({ instance: instanceSpec, relayed: fc.boolean() }),
  flip: fc.record({ instance: instanceRef, towards }),
  drain: fc.record({ instance: instanceRef }),
  settle: fc.record({ instance: instanceRef }),
  close: fc.record({ instance: instanceRef }),
  retire: fc.record({ instance: instanceRef }),
  'put-aside': fc.record({ instance: instanceRef, tailLines: fc.nat(1000) }),
  revive: fc.record({ instance: instanceRef }),
  'measure-volumes': fc.record({ names: few(text) }),
  'purge-volume': fc.record({ name: text }),
};
const nothing = fc.constant({});
const outcomes: { [Kind in OrderKind]: fc.Arbitrary<OutcomeByKind[Kind]> } = {
  'resolve-image': fc.record({ image, bytes }),
  survey: fc.record({
    imagePresent: fc.boolean(),
    portsInUse: few(portInUse),
    foreignVolumes: few(fc.record({ name: text, users: few(text) })),
  }),
  'pull-image': fc.record({ imageId: text, alreadyPresent: fc.boolean(), bytes }),
  prepare: fc.record({
    containerId: text,
    containerName: text,
    volumes: few(fc.record({ name: text, path: text })),
  }),
  open: nothing,
  take: fc.record({ healthyAfterMs: milliseconds }),
  flip: nothing,
  drain: fc.record({ exitCode, killed: fc.boolean(), tookMs: milliseconds, cut: count }),
  settle: nothing,
  close: nothing,
  retire: fc.record({ removedNow: fc.boolean() }),
  'put-aside': fc.record({ exitCode, logTail: few(text) }),
  revive: fc.record({ healthyAfterMs: milliseconds }),
  'measure-volumes': fc.record({
    volumes: few(fc.record({ name: text, bytes: orNull(bytes), users: few(text) })),
  }),
  'purge-volume': fc.record({ removed: fc.boolean() }),
};
const kinds = Object.keys(orders) as OrderKind[];

describe.each(kinds)('%s', (kind) => {
  test('the order reads as it was given', () => {
    fc.assert(
      fc.property(
        orders[kind] as fc.Arbitrary<object>,
        uuid,
        count,
        milliseconds,
        (body, orderId, epoch, deadlineMs) => {
          const given = { orderId, epoch, deadlineMs, order: { kind, ...body } as Order };
          expect(down(orderMessage(given))).toEqual({ kind: 'order', given });
        },
      ),
    );
  });

  test('the outcome reads as it was answered', () => {
    fc.assert(
      fc.property(outcomes[kind] as fc.Arbitrary<OutcomeByKind[OrderKind]>, uuid, (value, orderId) => {
        const message: AgentMessage = { kind: 'outcome', ended: { orderId, kind, outcome: { ok: true, value } } };
        expect(up(message)).toEqual(message);
      }),
    );
  });
});

test('a failure reads as it was answered, last lines and exit code with it', () => {
  const failure: fc.Arbitrary<OrderFailure> = fc.record({
    code: fc.constantFrom('instance-exited', 'disk-full', 'cancelled', 'internal'),
    message: text,
    exitCode,
    logTail: few(text),
  });
  fc.assert(
    fc.property(failure, uuid, (failure, orderId) => {
      const message: AgentMessage = {
        kind: 'outcome',
        ended: { orderId, kind: null, outcome: { ok: false, failure } },
      };
      expect(up(message)).toEqual(message);
    }),
  );
});

test('hello, heartbeats, observations, progress and what was applied read as they were said', () => {
  const hello: fc.Arbitrary<Hello> = fc.record({
    protocolVersion: count,
    agentVersion: text,
    nodeId: uuid,
    nodeName: text,
    underlayAddress: orNull(filled),
    publicAddress: orNull(filled),
    facts,
    engine: fc.record({ id: text, version: text, apiVersion: text, storageDriver: text }),
    foreignContainers: fc.nat(100),
    instances: few(instance),
    endpointsVersion: fc.nat(1000),
  });
  const message: fc.Arbitrary<AgentMessage> = fc.oneof(
    fc.record({ kind: fc.constant('hello' as const), hello }),
    fc.record({ kind: fc.constant('heartbeat' as const), facts, foreignContainers: fc.nat(100) }),
    fc.record({ kind: fc.constant('observation' as const), instances: few(instance), complete: fc.boolean() }),
    fc.record({
      kind: fc.constant('progress' as const),
      orderId: uuid,
      progress: fc.record({ text, current: orNull(bytes), total: orNull(bytes) }),
    }),
    fc.record({ kind: fc.constant('table-applied' as const), version: fc.nat(1000), error: orNull(filled) }),
  );
  fc.assert(
    fc.property(message, (message) => {
      expect(up(message)).toEqual(message);
    }),
  );
});

test('a welcome reads as it was answered, its table put together from its parts', () => {
  const welcome: fc.Arbitrary<Welcome> = fc.record({
    protocolVersion: count,
    clusterId: uuid,
    epoch: count,
    network: fc.record({ overlaySubnet: text, nodeSubnet: text, vxlanId: count, vxlanPort: count, mtu: count }),
    dynamicPorts: fc.record({ first: count, last: count }),
    nats: fc.record({ url: text, token: text }),
    heartbeatMs: count,
    observedAddress: text,
    endpoints: table,
  });
  fc.assert(
    fc.property(welcome, ({ endpoints, ...said }) => {
      const [first] = welcomeMessages({ ...said, endpoints }).map(down);
      if (first?.kind !== 'welcome') return expect.unreachable();
      expect(first.welcome).toEqual(said);
      expect(new EndpointAssembly().add(first.endpoints)).toEqual(endpoints);
    }),
  );
});

test('changes make one table into any other', () => {
  const bySlot = ({ endpoints }: EndpointTable) => endpoints.toSorted((a, b) => (a.slotId < b.slotId ? -1 : 1));
  fc.assert(
    fc.property(table, table, fc.array(fc.nat(5)), (before, other, kept) => {
      // Tables of two strangers share nothing: some endpoints stay, and some of those move.
      const stay = before.endpoints.filter((_, index) => kept.includes(index));
      const moved = stay.map((endpoint, index) => (index % 2 ? { ...endpoint, underlay: 'elsewhere' } : endpoint));
      const after = { version: before.version + 1, endpoints: [...other.endpoints, ...moved] };
      const assembly = new EndpointAssembly();
      const read = (messages: ToAgent[]) =>
        messages.map(down).map((message) => (message.kind === 'endpoints' ? assembly.add(message.part) : null));
      read(endpointMessages(before));
      const last = read(endpointChangeMessages(changesBetween(before, after))).at(-1)!;
      expect(last.version).toBe(after.version);
      expect(bySlot(last)).toEqual(bySlot(after));
    }),
  );
});

test('a large table travels in parts below 1 MiB, of which only the last completes it', () => {
  const endpoints = Array.from({ length: 20_000 }, (_, index) => ({
    slotId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    slotName: `service-of-some-length-${index}-1`,
    slotIndex: 1,
    serviceId: `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`,
    serviceName: `service-of-some-length-${index}`,
    stack: index % 2 ? 'a-stack-of-some-length' : null,
    named: index % 3 > 0,
    everyNode: index % 5 > 0,
    address: `10.7.${index >> 8}.${index & 255}`,
    nodeId: '00000000-0000-4000-8000-000000000000',
    underlay: '192.168.100.200',
  }));
  const messages = endpointMessages({ version: 7, endpoints });
  expect(messages.length).toBeGreaterThan(1);
  for (const message of messages) expect(attach.responseSerialize(message).length).toBeLessThan(1024 * 1024);
  const assembly = new EndpointAssembly();
  const tables = messages
    .map(down)
    .map((message) => (message.kind === 'endpoints' ? assembly.add(message.part) : null));
  expect(tables.slice(0, -1)).toEqual(messages.slice(0, -1).map(() => null));
  expect(tables.at(-1)).toEqual({ version: 7, endpoints });
});

test('a cancellation names its order', () => {
  expect(down(cancelMessage('abc'))).toEqual({ kind: 'cancel', orderId: 'abc' });
});

test('messages without a kind, and changes of a table never sent, are refused', () => {
  expect(() => agentMessageWire.decode({})).toThrow('does not know');
  expect(() => decodeCoordinatorMessage({})).toThrow('does not know');
  expect(() => down({ order: { orderId: 'x' } })).toThrow('kind of order');
  const [change] = endpointChangeMessages({ version: 2, endpoints: [], removedSlots: [] }).map(down);
  expect(() => change?.kind === 'endpoints' && new EndpointAssembly().add(change.part)).toThrow('before the table');
});
