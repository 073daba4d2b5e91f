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
import { checkDefinition } from '../domain/check-definition.ts';
import { type DeploymentState, deploymentMoves } from '../domain/deployment.ts';
import type { NodeVerdict } from '../domain/placement.ts';
import type { Plan, PlannedSwap, PlanRefusal } from '../domain/plan.ts';
import {
  autodestroys,
  autorestarts,
  defaultDefinition,
  onFailures,
  type ServiceDefinition,
  type ServicePort,
  strategies,
  updateOrders,
} from '../domain/service.ts';
import type { DeploymentEvent, DeploymentView, NodeView, ServiceView } from '../domain/view.ts';
import type { Method } from './channel.ts';
import { loadRestow } from './load.ts';
import { nodeViewFromWire, nodeViewToWire } from './wire-cluster.ts';
import { definitionFromWire, definitionToWire } from './wire-definition.ts';
import { deploymentEventFromWire, deploymentEventToWire } from './wire-deployment.ts';
import { deploymentLogEntryFromWire, deploymentLogEntryToWire } from './wire-logs.ts';
import { planReplyFromWire, planReplyToWire } from './wire-plan.ts';
import { serviceViewFromWire, serviceViewToWire } from './wire-service-view.ts';

const { service } = loadRestow().Restow;

/** A reply as the other side reads it: through the bytes that travel. */
const sent = <In, Out>(
  method: Pick<Method<never, Out>, 'responseDeserialize'> & { responseSerialize: (reply: In) => Buffer },
  reply: In,
): Out => method.responseDeserialize(method.responseSerialize(reply));

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const access = fc.constantFrom('exclusive' as const, 'shared' as const);
const servicePort: fc.Arbitrary<ServicePort> = fc.record({
  containerPort: portNumber,
  protocol,
  published: fc.boolean(),
  hostPort: orNull(portNumber),
});
const definition: fc.Arbitrary<ServiceDefinition> = fc.record({
  image: text,
  count: fc.nat(1000),
  tags: few(word),
  strategy: fc.constantFrom(...strategies),
  ports: few(servicePort),
  env: fc.dictionary(word, text, { maxKeys: 4 }),
  secrets: few(word),
  command: orNull(few(text)),
  entrypoint: orNull(few(text)),
  volumes: few(fc.record({ path: text, name: orNull(filled), access, readOnly: fc.boolean() })),
  hostPaths: few(fc.record({ hostPath: text, path: text, access, readOnly: fc.boolean() })),
  volumesFrom: few(fc.record({ service: word, readOnly: fc.boolean() })),
  labels: fc.dictionary(word, text, { maxKeys: 4 }),
  memoryBytes: orNull(fc.integer({ min: 1, max: 2 ** 50 })),
  healthCheck,
  healthTiming,
  stopSignal: orNull(word),
  stopGraceMs: milliseconds,
  sequential: fc.boolean(),
  autorestart: fc.constantFrom(...autorestarts),
  autodestroy: fc.constantFrom(...autodestroys),
  autoredeploy: fc.boolean(),
  links: few(fc.record({ service: word, alias: word })),
  roles: few(word),
  ...settings,
  update: fc.record({
    order: fc.constantFrom(...updateOrders),
    gate: orNull(fc.boolean()),
    batch: orNull(count),
    minRunningMs: milliseconds,
    healthDeadlineMs: milliseconds,
    watchMs: milliseconds,
    onFailure: fc.constantFrom(...onFailures),
  }),
});

const verdict: fc.Arbitrary<NodeVerdict> = fc.record({
  nodeId: uuid,
  nodeName: word,
  fits: fc.boolean(),
  reasons: few(fc.record({ code: fc.constantFrom('missing-tag', 'volume-elsewhere', 'port-in-use'), message: text })),
  score: orNull(fc.nat(100)),
});
const swap: fc.Arbitrary<PlannedSwap> = fc.record(
  {
    slotIndex: count,
    slotName: word,
    slotId: uuid,
    instanceId: uuid,
    address: orNull(fc.ipV4()),
    from: orNull(
      fc.record(
        {
          ...{ nodeId: uuid, nodeName: word, instanceId: uuid, revisionNumber: count, deploymentId: uuid },
          ports: fc.array(publishedPort, { minLength: 1, maxLength: 3 }),
        },
        { requiredKeys: ['nodeId', 'nodeName', 'instanceId', 'revisionNumber'] },
      ),
    ),
    placement: fc.record({
      slotIndex: count,
      slotName: word,
      nodeId: uuid,
      nodeName: word,
      because: text,
      verdicts: few(verdict),
    }),
    volumes: few(
      fc.record({
        ...{ name: word, path: text, fresh: fc.boolean(), readOnly: fc.boolean() },
        ...{ mountName: orNull(word), from: orNull(word) },
      }),
    ),
    detaches: few(fc.record({ name: word, nodeName: word })),
    ports: few(publishedPort),
  },
  { requiredKeys: ['slotIndex', 'slotName', 'address', 'from', 'placement', 'volumes', 'detaches', 'ports'] },
);
const redeployPlan: fc.Arbitrary<Plan> = fc.record({
  serviceId: uuid,
  serviceName: word,
  revisionNumber: count,
  image,
  order: fc.record({
    asked: fc.constantFrom(...updateOrders),
    chosen: fc.constantFrom('stop-first', 'recreate', 'start-first'),
    because: text,
  }),
  gate: fc.boolean(),
  batches: few(few(count)),
  swaps: few(swap),
  removals: few(fc.record({ slotIndex: count, slotName: word, nodeName: orNull(word) })),
  pulls: few(fc.record({ nodeId: uuid, nodeName: word, present: fc.boolean() })),
  predictedOutage: fc.record({ seconds: fc.double({ min: 0, max: 1e6, noNaN: true }), from: text }),
  warnings: few(text),
});
const plan: fc.Arbitrary<Plan> = fc
  .tuple(redeployPlan, fc.option(fc.record({ from: count, to: count })))
  .map(([made, scale]) => (scale ? { ...made, scale } : made));
const refusal: fc.Arbitrary<PlanRefusal> = fc.record(
  {
    serviceName: word,
    message: text,
    unplaceable: few(
      fc.record({ slotIndex: count, slotName: word, message: text, waysOut: few(text), verdicts: few(verdict) }),
    ),
    code: fc.constantFrom('unsupported' as const, 'unavailable' as const),
  },
  { requiredKeys: ['serviceName', 'message', 'unplaceable'] },
);

const step = fc.record({
  deploymentId: uuid,
  seq: count,
  orderId: text,
  slotName: orNull(word),
  nodeName: orNull(word),
  phase: fc.constantFrom('plan', 'prepare', 'handover', 'retire', 'undo', 'watch'),
  name: word,
  state: fc.constantFrom('running', 'done', 'failed'),
  detail: text,
  startedAt: time,
  endedAt: orNull(time),
});
const deployment: fc.Arbitrary<DeploymentView> = fc.record({
  id: uuid,
  number: count,
  kind: fc.constantFrom('deploy', 'redeploy', 'scale', 'remove'),
  serviceId: uuid,
  serviceName: word,
  revisionId: orNull(uuid),
  state: fc.constantFrom(...(Object.keys(deploymentMoves) as DeploymentState[])),
  reason: text,
  code: orNull(word),
  requestedBy: text,
  options: fc.record(
    {
      reuseVolumes: fc.boolean(),
      order: orNull(fc.constantFrom(...updateOrders)),
      noQueue: fc.boolean(),
      scaleTo: fc.oneof(count, fc.constant('nodes' as const)),
    },
    { requiredKeys: ['reuseVolumes', 'order', 'noQueue'] },
  ),
  plan: orNull(plan),
  requestedAt: time,
  startedAt: orNull(time),
  endedAt: orNull(time),
  revisionNumber: orNull(count),
  steps: few(step),
});
const event: fc.Arbitrary<DeploymentEvent> = fc.oneof(
  fc.record({ kind: fc.constantFrom('accepted' as const, 'state' as const, 'ended' as const), deployment }),
  fc.record({ kind: fc.constant('step' as const), step }),
  fc.record({
    kind: fc.constant('progress' as const),
    slotName: orNull(word),
    nodeName: orNull(word),
    step: word,
    progress: fc.record({ text, current: orNull(fc.nat()), total: orNull(fc.nat()) }),
  }),
);

describe('what crosses the wire comes back equal', () => {
  test('a definition', () => {
    const { CreateService: method } = service;
    fc.assert(
      fc.property(definition, (given) => {
        const bytes = method.requestSerialize({ name: 'web', definition: definitionToWire(given) });
        expect(definitionFromWire(method.requestDeserialize(bytes).definition!)).toEqual(given);
      }),
    );
  });

  test('a plan', () => {
    fc.assert(
      fc.property(plan, (value) => {
        const outcome = { ok: true as const, value };
        expect(planReplyFromWire(sent(service.PlanService, planReplyToWire(outcome)))).toEqual(outcome);
      }),
    );
  });

  test('a refusal to plan', () => {
    fc.assert(
      fc.property(refusal, (value) => {
        const outcome = { ok: false as const, refusal: value };
        expect(planReplyFromWire(sent(service.PlanService, planReplyToWire(outcome)))).toEqual(outcome);
      }),
    );
  });

  test('an event of a deployment', () => {
    fc.assert(
      fc.property(event, (given) => {
        expect(deploymentEventFromWire(sent(service.Redeploy, deploymentEventToWire(given)))).toEqual(given);
      }),
    );
  });

  test('a service with a slot that runs and one that was never deployed', () => {
    const id = '0f0e0d0c-0000-4000-8000-000000000001';
    const view: ServiceView = {
      id,
      name: 'web',
      stack: 'shop',
      definition: defaultDefinition('app:v1'),
      version: 3,
      createdAt: 1,
      updatedAt: 2,
      state: 'Partly running',
      synchronized: false,
      pending: ['image', 'env'],
      running: defaultDefinition('app:v0'),
      slots: [
        {
          id,
          index: 1,
          name: 'web-1',
          address: '10.7.0.1',
          nodeId: id,
          nodeName: 'n1',
          instanceId: id,
          containerId: 'c1',
          revisionNumber: 2,
          image: { kind: 'digest', reference: 'app:v1', repository: 'app', digest: 'sha256:aa' },
          state: 'stopped',
          health: 'unhealthy',
          exitCode: 0,
          startedAt: 5,
          synchronized: false,
          pending: ['image'],
          ports: [
            { containerPort: 80, hostPort: 8080, protocol: 'tcp' },
            { containerPort: 90, hostPort: null, protocol: 'udp' },
          ],
          publicDns: 'web-1.main.cont.example.test',
          instancePublicDns: 'web-1.0f0e0d0c.cont.example.test',
        },
        {
          id,
          index: 2,
          name: 'web-2',
          address: '10.7.0.2',
          nodeId: null,
          nodeName: null,
          instanceId: null,
          containerId: null,
          revisionNumber: null,
          image: null,
          state: 'gone',
          health: 'none',
          exitCode: null,
          startedAt: null,
          synchronized: false,
          pending: [],
          ports: [],
          publicDns: null,
          instancePublicDns: null,
        },
      ],
      revisionNumber: 2,
      deploymentNumber: null,
      publicDns: 'web.0f0e0d0c.svc.example.test',
    };
    expect(serviceViewFromWire(sent(service.GetService, serviceViewToWire(view)))).toEqual(view);
  });

  test('a node that cannot be reached', () => {
    const view: NodeView = {
      id: 'a',
      name: 'n1',
      tags: ['prod'],
      availability: 'cordoned',
      unreachableSince: 7,
      underlayAddress: '192.0.2.1',
      publicAddress: '198.51.100.1',
      agentVersion: '0.1.0',
      engine: { id: 'e', version: '20.10.24', apiVersion: '1.41', storageDriver: 'overlay2' },
      facts: {
        hostname: 'n1',
        os: 'Debian',
        arch: 'x64',
        kernel: '6.1',
        cores: 2,
        memoryBytes: 1,
        memoryFreeBytes: 2,
        diskBytes: 3,
        diskFreeBytes: 4,
        load1: 0.5,
      },
      foreignContainers: 1,
      createdAt: 1,
      lastSeenAt: 2,
      slots: ['web-1'],
      publicDns: 'n1.node.example.test',
    };
    expect(nodeViewFromWire(sent(service.GetNode, nodeViewToWire(view)))).toEqual(view);
  });

  test('a gap in a log', () => {
    const entry = {
      kind: 'line' as const,
      line: {
        slotName: 'web-1',
        nodeName: 'n1',
        instanceId: 'i',
        deploymentNumber: null,
        seq: 12,
        time: '2026-01-02T03:04:05.123456789Z',
        stream: 'gap' as const,
        line: 'lines 3 to 11 were rotated away',
        partial: false,
      },
    };
    expect(deploymentLogEntryFromWire(sent(service.DeploymentLogs, deploymentLogEntryToWire(entry)))).toEqual(entry);
  });
});

describe('a definition that leaves things out', () => {
  const { CreateService: method } = service;
  const read = (definition: object) =>
    definitionFromWire(method.requestDeserialize(method.requestSerialize({ name: 'web', definition })).definition!);

  test('gets the defaults of what is a message or a word', () => {
    expect(read({ image: 'app:v1', count: 1, stopGraceMs: 10_000 })).toEqual(defaultDefinition('app:v1'));
  });

  test('keeps words that are none, and a check of no kind, for the one who looks at all of it at once', () => {
    const ports = [{ containerPort: 80, protocol: 'sctp' }];
    const settings = { net: 'ipvlan', pid: 'mine' };
    const update = { order: 'sideways', onFailure: 'cry', healthDeadlineMs: 1 };
    const mounts = {
      volumes: [{ path: '/a', access: 'all' }],
      hostPaths: [{ path: '/b', hostPath: '/b', access: 'x' }],
    };
    const words = { strategy: 'RANDOM', autorestart: 'NEVER', autodestroy: 'SOON', healthCheck: {} };
    const definition = { image: 'app:v1', count: 1, ports, settings, update, ...mounts, ...words };
    expect(checkDefinition(read(definition)).map(({ field }) => field)).toEqual([
      ...[
        'strategy',
        'ports[0].protocol',
        'volumes[0].access',
        'hostPaths[0].access',
        'healthCheck.kind',
        'net',
        'pid',
      ],
      ...['update.order', 'update.onFailure', 'autorestart', 'autodestroy'],
    ]);
  });
});
