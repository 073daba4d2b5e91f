import { inWords } from '../placement/words.ts';
import { giveOrder, orderIdOf } from './give-order.ts';
import { detachOfSlot } from './keep-volumes.ts';
import { allToTheirEnd } from './roll-out.ts';
import type { Removal, Rollout } from './rollout.ts';

type Ending = Pick<Rollout, 'world' | 'deployment' | 'removals' | 'journal' | 'signal'>;

/**
 * From now on no name leads to these slots: new callers go to the others before the first of these stops answering. A
 * step of its own; where no name did before there is nothing to tell.
 */
const unname = async ({ world, deployment, removals, journal, signal }: Ending): Promise<void> => {
  const orderId = orderIdOf(deployment, { slotName: 'leaving', occasion: 'remove' }, stepName);
  const named = removals.flatMap(({ slot }) => (slot.desired?.named ? [{ id: slot.id, desired: slot.desired }] : []));
  // Written before a restart, and perhaps not told.
  const isUntold = journal.earlier.some((step) => step.orderId === orderId && step.state !== 'done');
  if (named.length === 0 && !isUntold) return;
  await journal.record({ orderId, slotName: null, nodeName: null, phase: 'retire', name: stepName }, async () => {
    await world.store.transaction(async ({ slots }) => {
      for (const { id, desired } of named) await slots.setDesired(id, { ...desired, named: false });
    });
    await world.agents.announceEndpoints(
      signal,
      removals.map(({ slot }) => slot.id),
    );
    const names = inWords(removals.map(({ slotName }) => slotName));
    return { value: undefined, detail: `no name leads to ${names} any more` };
  });
};

const stepName = 'announce-name';

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
 * free again, their volumes detached. Their containers are removed by `retireLeft`. Throws when an instance could not be stopped.
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
