import { RestowError } from '@restow/shared/base/errors';
import { isSamePath } from '@restow/shared/domain/container-path';
import type { PlannedSwap, PlannedVolume } from '@restow/shared/domain/plan';
import { referenceTo, type Service, type ServiceDefinition, type VolumesFrom } from '@restow/shared/domain/service';
import { serviceSeenFrom } from '@restow/shared/domain/service-reference';
import { type Slot, slotReference, type Volume } from '@restow/shared/domain/slot';
import type { Store } from '../ports/store.ts';

/** Mounts somebody has of somebody else. */
interface LentMounts {
  volumes: PlannedVolume[];
  hostPaths: NonNullable<PlannedSwap['lentPaths']>;
}

/** What one slot of another service lends to whoever mounts all it has. */
export interface LendingSlot extends LentMounts {
  slotName: string;
  nodeId: string;
}

/** A service whose mounts are lent, with its slots by their numbers. */
export interface Lender {
  service: string;
  slots: LendingSlot[];
}

/** The lending slot of a slot: its number's, counted round where the lender has fewer. Pure. */
export const lendingTo = ({ slots }: Lender, index: number): LendingSlot => slots[(index - 1) % slots.length]!;

/** What a slot is lent by all of them. Of two mounts at one path it is the first lender's. Pure. */
export const lentTo = (lenders: readonly Lender[], index: number): LentMounts =>
  firstOfEachPath(lenders.map((lender) => lendingTo(lender, index)));

/**
 * Who lends to this definition, as it stands now. What a lender itself is lent, it lends on. Throws
 * `failed-precondition` naming the service that is not there, does not run anywhere, or has nothing to lend.
 */
export const readLenders = async (
  store: Store,
  service: Pick<Service, 'id' | 'name' | 'stack'>,
  { volumesFrom }: Pick<ServiceDefinition, 'volumesFrom'>,
): Promise<Lender[]> => {
  const lenders: Lender[] = [];
  for (const wanted of volumesFrom) {
    const slots = await lendingSlots(store, service, wanted, [service.id]);
    if (slots.every(({ volumes, hostPaths }) => volumes.length + hostPaths.length === 0))
      throw new RestowError(
        'failed-precondition',
        `${referenceTo(service)} mounts what ${wanted.service} has, and that has no volume and no host path: leave it out, or give it one and redeploy it.`,
      );
    lenders.push({ service: wanted.service, slots });
  }
  return lenders;
};

type Running = Slot & { desired: NonNullable<Slot['desired']> };

const lendingSlots = async (
  store: Store,
  seenFrom: Pick<Service, 'name' | 'stack'>,
  { service: name, readOnly }: VolumesFrom,
  visited: string[],
): Promise<LendingSlot[]> => {
  const lender = serviceSeenFrom(await store.services.list(), seenFrom.stack, name);
  const borrower = referenceTo(seenFrom);
  const slots = lender
    ? (await store.slots.ofService(lender.id)).filter((slot): slot is Running => slot.desired !== null)
    : [];
  if (!lender || slots.length === 0)
    throw new RestowError(
      'failed-precondition',
      lender
        ? `${borrower} mounts the volumes of ${name}, which was never started: \`restow service start ${name}\` first.`
        : `${borrower} mounts the volumes of ${name}, and there is no service of that name.`,
    );
  if (visited.includes(lender.id))
    throw new RestowError('failed-precondition', `${borrower} and ${name} mount each other's volumes: take one out.`);

  const definitions = new Map(
    (await store.revisions.ofService(lender.id)).map((revision) => [revision.id, revision.definition]),
  );
  const attached = Map.groupBy(
    (await store.volumes.ofService(lender.id)).filter(({ state }) => state === 'attached'),
    ({ slotId }) => slotId,
  );
  const mounted = await mountedBy(store, slots);
  const furthers = new Map<string, LendingSlot[]>();
  const further = async (wanted: VolumesFrom): Promise<LendingSlot[]> => {
    const asked = { service: wanted.service, readOnly: readOnly || wanted.readOnly };
    const key = `${asked.service} ${asked.readOnly}`;
    const known = furthers.get(key) ?? (await lendingSlots(store, lender, asked, [...visited, lender.id]));
    furthers.set(key, known);
    return known;
  };

  const lending: LendingSlot[] = [];
  for (const slot of slots) {
    const definition = definitions.get(slot.desired.revisionId);
    const from = slotReference(lender, slot.index);
    const isReadOnly = (path: string) =>
      readOnly || (definition?.volumes.some((mount) => mount.readOnly && isSamePath(mount.path, path)) ?? false);
    const own = {
      volumes: (attached.get(slot.id) ?? []).sort(inUseFirst(slot, mounted)).map(({ name: volume, path }) => ({
        ...{ name: volume, path, fresh: false, mountName: null, from },
        readOnly: isReadOnly(path),
      })),
      hostPaths: (definition?.hostPaths ?? []).map((mount) => ({
        ...{ hostPath: mount.hostPath, path: mount.path, readOnly: readOnly || mount.readOnly },
      })),
    };
    const lentOn: LentMounts[] = [];
    for (const wanted of definition?.volumesFrom ?? [])
      lentOn.push(lendingTo({ service: wanted.service, slots: await further(wanted) }, slot.index));
    lending.push({ slotName: from, nodeId: slot.desired.nodeId, ...firstOfEachPath([own, ...lentOn]) });
  }
  return lending;
};

/** Names of the volumes that what runs in each slot was started with, as the plan of its deployment says. */
const mountedBy = async (store: Store, slots: readonly Running[]): Promise<Map<string, Set<string>>> => {
  const mounted = new Map<string, Set<string>>();
  for (const [id, ofIt] of Map.groupBy(slots, ({ desired }) => desired.deploymentId)) {
    const plan = (await store.deployments.get(id))?.plan;
    const swaps = new Map(plan?.swaps.map((swap) => [swap.slotId, swap]));
    for (const slot of ofIt) mounted.set(slot.id, new Set(swaps.get(slot.id)?.volumes.map((volume) => volume.name)));
  }
  return mounted;
};

/** A slot whose volumes are being replaced has two at a path until its deployment has ended. */
const inUseFirst = ({ id, desired }: Running, mounted: ReadonlyMap<string, ReadonlySet<string>>) => {
  const rank = ({ name, nodeId }: Volume) => (nodeId !== desired.nodeId ? 2 : mounted.get(id)?.has(name) ? 0 : 1);
  return (a: Volume, b: Volume): number => rank(a) - rank(b) || b.createdAt - a.createdAt || (a.name < b.name ? -1 : 1);
};

/** At one path there can be one mount only, be it a volume or a host path. */
const firstOfEachPath = (sources: readonly LentMounts[]): LentMounts => {
  const taken: string[] = [];
  const takes = ({ path }: { path: string }): boolean => {
    if (taken.some((other) => isSamePath(other, path))) return false;
    taken.push(path);
    return true;
  };
  return sources.reduce<LentMounts>(
    ({ volumes, hostPaths }, source) => ({
      volumes: [...volumes, ...source.volumes.filter(takes)],
      hostPaths: [...hostPaths, ...source.hostPaths.filter(takes)],
    }),
    { volumes: [], hostPaths: [] },
  );
};
