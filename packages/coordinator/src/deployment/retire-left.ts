import { isRestowError } from '@restow/shared/base/errors';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import { slotName } from '@restow/shared/domain/slot';
import { bareRef } from './bare-ref.ts';
import { giveOrder } from './give-order.ts';
import type { NamedNode, Rollout } from './rollout.ts';

type Ending = Pick<Rollout, 'world' | 'deployment' | 'service' | 'removals' | 'journal' | 'signal'>;

/**
 * Has every container of the service removed that no slot wants: the old ones of this rollout, and those an earlier
 * failure put aside. A node that does not answer now is told when it comes back (`reap-disowned`), so this never fails
 * a deployment that has succeeded; its step says so.
 */
export const retireLeft = async (rollout: Ending): Promise<void> => {
  const { world, service } = rollout;
  const slots = await world.store.slots.ofService(service.id);
  const wanted = new Set(slots.map((slot) => slot.desired?.instanceId));
  const nodes = await world.store.nodes.list();
  const left = (await world.store.instances.ofService(service.id)).filter(
    (instance) => !wanted.has(instance.instanceId) && instance.state !== 'gone',
  );
  await Promise.all(
    left.map(async (instance) => {
      const node: NamedNode | undefined = nodes.find(({ id }) => id === instance.nodeId);
      if (!node || !world.agents.isConnected(node.id)) return;
      const index = slots.find(({ id }) => id === instance.slotId)?.index ?? removedIndex(rollout, instance);
      const name = slotName(service.name, index);
      const to = { node, slotName: name, phase: 'retire', occasion: `retire/${instance.instanceId}` } as const;
      const ref = bareRef(service.name, index, instance);
      try {
        // Its node was away while its slot moved on, and is back.
        if (instance.state === 'running') await giveOrder(rollout, to, { kind: 'drain', instance: ref });
        await giveOrder(rollout, to, { kind: 'retire', instance: ref });
      } catch (error) {
        // The step holds the reason; the instance is stopped, and its node is asked again when it returns.
        if (!isRestowError(error)) throw error;
      }
    }),
  );
};

const removedIndex = (rollout: Ending, instance: ObservedInstance): number =>
  rollout.removals.find(({ slot }) => slot.id === instance.slotId)?.slot.index ?? 0;
