import { giveOrder } from './give-order.ts';
import { detachOfSlot } from './keep-volumes.ts';
import { allToTheirEnd } from './roll-out.ts';
import type { Removal, Rollout } from './rollout.ts';

type Ending = Pick<Rollout, 'world' | 'deployment' | 'removals' | 'journal' | 'signal'>;

/** From now on no name leads to these slots: new callers go to the others before the first of these stops answering. */
const unname = async ({ world, removals, signal }: Ending): Promise<void> => {
  const named = removals.flatMap(({ slot }) => (slot.desired?.named ? [{ id: slot.id, desired: slot.desired }] : []));
  if (named.length === 0) return;
  await world.store.transaction(async ({ slots }) => {
    for (const { id, desired } of named) await slots.setDesired(id, { ...desired, named: false });
  });
  await world.agents.announceEndpoints(
    signal,
    named.map(({ id }) => id),
  );
};

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
 * Ends the slots the definition no longer wants: no name leads to them any more, then they are drained, their addresses
 * free again, their volumes detached.
 * Their containers are removed by `retireLeft`. Throws when an instance could not be stopped.
 */
export const removeSlots = async (rollout: Ending): Promise<void> => {
  if (rollout.removals.length === 0) return;
  await unname(rollout);
  try {
    await allToTheirEnd(rollout.removals.map((removal) => removeSlot(rollout, removal)));
  } finally {
    // Those that went are gone, whatever became of the others.
    const ids = rollout.removals.map(({ slot }) => slot.id);
    if (!rollout.signal.aborted) await rollout.world.agents.announceEndpoints(rollout.signal, ids);
  }
};
