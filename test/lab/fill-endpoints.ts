import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteStore } from '@restow/coordinator/adapters/sqlite-store';
import type { Lab } from '@restow/lab/lab';
import { defaultDefinition } from '@restow/shared/domain/service';

const slotsOfEach = 100;

/**
 * Writes services into the store of a lab's coordinator as if their slots ran, spread over its nodes: so many endpoints,
 * without a container. The coordinator is stopped meanwhile. Addresses are of 10.7.64.0 and above.
 */
export const fillEndpoints = async (lab: Lab, count: number): Promise<void> => {
  await lab.stopCoordinator();
  const store = await openSqliteStore(join(lab.dir, 'coordinator', 'restow.db'));
  try {
    const nodes = await store.nodes.list();
    await store.transaction(async ({ services, revisions, deployments, slots }) => {
      for (let first = 0; first < count; first += slotsOfEach) {
        const at = { createdAt: 1, updatedAt: 1, removedAt: null };
        const size = Math.min(slotsOfEach, count - first);
        const definition = { ...defaultDefinition('nothing:v1'), count: size };
        const name = `filler-${first / slotsOfEach}`;
        const service = { id: randomUUID(), name, stack: null, definition, version: 1, ...at };
        await services.add(service);
        const image = { kind: 'digest', reference: 'nothing:v1', repository: 'nothing', digest: 'sha256:0' } as const;
        const revision = {
          id: randomUUID(),
          serviceId: service.id,
          number: 1,
          definition,
          definitionVersion: 1,
          image,
        };
        await revisions.add({ ...revision, createdAt: 1 });
        const deployment = await deployments.add({
          ...{ id: randomUUID(), kind: 'deploy', serviceId: service.id, serviceName: name, revisionId: revision.id },
          ...{ state: 'succeeded', reason: '', code: null, requestedBy: 'the test', plan: null },
          options: { reuseVolumes: true, order: null, noQueue: false },
          ...{ requestedAt: 1, startedAt: 1, endedAt: 1 },
        });
        for (let index = 1; index <= size; index++) {
          const number = first + index;
          const id = randomUUID();
          const address = `10.7.${64 + (number >> 8)}.${number & 255}`;
          await slots.add({ id, serviceId: service.id, index, address, desired: null, removedAt: null });
          await slots.setDesired(id, {
            ...{
              instanceId: randomUUID(),
              revisionId: revision.id,
              deploymentId: deployment.id,
              ports: [],
              named: true,
            },
            nodeId: nodes[number % nodes.length]!.id,
          });
        }
      }
    });
  } finally {
    await store.close();
  }
  await lab.startCoordinator();
};
