import type { Service } from '@restow/shared/domain/service';
import { type Slot, slotName } from '@restow/shared/domain/slot';
import type { World } from '../world.ts';
import { instanceRef } from './instance-spec.ts';
import type { Removal } from './rollout.ts';

/** What ending these slots needs, read from the store alone: the instance each has, on which node, and whether that answers. */
export const openRemovals = async (world: World, service: Service, slots: Slot[]): Promise<Removal[]> => {
  const revisions = await world.store.revisions.ofService(service.id);
  const nodes = await world.store.nodes.list();
  return slots.map((slot) => {
    const { desired } = slot;
    const revision = revisions.find(({ id }) => id === desired?.revisionId);
    const node = nodes.find(({ id }) => id === desired?.nodeId);
    const old =
      desired && revision && node
        ? {
            node,
            ref: instanceRef(service, slot, revision, desired),
            desired,
            away: !world.agents.isConnected(node.id),
          }
        : null;
    return { slot, slotName: slotName(service.name, slot.index), old };
  });
};
