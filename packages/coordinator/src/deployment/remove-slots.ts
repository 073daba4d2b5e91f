import { giveOrder } from './give-order.ts';
import { detachOfSlot } from './keep-volumes.ts';
import type { Removal, Rollout } from './rollout.ts';

type Ending = Pick<Rollout, 'world' | 'deployment' | 'removals' | 'journal' | 'signal'>;

import { allToTheirEnd } from './roll-out.ts';

const removeSlot = async (rollout: Ending, { slot, slotName, old }: Removal): Promise<void> => {
  const { world } = rollout;
  if (old && !old.away)
    await giveOrder(
      rollout,
      { node: old.node, slotName, phase: 'retire', occasion: 'remove' },
      { kind: 'drain', instance: old.ref },
    );
  await world.store.transaction(async (store) => {
    await store.slots.setDesired(slot.id, null);
    await detachOfSlot(store, slot);
    await store.slots.remove(slot.id, world.clock.now());
  });
};

/**
 * Ends the slots the definition no longer wants: drained, their addresses free again, their volumes detached.
 * Their containers are removed by `retireLeft`. Throws when an instance could not be stopped.
 */
export const removeSlots = async (rollout: Ending): Promise<void> => {
  if (rollout.removals.length === 0) return;
  await allToTheirEnd(rollout.removals.map((removal) => removeSlot(rollout, removal)));
  await rollout.world.agents.announceEndpoints(rollout.signal);
};
