import { RestowError } from '@restow/shared/base/errors';
import type { OutcomeByKind } from '@restow/shared/domain/order';
import type { Slot } from '@restow/shared/domain/slot';
import type { Store } from '../ports/store.ts';
import type { Rollout, Swap } from './rollout.ts';

/**
 * Lists the volumes a prepared instance has: from here on they bind the slot to the node. A volume the plan does not
 * know comes from the image's own VOLUME. Throws `failed-precondition` when one became another slot's meanwhile.
 */
export const keepVolumes = async (
  rollout: Rollout,
  swap: Swap,
  volumes: OutcomeByKind['prepare']['volumes'],
): Promise<void> => {
  const { world, service } = rollout;
  const nodeId = swap.next.node.id;
  const mounts = rollout.plan.swaps.find(({ slotId }) => slotId === swap.slot.id)?.volumes ?? [];
  await world.store.transaction(async (store) => {
    const known = await store.volumes.list();
    for (const { name, path } of volumes) {
      const listed = known.find((volume) => volume.nodeId === nodeId && volume.name === name);
      if (listed?.state === 'attached' && listed.slotId === swap.slot.id) continue;
      if (listed?.state === 'attached')
        throw new RestowError(
          'failed-precondition',
          `Volume ${name} on ${swap.next.node.name} became another slot's while ${swap.slotName} was being prepared.`,
        );
      const planned = mounts.find((volume) => volume.name === name);
      const owner = { serviceId: service.id, slotId: swap.slot.id, path, mountName: planned?.mountName ?? null };
      await store.volumes.put(
        listed
          ? { ...listed, ...owner, state: 'attached' }
          : {
              id: world.newId(),
              name,
              nodeId,
              ...owner,
              origin: planned ? 'definition' : 'image',
              state: 'attached',
              createdAt: world.clock.now(),
            },
      );
    }
  });
};

/** After success: volumes the plan lets go are detached. They stay on their node, listed. */
export const detachLeft = async (rollout: Rollout): Promise<void> => {
  const leaving = new Set(rollout.plan.swaps.flatMap((swap) => swap.detaches.map(nameOf)));
  await rollout.world.store.transaction((store) =>
    detachWhere(store, rollout.service.id, ({ name }) => leaving.has(name)),
  );
};

/** After success: volumes are listed at the paths where they are mounted now. One with a name may have been elsewhere. */
export const listWhereMounted = async ({ world, service, plan }: Rollout): Promise<void> => {
  const planned = new Map(
    plan.swaps.flatMap(({ slotId, placement, volumes }) =>
      volumes.map((volume) => [[slotId, placement.nodeId, volume.name].join(' '), volume]),
    ),
  );
  await world.store.transaction(async ({ volumes }) => {
    for (const volume of await volumes.ofService(service.id)) {
      const now = planned.get([volume.slotId, volume.nodeId, volume.name].join(' '));
      if (now && now.path !== volume.path) await volumes.put({ ...volume, path: now.path });
    }
  });
};

/** The volumes of a slot that is removed, in the transaction that removes it: later nobody knows that it had them. */
export const detachOfSlot = (store: Store, { id, serviceId }: Slot): Promise<void> =>
  detachWhere(store, serviceId, ({ slotId }) => slotId === id);

/**
 * After an undo: the volumes this deployment made where it was to let others go are detached, since those are in use
 * again. What a slot had before is in its plan, used again or let go; whatever else it has was made now, for a mount or
 * for a VOLUME of the image that no plan foresaw. Where nothing was to go, what was made stays with its slot, so that
 * the next attempt finds what this one wrote.
 */
export const detachFresh = async (rollout: Rollout): Promise<void> => {
  const replacing = rollout.plan.swaps.filter((swap) => swap.detaches.length > 0);
  const slots = new Set(replacing.map((swap) => swap.slotId));
  const before = new Set(
    replacing.flatMap((swap) => [...swap.volumes.filter((volume) => !volume.fresh), ...swap.detaches].map(nameOf)),
  );
  // Found detached, and of no use to the instance that is back.
  const found = new Set(
    rollout.plan.swaps.flatMap(({ from, volumes }) =>
      from ? volumes.filter((volume) => volume.found).map(nameOf) : [],
    ),
  );
  await rollout.world.store.transaction((store) =>
    detachWhere(
      store,
      rollout.service.id,
      ({ name, slotId }) => found.has(name) || (slots.has(slotId) && !before.has(name)),
    ),
  );
};

const nameOf = ({ name }: { name: string }): string => name;

const detachWhere = async (
  store: Store,
  serviceId: string,
  leaves: (volume: { name: string; slotId: string }) => boolean,
): Promise<void> => {
  for (const volume of await store.volumes.ofService(serviceId))
    if (volume.state === 'attached' && leaves(volume)) await store.volumes.put({ ...volume, state: 'detached' });
};
