import { RestowError } from '@restow/shared/base/errors';
import { lowestFreeAddress } from '@restow/shared/domain/address';
import type { Slot } from '@restow/shared/domain/slot';
import type { Store } from '../ports/store.ts';

type Leasing = Pick<Store, 'slots' | 'instances'>;

/**
 * The `count` lowest addresses of the overlay that no living slot has, nor any instance that still runs, found by reading
 * both once. They are leased once slots with them are added, so ask and add inside one transaction: `store` is the store
 * of that transaction. Throws `unschedulable` when there are not that many left.
 */
export const leaseAddresses = async (store: Leasing, subnet: string, count: number): Promise<string[]> => {
  if (count === 0) return [];
  const living = await store.slots.list();
  const held = [...living.map(({ address }) => address), ...(await outlived(store, living))];
  const taken = new Set(held);
  const leased: string[] = [];
  while (leased.length < count) {
    const free = lowestFreeAddress(subnet, taken);
    if (free === null) throw tooFewLeft(subnet, held.length, leased.length, count);
    taken.add(free);
    leased.push(free);
  }
  return leased;
};

/** The same for one slot. For several ask once: each call reads all living slots. */
export const leaseAddress = async (store: Leasing, subnet: string): Promise<string> =>
  (await leaseAddresses(store, subnet, 1))[0]!;

/** Addresses of slots that were removed while their node was away: what ran there may still answer. */
const outlived = async (store: Leasing, living: readonly Slot[]): Promise<string[]> => {
  const known = new Set(living.map(({ id }) => id));
  const running = (await store.instances.list()).filter(
    ({ state, slotId }) => state === 'running' && !known.has(slotId),
  );
  const removed = await Promise.all([...new Set(running.map(({ slotId }) => slotId))].map((id) => store.slots.get(id)));
  return removed.flatMap((slot) => slot?.address ?? []);
};

const tooFewLeft = (subnet: string, holders: number, left: number, wanted: number): RestowError =>
  new RestowError(
    'unschedulable',
    `The overlay ${subnet} has ${left === 0 ? 'no address' : `only ${left} of ${wanted} addresses`} left for new slots: ${holders} slots hold the others that can be leased. Lower the count of a service or remove one that is not needed, then try again.`,
  );
