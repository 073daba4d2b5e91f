import type { Store } from '../ports/store.ts';
import { detachOfSlot } from './keep-volumes.ts';
import type { Rollout } from './rollout.ts';

/**
 * A scale went back, or was refused once its plan stood: slots it made are no more, their addresses free again, and the
 * definition's count is what runs. Nothing for any other deployment. To be written together with the end of the
 * deployment: one that is taken up again needs its slots.
 */
export const scaleBack =
  ({ world, deployment, service, plan }: Rollout) =>
  async (store: Store): Promise<void> => {
    const { scale } = plan;
    if (!scale) return;
    const made = new Set(plan.swaps.flatMap(({ from, slotId }) => (from === null && slotId ? [slotId] : [])));
    for (const slot of await store.slots.ofService(service.id)) {
      if (!made.has(slot.id) || slot.desired !== null) continue;
      await detachOfSlot(store, slot);
      await store.slots.remove(slot.id, world.clock.now());
    }
    const now = await store.services.get(service.id);
    if (!now || typeof deployment.options.scaleTo !== 'number' || now.definition.count !== deployment.options.scaleTo)
      return;
    const definition = { ...now.definition, count: scale.from };
    await store.services.update({ ...now, definition, version: now.version + 1, updatedAt: world.clock.now() });
  };
