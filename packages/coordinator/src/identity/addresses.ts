import { RestowError } from '@restow/shared/base/errors';
import { lowestFreeAddress } from '@restow/shared/domain/address';
import { referenceTo } from '@restow/shared/domain/service';
import type { Slot } from '@restow/shared/domain/slot';
import type { Store } from '../ports/store.ts';

type Leasing = Pick<Store, 'slots' | 'instances' | 'services'>;

/**
 * The `count` lowest addresses of the overlay that no living slot has, nor any instance that still runs, found by reading
 * both once. They are leased once slots with them are added, so ask and add inside one transaction: `store` is the store
 * of that transaction. Throws `unschedulable` naming the services that hold them when
 * there are not that many left.
 */
export const leaseAddresses = async (store: Leasing, subnet: string, count: number): Promise<string[]> => {
  if (count === 0) return [];
  const living = await store.slots.list();
  const held = [...living.map(({ address }) => address), ...(await outlived(store, living))];
  const taken = new Set(held);
  const leased: string[] = [];
  while (leased.length < count) {
    const free = lowestFreeAddress(subnet, taken);
    if (free === null) throw tooFewLeft(subnet, await holdersInWords(store, living, held.length), leased.length, count);
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

/** Services a message names one by one. */
const namedAtMost = 5;

/** `web holds 12, db 3, 4 others 9`, most first. */
const holdersInWords = async (
  { services }: Pick<Store, 'services'>,
  living: readonly Slot[],
  held: number,
): Promise<string> => {
  const names = new Map((await services.list()).map((service) => [service.id, referenceTo(service)]));
  const counts = [...Map.groupBy(living, ({ serviceId }) => names.get(serviceId) ?? serviceId)]
    .map(([name, slots]) => ({ name, count: slots.length }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  const more = counts.slice(namedAtMost);
  const outlivedCount = held - living.length;
  const holders = [
    ...counts.slice(0, namedAtMost).map(({ name, count }) => `${name} ${count}`),
    ...(more.length > 0
      ? [
          `${more.length} other ${more.length === 1 ? 'service' : 'services'} ${more.reduce((sum, { count }) => sum + count, 0)}`,
        ]
      : []),
    ...(outlivedCount > 0 ? [`what still runs of removed services ${outlivedCount}`] : []),
  ];
  return holders.length === 0 ? 'nobody holds one' : `held by ${holders.join(', ')}`;
};

const tooFewLeft = (subnet: string, holders: string, left: number, wanted: number): RestowError =>
  new RestowError(
    'unschedulable',
    `The overlay ${subnet} has ${left === 0 ? 'no address' : `only ${left} of ${wanted} addresses`} left for new slots (${holders}): scale a service down or remove one that is not needed, then try again.`,
  );
