import type { DeploymentStep } from '@restow/shared/domain/deployment';
import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import type { NodeVerdict } from '@restow/shared/domain/placement';
import type { Plan, PlannedSwap } from '@restow/shared/domain/plan';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { defaultDefinition } from '@restow/shared/domain/service';
import { slotName } from '@restow/shared/domain/slot';
import type {
  DeploymentView,
  LogLineView,
  NodeView,
  ServiceView,
  SlotView,
  VolumeView,
} from '@restow/shared/domain/view';

/** Views as a coordinator would give them, each whole, each field to be set by a test that cares for it. */

export const start = Date.UTC(2026, 0, 2, 3, 4, 5);

const idOf = (number: number): string => `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;

export const anImage = (tag = 'v1'): PinnedImage => ({
  kind: 'digest',
  reference: `registry:5000/app:${tag}`,
  repository: 'registry:5000/app',
  digest: `sha256:${tag === 'v1' ? 'aa11' : 'bb22'}${'0'.repeat(60)}`,
});

export const aSlot = (index = 1, slot: Partial<SlotView> = {}): SlotView => ({
  id: idOf(100 + index),
  index,
  name: slotName('web', index),
  address: `10.7.0.${index}`,
  nodeId: idOf(200 + index),
  nodeName: `n${index}`,
  instanceId: idOf(300 + index),
  containerId: 'c0ffee',
  revisionNumber: 1,
  image: anImage(),
  state: 'running',
  health: 'none',
  exitCode: null,
  startedAt: start,
  synchronized: true,
  pending: [],
  ports: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
  publicDns: null,
  instancePublicDns: null,
  ...slot,
});

export const aService = (service: Partial<ServiceView> = {}): ServiceView => ({
  id: idOf(1),
  name: 'web',
  stack: null,
  definition: {
    ...defaultDefinition('registry:5000/app:v1'),
    count: 2,
    ports: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp', published: true }],
  },
  version: 1,
  createdAt: start,
  updatedAt: start,
  state: 'Running',
  synchronized: true,
  pending: [],
  running: null,
  slots: [aSlot(1), aSlot(2)],
  revisionNumber: 1,
  deploymentNumber: 7,
  publicDns: null,
  ...service,
});

export const aNode = (number = 1, node: Partial<NodeView> = {}): NodeView => ({
  id: idOf(200 + number),
  name: `n${number}`,
  tags: ['prod'],
  availability: 'active',
  unreachableSince: null,
  underlayAddress: `192.0.2.${number}`,
  publicAddress: `198.51.100.${number}`,
  agentVersion: '0.1.0',
  engine: { id: 'engine', version: '20.10.24', apiVersion: '1.41', storageDriver: 'overlay2' },
  facts: {
    hostname: `n${number}`,
    os: 'Debian GNU/Linux 12',
    arch: 'x64',
    kernel: '6.1.0',
    cores: 2,
    memoryBytes: 4 * 2 ** 30,
    memoryFreeBytes: 1.5 * 2 ** 30,
    diskBytes: 100 * 2 ** 30,
    diskFreeBytes: 40 * 2 ** 30,
    load1: 0.25,
  },
  foreignContainers: 1,
  createdAt: start,
  lastSeenAt: start,
  slots: [slotName('web', number)],
  publicDns: null,
  ...node,
});

export const aVolume = (volume: Partial<VolumeView> = {}): VolumeView => ({
  id: idOf(400),
  name: 'restow-web-1-data',
  nodeId: idOf(201),
  nodeName: 'n1',
  serviceName: 'web',
  slotName: 'web-1',
  path: '/data',
  mountName: null,
  state: 'attached',
  createdAt: start,
  bytes: null,
  users: [],
  unmeasured: '',
  ...volume,
});

export const aVerdict = (number: number, verdict: Partial<NodeVerdict> = {}): NodeVerdict => ({
  nodeId: idOf(200 + number),
  nodeName: `n${number}`,
  fits: true,
  reasons: [],
  score: 1,
  ...verdict,
});

export const aSwap = (index = 1, swap: Partial<PlannedSwap> = {}): PlannedSwap => ({
  slotIndex: index,
  slotName: slotName('web', index),
  address: `10.7.0.${index}`,
  from: { nodeId: idOf(200 + index), nodeName: `n${index}`, instanceId: idOf(300 + index), revisionNumber: 1 },
  placement: {
    slotIndex: index,
    slotName: slotName('web', index),
    nodeId: idOf(200 + index),
    nodeName: `n${index}`,
    because: 'fewest containers (1)',
    verdicts: [aVerdict(1), aVerdict(2)],
  },
  volumes: [],
  detaches: [],
  ports: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
  ...swap,
});

export const aPlan = (plan: Partial<Plan> = {}): Plan => ({
  serviceId: idOf(1),
  serviceName: 'web',
  revisionNumber: 2,
  image: anImage('v2'),
  order: { asked: 'auto', chosen: 'stop-first', because: 'start-first is not built yet' },
  gate: true,
  batches: [[1], [2]],
  swaps: [aSwap(1), aSwap(2)],
  removals: [],
  pulls: [
    { nodeId: idOf(201), nodeName: 'n1', present: true },
    { nodeId: idOf(202), nodeName: 'n2', present: false },
  ],
  predictedOutage: { seconds: 1.42, from: 'median of the last 4 swaps of web' },
  warnings: [],
  ...plan,
});

export const aStep = (seq: number, name: string, step: Partial<DeploymentStep> = {}): DeploymentStep => ({
  deploymentId: idOf(7),
  seq,
  orderId: `${idOf(7)}/${name}`,
  slotName: 'web-1',
  nodeName: 'n1',
  phase: 'handover',
  name,
  state: 'done',
  detail: '',
  startedAt: start + seq * 1000,
  endedAt: start + seq * 1000 + 600,
  ...step,
});

export const aDeployment = (deployment: Partial<DeploymentView> = {}): DeploymentView => ({
  id: idOf(7),
  number: 7,
  kind: 'redeploy',
  serviceId: idOf(1),
  serviceName: 'web',
  revisionId: idOf(500),
  state: 'succeeded',
  reason: '',
  code: null,
  requestedBy: 'operator',
  options: defaultRedeployOptions,
  plan: aPlan(),
  requestedAt: start,
  startedAt: start,
  endedAt: start + 12_345,
  revisionNumber: 2,
  steps: [],
  ...deployment,
});

/** A line of some container's, and no notice. */
type OutputLine = LogLineView & { stream: Exclude<LogLineView['stream'], 'notice'> };

export const aLine = (line: string, more: Partial<OutputLine> = {}): OutputLine => ({
  slotName: 'web-1',
  nodeName: 'n1',
  instanceId: idOf(301),
  deploymentNumber: 7,
  seq: 1,
  time: '2026-01-02T03:04:05.123456789Z',
  stream: 'stdout',
  line,
  partial: false,
  ...more,
});
