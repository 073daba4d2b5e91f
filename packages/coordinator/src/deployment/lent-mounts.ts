import { RestowError } from '@restow/shared/base/errors';
import { isSamePath } from '@restow/shared/domain/container-path';
import type { PlannedSwap, PlannedVolume } from '@restow/shared/domain/plan';
import type { Service, ServiceDefinition, VolumesFrom } from '@restow/shared/domain/service';
import { type Slot, slotName } from '@restow/shared/domain/slot';
import type { Store } from '../ports/store.ts';

/** What one slot of another service lends to whoever mounts all it has. */
export interface LendingSlot {
  slotName: string;
  nodeId: string;
  volumes: PlannedVolume[];
  hostPaths: NonNullable<PlannedSwap['lentPaths']>;
}

/** A service whose mounts are lent, with its slots by their numbers. */
export interface Lender {
  service: string;
  slots: LendingSlot[];
}

/** The lending slot of a slot: its number's, counted round where the lender has fewer. Pure. */
export const lendingTo = ({ slots }: Lender, index: number): LendingSlot => slots[(index - 1) % slots.length]!;

/**
 * Who lends to this definition, as it stands now. What a lender itself is lent, it lends on. Throws
 * `failed-precondition` naming the service that is not there, does not run anywhere, or has nothing to lend.
 */
export const readLenders = async (
  store: Store,
  service: Pick<Service, 'id' | 'name'>,
  { volumesFrom }: Pick<ServiceDefinition, 'volumesFrom'>,
): Promise<Lender[]> => {
  const lenders: Lender[] = [];
  for (const wanted of volumesFrom) {
    const slots = await lendingSlots(store, service.name, wanted, [service.id]);
    if (slots.every(({ volumes, hostPaths }) => volumes.length + hostPaths.length === 0))
      throw new RestowError(
        'failed-precondition',
        `${service.name} mounts what ${wanted.service} has, and that has no volume and no host path: leave it out, or give it one and redeploy it.`,
      );
    lenders.push({ service: wanted.service, slots });
  }
  return lenders;
};

const lendingSlots = async (
  store: Store,
  borrower: string,
  { service: name, readOnly }: VolumesFrom,
  visited: string[],
): Promise<LendingSlot[]> => {
  const lender = (await store.services.list()).find((service) => service.name === name);
  const slots = lender ? (await store.slots.ofService(lender.id)).filter(({ desired }) => desired !== null) : [];
  if (!lender || slots.length === 0)
    throw new RestowError(
      'failed-precondition',
      lender
        ? `${borrower} mounts the volumes of ${name}, which was never started: \`restow service start ${name}\` first.`
        : `${borrower} mounts the volumes of ${name}, and there is no service of that name.`,
    );
  if (visited.includes(lender.id))
    throw new RestowError('failed-precondition', `${borrower} and ${name} mount each other's volumes: take one out.`);
  return Promise.all(slots.map((slot) => lent(store, lender, slot, readOnly, [...visited, lender.id])));
};

const lent = async (
  store: Store,
  lender: Service,
  slot: Slot,
  readOnly: boolean,
  visited: string[],
): Promise<LendingSlot> => {
  const name = slotName(lender.name, slot.index);
  const { nodeId, revisionId } = slot.desired!;
  const definition = (await store.revisions.get(revisionId))?.definition;
  const own = (await store.volumes.ofService(lender.id))
    .filter(({ slotId, state }) => slotId === slot.id && state === 'attached')
    .map(({ name: volume, path }) => ({
      ...{ name: volume, path, fresh: false, mountName: null, from: name },
      readOnly:
        readOnly || (definition?.volumes.some((mount) => mount.readOnly && isSamePath(mount.path, path)) ?? false),
    }));
  const paths = (definition?.hostPaths ?? []).map((mount) => ({
    ...{ hostPath: mount.hostPath, path: mount.path, readOnly: readOnly || mount.readOnly },
  }));
  const further = await Promise.all(
    (definition?.volumesFrom ?? []).map(async (wanted) => {
      const slots = await lendingSlots(
        store,
        lender.name,
        { ...wanted, readOnly: readOnly || wanted.readOnly },
        visited,
      );
      return lendingTo({ service: wanted.service, slots }, slot.index);
    }),
  );
  return {
    slotName: name,
    nodeId,
    volumes: firstOfEachPath([...own, ...further.flatMap(({ volumes }) => volumes)]),
    hostPaths: firstOfEachPath([...paths, ...further.flatMap(({ hostPaths }) => hostPaths)]),
  };
};

const firstOfEachPath = <Mount extends { path: string }>(mounts: Mount[]): Mount[] =>
  mounts.filter(({ path }, at) => mounts.findIndex((other) => isSamePath(other.path, path)) === at);
