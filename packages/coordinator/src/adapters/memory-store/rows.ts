import { compareAddresses } from '@restow/shared/domain/address';
import { referenceTo, type Service } from '@restow/shared/domain/service';
import type { DesiredInstance, ObservedInstance, Slot, Volume } from '@restow/shared/domain/slot';
import type {
  DeploymentRows,
  InstanceRows,
  NodeRows,
  RevisionRows,
  ServiceRows,
  Settings,
  SlotRows,
  VolumeRows,
} from '../../ports/store.ts';
import type { Access } from '../one-writer.ts';
import {
  addressTaken,
  idTaken,
  indexTaken,
  nameTaken,
  noSuch,
  oneOf,
  type Referenced,
  refuseForeign,
  refuseMove,
  revisionTaken,
  slotRemoved,
  volumeTaken,
} from '../store-refusals.ts';
import type { Tables } from './memory-ledger.ts';

const mustExist = (tables: Tables, wanted: Partial<Record<Referenced, string | null>>): void => {
  for (const [table, id] of Object.entries(wanted) as [Referenced, string | null][])
    if (id !== null && !tables[table].get(id)) throw noSuch(oneOf[table], id);
};

const byText =
  <Row>(...texts: ((row: Row) => string)[]) =>
  (one: Row, other: Row): number => {
    const differing = texts.find((text) => text(one) !== text(other));
    if (!differing) return 0;
    return differing(one) < differing(other) ? -1 : 1;
  };

export const settings = (access: Access<Tables>): Settings => ({
  get: (key) => access.read(async (tables) => tables.settings.get(key)),
  set: (key, value) => access.write(async (tables) => tables.settings.set(key, value)),
});

export const serviceRows = (access: Access<Tables>): ServiceRows => {
  const refuseTakenName = (tables: Tables, service: Service) => {
    const holders = tables.services.where(
      ({ id, name, stack, removedAt }) =>
        name === service.name && stack === service.stack && removedAt === null && id !== service.id,
    );
    if (service.removedAt === null && holders.length > 0) throw nameTaken('service', referenceTo(service));
  };
  return {
    add: (service) =>
      access.write(async (tables) => {
        if (tables.services.get(service.id)) throw idTaken('service', service.id);
        refuseTakenName(tables, service);
        tables.services.set(service.id, service);
      }),
    update: (service) =>
      access.write(async (tables) => {
        mustExist(tables, { services: service.id });
        refuseTakenName(tables, service);
        tables.services.set(service.id, service);
      }),
    get: (id) => access.read(async (tables) => tables.services.get(id)),
    list: () =>
      access.read(async (tables) =>
        tables.services
          .where(({ removedAt }) => removedAt === null)
          .sort(
            byText(
              ({ name }) => name,
              ({ stack }) => stack ?? '',
            ),
          ),
      ),
  };
};

export const revisionRows = (access: Access<Tables>): RevisionRows => ({
  add: (revision) =>
    access.write(async (tables) => {
      const { id, serviceId, number } = revision;
      mustExist(tables, { services: serviceId });
      if (tables.revisions.get(id)) throw idTaken('revision', id);
      if (tables.revisions.where((other) => other.serviceId === serviceId && other.number === number).length > 0)
        throw revisionTaken(serviceId, number);
      tables.revisions.set(id, revision);
    }),
  get: (id) => access.read(async (tables) => tables.revisions.get(id)),
  ofService: (serviceId) =>
    access.read(async (tables) =>
      tables.revisions
        .where((revision) => revision.serviceId === serviceId)
        .sort((one, other) => one.number - other.number),
    ),
});

export const slotRows = (access: Access<Tables>): SlotRows => {
  const living = (tables: Tables, fits: (slot: Slot) => boolean = () => true): Slot[] =>
    tables.slots.where((slot) => slot.removedAt === null && fits(slot));
  const known = (tables: Tables, id: string): Slot => {
    const slot = tables.slots.get(id);
    if (!slot) throw noSuch('slot', id);
    return slot;
  };
  const desiredMustExist = (tables: Tables, desired: DesiredInstance | null): void =>
    mustExist(tables, {
      revisions: desired?.revisionId ?? null,
      nodes: desired?.nodeId ?? null,
      deployments: desired?.deploymentId ?? null,
    });
  return {
    add: (slot) =>
      access.write(async (tables) => {
        mustExist(tables, { services: slot.serviceId });
        desiredMustExist(tables, slot.desired);
        if (tables.slots.get(slot.id)) throw idTaken('slot', slot.id);
        if (slot.removedAt === null) {
          const { serviceId, index, address } = slot;
          if (living(tables, (other) => other.address === address).length > 0) throw addressTaken(slot);
          if (living(tables, (other) => other.serviceId === serviceId && other.index === index).length > 0)
            throw indexTaken(slot);
        }
        tables.slots.set(slot.id, slot);
      }),
    setDesired: (slotId, desired) =>
      access.write(async (tables) => {
        const slot = known(tables, slotId);
        if (slot.removedAt !== null) throw slotRemoved(slotId);
        desiredMustExist(tables, desired);
        tables.slots.set(slotId, { ...slot, desired });
      }),
    remove: (slotId, at) =>
      access.write(async (tables) => {
        const slot = known(tables, slotId);
        tables.slots.set(slotId, { ...slot, removedAt: slot.removedAt ?? at });
      }),
    get: (id) => access.read(async (tables) => tables.slots.get(id)),
    ofService: (serviceId) =>
      access.read(async (tables) =>
        living(tables, (slot) => slot.serviceId === serviceId).sort((one, other) => one.index - other.index),
      ),
    list: () =>
      access.read(async (tables) => living(tables).sort((one, other) => compareAddresses(one.address, other.address))),
  };
};

export const instanceRows = (access: Access<Tables>): InstanceRows => {
  const inOrder = (tables: Tables, fits: (instance: ObservedInstance) => boolean = () => true) =>
    tables.instances.where(fits).sort(
      byText(
        ({ containerName }) => containerName,
        ({ instanceId }) => instanceId,
      ),
    );
  return {
    put: (instance) => access.write(async (tables) => tables.instances.set(instance.instanceId, instance)),
    replaceOfNode: (nodeId, instances) =>
      access.write(async (tables) => {
        refuseForeign(nodeId, instances);
        for (const { instanceId } of tables.instances.where((known) => known.nodeId === nodeId))
          tables.instances.delete(instanceId);
        for (const instance of instances) tables.instances.set(instance.instanceId, instance);
      }),
    get: (instanceId) => access.read(async (tables) => tables.instances.get(instanceId)),
    ofService: (serviceId) =>
      access.read(async (tables) => inOrder(tables, (instance) => instance.serviceId === serviceId)),
    list: () => access.read(async (tables) => inOrder(tables)),
  };
};

export const deploymentRows = (access: Access<Tables>): DeploymentRows => ({
  add: (asked) =>
    access.write(async (tables) => {
      mustExist(tables, { services: asked.serviceId, revisions: asked.revisionId });
      if (tables.deployments.get(asked.id)) throw idTaken('deployment', asked.id);
      const last = tables.deployments.where(() => true).reduce((most, { number }) => Math.max(most, number), 0);
      tables.deployments.set(asked.id, { ...asked, number: last + 1 });
      return tables.deployments.get(asked.id)!;
    }),
  update: (deployment) =>
    access.write(async (tables) => {
      const now = tables.deployments.get(deployment.id);
      if (!now) throw noSuch('deployment', deployment.id);
      refuseMove(now, deployment);
      mustExist(tables, { services: deployment.serviceId, revisions: deployment.revisionId });
      tables.deployments.set(deployment.id, deployment);
    }),
  get: (id) => access.read(async (tables) => tables.deployments.get(id)),
  byNumber: (number) =>
    access.read(async (tables) => tables.deployments.where((deployment) => deployment.number === number)[0] ?? null),
  list: ({ serviceId, states, limit }) =>
    access.read(async (tables) =>
      tables.deployments
        .where((deployment) => serviceId === undefined || deployment.serviceId === serviceId)
        .filter((deployment) => states === undefined || states.includes(deployment.state))
        .sort((one, other) => other.number - one.number)
        .slice(0, limit),
    ),
  putStep: (step) =>
    access.write(async (tables) => {
      mustExist(tables, { deployments: step.deploymentId });
      tables.steps.set(`${step.deploymentId} ${step.seq}`, step);
    }),
  steps: (deploymentId) =>
    access.read(async (tables) =>
      tables.steps.where((step) => step.deploymentId === deploymentId).sort((one, other) => one.seq - other.seq),
    ),
});

export const nodeRows = (access: Access<Tables>): NodeRows => ({
  put: (node) =>
    access.write(async (tables) => {
      if (tables.nodes.where(({ id, name }) => name === node.name && id !== node.id).length > 0)
        throw nameTaken('node', node.name);
      tables.nodes.set(node.id, node);
    }),
  get: (id) => access.read(async (tables) => tables.nodes.get(id)),
  list: () => access.read(async (tables) => tables.nodes.where(() => true).sort(byText(({ name }) => name))),
});

export const volumeRows = (access: Access<Tables>): VolumeRows => {
  const inOrder = (tables: Tables, fits: (volume: Volume) => boolean = () => true) =>
    tables.volumes.where(fits).sort(
      byText(
        ({ name }) => name,
        ({ nodeId }) => tables.nodes.get(nodeId)!.name,
      ),
    );
  return {
    put: (volume) =>
      access.write(async (tables) => {
        mustExist(tables, { services: volume.serviceId, slots: volume.slotId, nodes: volume.nodeId });
        const { id, name, nodeId } = volume;
        if (
          tables.volumes.where((other) => other.id !== id && other.name === name && other.nodeId === nodeId).length > 0
        )
          throw volumeTaken(volume);
        tables.volumes.set(id, volume);
      }),
    remove: (id) => access.write(async (tables) => tables.volumes.delete(id)),
    get: (id) => access.read(async (tables) => tables.volumes.get(id)),
    ofService: (serviceId) =>
      access.read(async (tables) => inOrder(tables, (volume) => volume.serviceId === serviceId)),
    list: () => access.read(async (tables) => inOrder(tables)),
  };
};
