import { RestowError } from '@restow/shared/base/errors';
import { lowestFreeAddress } from '@restow/shared/domain/address';
import type { Store } from '../ports/store.ts';

/**
 * The `count` lowest addresses of the overlay that no living slot has, found by reading the slots once. They are leased
 * once slots with them are added, so ask and add inside one transaction: `store` is the store of that transaction.
 * Throws `unschedulable` when there are not that many left.
 */
export const leaseAddresses = async (store: Pick<Store, 'slots'>, subnet: string, count: number): Promise<string[]> => {
  const held = (await store.slots.list()).map(({ address }) => address);
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
export const leaseAddress = async (store: Pick<Store, 'slots'>, subnet: string): Promise<string> =>
  (await leaseAddresses(store, subnet, 1))[0]!;

const tooFewLeft = (subnet: string, holders: number, left: number, wanted: number): RestowError =>
  new RestowError(
    'unschedulable',
    `The overlay ${subnet} has ${left === 0 ? 'no address' : `only ${left} of ${wanted} addresses`} left for new slots: ${holders} slots hold the others that can be leased. Lower the count of a service or remove one that is not needed, then try again.`,
  );
