import { holding } from '@restow/shared/domain/deployment';
import type { PortInUse } from '@restow/shared/domain/node';
import type { PublishedPort } from '@restow/shared/domain/service';
import { slotReference } from '@restow/shared/domain/slot';
import type { Store } from '../ports/store.ts';

/**
 * Ports the slots of other services were promised, by node: by what is desired, or by the plan of a deployment that is
 * under way or paused, to the new instance and to the old one, which may come back. Promised is enough, running or not.
 */
export const promisedPorts = async (store: Store, exceptServiceId: string): Promise<Map<string, PortInUse[]>> => {
  const promised = new Map<string, Map<string, PortInUse>>();
  const promise = (nodeId: string, ports: readonly PublishedPort[], slotId: string, name: string) => {
    const known = promised.get(nodeId) ?? new Map<string, PortInUse>();
    promised.set(nodeId, known);
    for (const { protocol, hostPort } of ports) {
      const key = `${protocol} ${hostPort}`;
      if (!known.has(key))
        known.set(key, { protocol, port: hostPort, holder: { kind: 'slot', slotId, slotName: name } });
    }
  };
  const services = new Map((await store.services.list()).map((service) => [service.id, service]));
  for (const { id, serviceId, index, desired } of await store.slots.list()) {
    const service = services.get(serviceId);
    if (serviceId === exceptServiceId || !desired || service === undefined) continue;
    promise(desired.nodeId, desired.ports, id, slotReference(service, index));
  }
  for (const { serviceId, plan } of await store.deployments.list({ states: holding })) {
    const service = services.get(serviceId);
    if (serviceId === exceptServiceId || !plan) continue;
    for (const { placement, ports, from, slotId = '', slotIndex, slotName } of plan.swaps) {
      const name = service ? slotReference(service, slotIndex) : slotName;
      promise(placement.nodeId, ports, slotId, name);
      if (from) promise(from.nodeId, from.ports ?? [], slotId, name);
    }
  }
  return new Map([...promised].map(([nodeId, ports]) => [nodeId, [...ports.values()]]));
};
