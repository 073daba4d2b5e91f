import { type Deployment, underWay } from '@restow/shared/domain/deployment';
import { pendingDifference } from '@restow/shared/domain/pending-difference';
import type { Revision } from '@restow/shared/domain/revision';
import type { Service, ServiceState } from '@restow/shared/domain/service';
import { type ObservedInstance, type Slot, slotName } from '@restow/shared/domain/slot';
import type { ServiceView, SlotView } from '@restow/shared/domain/view';
import type { World } from '../world.ts';
import type { PublicNames } from '../zone/public-names.ts';
import { hasFixedPort } from '../zone/zone-of.ts';

export interface ServiceRecords {
  service: Service;
  slots: Slot[];
  revisions: Revision[];
  instances: ObservedInstance[];
  /** Name of each node, and whether it answers. */
  nodes: Map<string, { name: string; reachable: boolean }>;
  /** Newest first. */
  deployments: Deployment[];
  names: PublicNames;
}

/** What people see of a service: wanted and observed side by side. Pure. */
export const describeService = (records: ServiceRecords): ServiceView => {
  const { service, revisions, deployments, names } = records;
  const slots = records.slots.map((slot) => describeSlot(records, slot));
  const found = records.slots.flatMap((slot) => revisions.find(({ id }) => id === slot.desired?.revisionId) ?? []);
  // How many there are is what runs, not what a revision was made with: a scale leaves the others' as it is.
  const counted = service.definition.strategy !== 'EVERY_NODE';
  const running = found.map((revision) =>
    counted ? { ...revision, definition: { ...revision.definition, count: found.length } } : revision,
  );
  const newest = running.reduce<Revision | null>(
    (best, next) => (best && best.number >= next.number ? best : next),
    null,
  );
  const pending = new Set(running.flatMap((revision) => pendingDifference(revision.definition, service.definition)));
  return {
    id: service.id,
    name: service.name,
    stack: service.stack,
    definition: service.definition,
    version: service.version,
    createdAt: service.createdAt,
    updatedAt: service.updatedAt,
    state: stateOf(records, slots),
    synchronized: pending.size === 0,
    pending: [...pending],
    running: newest?.definition ?? null,
    slots,
    revisionNumber: newest?.number ?? null,
    deploymentNumber: deployments[0]?.number ?? null,
    publicDns: running.some(({ definition }) => hasFixedPort(definition)) ? names.service(service) : null,
  };
};

const describeSlot = ({ service, revisions, instances, nodes, names }: ServiceRecords, slot: Slot): SlotView => {
  const { desired } = slot;
  const revision = revisions.find(({ id }) => id === desired?.revisionId) ?? null;
  const instance = instances.find(({ instanceId }) => instanceId === desired?.instanceId) ?? null;
  const isOnHost = (revision?.definition ?? service.definition).net === 'host';
  const node = desired ? nodes.get(desired.nodeId) : undefined;
  // How many slots there are is not a slot's own business.
  const pending = revision
    ? pendingDifference(revision.definition, service.definition).filter((field) => field !== 'count')
    : [];
  return {
    id: slot.id,
    index: slot.index,
    name: slotName(service.name, slot.index),
    address: isOnHost ? '' : slot.address,
    nodeId: desired?.nodeId ?? null,
    nodeName: node?.name ?? null,
    instanceId: desired?.instanceId ?? null,
    containerId: instance?.containerId ?? null,
    revisionNumber: revision?.number ?? null,
    image: revision?.image ?? null,
    state: desired && !node?.reachable ? 'unknown' : (instance?.state ?? 'gone'),
    health: instance?.health ?? 'none',
    exitCode: instance?.exitCode ?? null,
    startedAt: instance?.startedAt ?? null,
    synchronized: revision !== null && pending.length === 0,
    pending,
    // What the plan gave: a container's port may have a fixed port of the node and one of the range besides.
    ports: [
      ...(desired?.ports ?? []),
      ...(revision?.definition.ports ?? []).flatMap(({ containerPort, protocol, published }) =>
        published ? [] : [{ containerPort, protocol, hostPort: isOnHost ? containerPort : null }],
      ),
    ],
    publicDns: names.slot(service, slot.index),
    instancePublicDns: desired && names.instance(service, slot.index, desired.instanceId),
  };
};

/** Docker Cloud's words for it. Pure. */
const stateOf = ({ service, deployments, slots: records }: ServiceRecords, slots: SlotView[]): ServiceState => {
  if (service.removedAt !== null) return 'Terminated';
  const current = deployments.find(({ state }) => underWay.includes(state));
  const everRan = records.some(({ desired }) => desired !== null);
  if (current?.kind === 'remove') return 'Terminating';
  if (current?.kind === 'scale') return 'Scaling';
  if (current) return current.kind === 'redeploy' && everRan ? 'Redeploying' : 'Starting';
  if (!everRan) return 'Not running';
  const running = slots.filter(({ state }) => state === 'running').length;
  if (running === 0) return 'Stopped';
  return running === slots.length ? 'Running' : 'Partly running';
};

/** Reads what `describeService` needs. */
export const readService = async (world: World, service: Service): Promise<ServiceRecords> => {
  const { store, agents } = world;
  const nodes = await store.nodes.list();
  return {
    service,
    slots: await store.slots.ofService(service.id),
    revisions: await store.revisions.ofService(service.id),
    instances: await store.instances.ofService(service.id),
    nodes: new Map(nodes.map(({ id, name }) => [id, { name, reachable: agents.isConnected(id) }])),
    // The newest, and the one under way: any number of superseded ones may lie between them.
    deployments: [
      ...(await store.deployments.list({ serviceId: service.id, limit: 1 })),
      ...(await store.deployments.list({ serviceId: service.id, states: underWay, limit: 1 })),
    ],
    names: world.publicNames,
  };
};
