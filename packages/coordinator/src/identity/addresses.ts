import { RestowError } from '@restow/shared/base/errors';
import { lowestFreeAddress } from '@restow/shared/domain/address';
import type { Store } from '../ports/store.ts';

/**
 * The lowest address of the overlay that no living slot has. It is leased once a slot with it is added, so ask and add
 * inside one transaction: `store` is the store of that transaction. Throws `unschedulable` when every address that may
 * be leased is taken.
 */
export const leaseAddress = async (store: Pick<Store, 'slots'>, subnet: string): Promise<string> => {
  const living = await store.slots.list();
  const free = lowestFreeAddress(subnet, new Set(living.map(({ address }) => address)));
  if (free === null) throw noneLeft(subnet, living.length);
  return free;
};

const noneLeft = (subnet: string, holders: number): RestowError =>
  new RestowError(
    'unschedulable',
    `The overlay ${subnet} has no address left for another slot: ${holders} slots hold all that can be leased. Lower the count of a service or remove one that is not needed, then try again.`,
  );
