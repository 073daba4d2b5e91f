import { randomUUID } from 'node:crypto';
import { type Deployment, type DeploymentStep, defaultRedeployOptions } from '@restow/shared/domain/deployment';
import type { Node } from '@restow/shared/domain/node';
import type { Plan } from '@restow/shared/domain/plan';
import type { Revision } from '@restow/shared/domain/revision';
import { defaultDefinition, type Service } from '@restow/shared/domain/service';
import type { ObservedInstance, Slot, Volume } from '@restow/shared/domain/slot';
import type { Store } from '../../packages/coordinator/src/ports/store.ts';

/** Whole rows with something in every field that can hold something; each call makes another row. */

const digest = `sha256:${'a'.repeat(64)}`;
const image = { kind: 'digest', reference: 'registry:5000/app:v1', repository: 'registry:5000/app', digest } as const;

export const aService = (changes: Partial<Service> = {}): Service => ({
  id: randomUUID(),
  name: 'web',
  stack: 'shop',
  definition: {
    ...defaultDefinition('registry:5000/app:v1'),
    count: 3,
    tags: ['prod'],
    env: { GREETING: 'grüß "dich"\n\u{1F6A2}', EMPTY: '' },
    ports: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp', published: true }],
    volumes: [{ path: '/data', name: 'data', access: 'exclusive', readOnly: false }],
    memoryBytes: 2 ** 40,
  },
  version: 4,
  createdAt: 1_760_000_000_001,
  updatedAt: 1_760_000_000_002,
  removedAt: null,
  ...changes,
});

export const aRevision = (service: Service, changes: Partial<Revision> = {}): Revision => ({
  id: randomUUID(),
  serviceId: service.id,
  number: 1,
  definition: service.definition,
  definitionVersion: service.version,
  image,
  createdAt: 1_760_000_000_003,
  ...changes,
});

export const aSlot = (service: Service, changes: Partial<Slot> = {}): Slot => ({
  id: randomUUID(),
  serviceId: service.id,
  index: 1,
  address: '10.7.0.1',
  desired: null,
  removedAt: null,
  ...changes,
});

export const aNode = (changes: Partial<Node> = {}): Node => ({
  id: randomUUID(),
  name: 'n1',
  tags: ['prod', 'ssd'],
  availability: 'cordoned',
  unreachableSince: 1_760_000_000_004,
  underlayAddress: '192.0.2.1',
  publicAddress: '198.51.100.1',
  agentVersion: '0.1.0',
  engine: { id: 'E1', version: '20.10.24', apiVersion: '1.41', storageDriver: 'overlay2' },
  facts: {
    hostname: 'n1.example',
    os: 'Debian 12',
    arch: 'x64',
    kernel: '6.1.0',
    cores: 8,
    memoryBytes: 2 ** 36,
    memoryFreeBytes: 2 ** 35,
    diskBytes: 2 ** 42,
    diskFreeBytes: 2 ** 41,
    load1: 0.25,
  },
  foreignContainers: 2,
  createdAt: 1_760_000_000_005,
  lastSeenAt: 1_760_000_000_006,
  ...changes,
});

export const aDeployment = (
  service: Service,
  changes: Partial<Omit<Deployment, 'number'>> = {},
): Omit<Deployment, 'number'> => ({
  id: randomUUID(),
  kind: 'redeploy',
  serviceId: service.id,
  serviceName: service.name,
  revisionId: null,
  state: 'queued',
  reason: '',
  code: null,
  requestedBy: 'someone',
  options: { ...defaultRedeployOptions, reuseVolumes: false, order: 'recreate' },
  plan: null,
  requestedAt: 1_760_000_000_007,
  startedAt: null,
  endedAt: null,
  ...changes,
});

export const aPlan = (service: Service): Plan => ({
  serviceId: service.id,
  serviceName: service.name,
  revisionNumber: 1,
  image,
  order: { asked: 'auto', chosen: 'stop-first', because: 'start-first is not built yet' },
  gate: true,
  batches: [[1], [2, 3]],
  swaps: [],
  removals: [{ slotIndex: 4, slotName: 'web-4', nodeName: null }],
  pulls: [{ nodeId: randomUUID(), nodeName: 'n1', present: false }],
  predictedOutage: { seconds: 0.4, from: 'the last 3 swaps' },
  warnings: ['n2 does not answer'],
});

export const aStep = (deployment: { id: string }, changes: Partial<DeploymentStep> = {}): DeploymentStep => ({
  deploymentId: deployment.id,
  seq: 1,
  orderId: randomUUID(),
  slotName: 'web-1',
  nodeName: 'n1',
  phase: 'handover',
  name: 'take',
  state: 'running',
  detail: '',
  startedAt: 1_760_000_000_008,
  endedAt: null,
  ...changes,
});

export const anInstance = (changes: Partial<ObservedInstance> = {}): ObservedInstance => ({
  instanceId: randomUUID(),
  containerId: 'c'.repeat(64),
  containerName: 'web-1.a',
  serviceId: randomUUID(),
  slotId: randomUUID(),
  revisionId: randomUUID(),
  deploymentId: randomUUID(),
  nodeId: randomUUID(),
  state: 'stopped',
  health: 'none',
  exitCode: 137,
  startedAt: 1_760_000_000_009,
  finishedAt: 1_760_000_000_010,
  ...changes,
});

export const aVolume = (slot: Slot, node: Node, changes: Partial<Volume> = {}): Volume => ({
  id: randomUUID(),
  name: 'web-1-data',
  nodeId: node.id,
  serviceId: slot.serviceId,
  slotId: slot.id,
  path: '/data',
  mountName: 'data',
  origin: 'image',
  state: 'attached',
  createdAt: 1_760_000_000_011,
  ...changes,
});

/** A service that was deployed once: all the rows that others point at. */
export const addDeployed = async (store: Store) => {
  const service = aService();
  const node = aNode();
  const revision = aRevision(service);
  await store.services.add(service);
  await store.nodes.put(node);
  await store.revisions.add(revision);
  const deployment = await store.deployments.add(aDeployment(service, { revisionId: revision.id }));
  const slot = aSlot(service);
  await store.slots.add(slot);
  const desired = {
    instanceId: randomUUID(),
    revisionId: revision.id,
    nodeId: node.id,
    deploymentId: deployment.id,
    ports: [{ containerPort: 80, hostPort: 32_000, protocol: 'tcp' as const }],
    named: true,
  };
  return { service, node, revision, deployment, slot, desired };
};
