import type { Node } from '@restow/shared/domain/node';
import type { Endpoint } from '@restow/shared/domain/order';
import type { Service, ServiceDefinition } from '@restow/shared/domain/service';
import { type Slot, slotName } from '@restow/shared/domain/slot';

/** What of a revision its endpoints depend on. */
export type DeployedAs = Pick<ServiceDefinition, 'net' | 'strategy'>;

/**
 * Where each slot's address lives: on the node its desired instance belongs to. Slots that are nowhere yet, those of
 * nodes nobody knows, and those whose instance has the node's own network, have no endpoint. `revisions`: what those of
 * the desired instances say. Pure; in the order of the slots.
 */
export const endpointsOf = (
  slots: Slot[],
  services: ReadonlyMap<string, Pick<Service, 'name' | 'stack'>>,
  nodes: ReadonlyMap<string, Pick<Node, 'underlayAddress'>>,
  revisions: ReadonlyMap<string, DeployedAs>,
): Endpoint[] =>
  slots.flatMap(({ id, serviceId, index, address, desired }) => {
    const node = desired && nodes.get(desired.nodeId);
    const deployedAs = desired && revisions.get(desired.revisionId);
    if (!node || deployedAs?.net === 'host') return [];
    const service = services.get(serviceId);
    const serviceName = service?.name ?? serviceId;
    return [
      {
        slotId: id,
        slotName: slotName(serviceName, index),
        slotIndex: index,
        serviceId,
        serviceName,
        stack: service?.stack ?? null,
        named: desired.named,
        everyNode: deployedAs?.strategy === 'EVERY_NODE',
        address,
        nodeId: desired.nodeId,
        underlay: node.underlayAddress,
      },
    ];
  });
