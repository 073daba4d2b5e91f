import { createHash } from 'node:crypto';
import { ok, type Result, refused } from '@restow/shared/base/result';
import { isSamePath } from '@restow/shared/domain/container-path';
import type { PlannedVolume } from '@restow/shared/domain/plan';
import type { Service, VolumeMount } from '@restow/shared/domain/service';
import type { Volume } from '@restow/shared/domain/slot';

/** The volumes of one slot after this deployment. */
export interface SlotVolumes {
  mounts: PlannedVolume[];
  /** Used again, or found by their name: they bind the slot to their node. */
  reused: Volume[];
  /** Let go: they stay where they are, listed as detached. */
  detached: Volume[];
}

/** The slot as far as its volumes go. */
interface VolumeOwner {
  index: number;
  /** `null` for a slot that is new. */
  id: string | null;
  currentNodeId: string | null;
}

/** What a slot's volumes are chosen from. */
export interface VolumeChoice {
  service: Pick<Service, 'id' | 'name'>;
  slot: VolumeOwner;
  mounts: readonly VolumeMount[];
  /** This service's, attached and detached, and every other one of a name that a mount asks for. */
  volumes: readonly Volume[];
  /** `false`: fresh ones, whatever there is. */
  reuse: boolean;
  /** What other services lend it; a mount of its own at the same path wins. */
  lent?: readonly PlannedVolume[];
  /** Where host paths are mounted, its own and lent ones. */
  pathsOfNode?: readonly string[];
}

/** A volume of the name a mount asks for that is another slot's. */
export interface VolumeHeld {
  path: string;
  volume: Volume;
}

/** Name on the engine of the volume a slot has for a mount with a name. */
export const namedVolume = (mountName: string, index: number): string => `${mountName}-${index}`;

/**
 * A volume for each mount of a slot: the attached one of that path or name, else the detached one of the name it asks
 * for, else a fresh one under a name no volume ever had. Volumes an image asked for stay with their slot at their paths,
 * though no definition names them, unless something else is mounted there now. With `reuse` off, or where the definition
 * dropped the mount, the old one is detached, never deleted. The refusal: a volume of that name is another slot's. Pure.
 */
export const chooseVolumes = (choice: VolumeChoice): Result<SlotVolumes, VolumeHeld> => {
  const { service, slot, mounts, volumes, reuse, lent = [], pathsOfNode = [] } = choice;
  const attached = volumes
    .filter(({ slotId, state }) => slotId === slot.id && state === 'attached')
    .sort(
      (a, b) => preference(slot, a) - preference(slot, b) || b.createdAt - a.createdAt || (a.name < b.name ? -1 : 1),
    );
  const known = new Set(volumes.map(({ name }) => name));
  const reused: Volume[] = [];
  const held: VolumeHeld[] = [];

  const forMount = ({ path, name: mountName, readOnly }: VolumeMount): PlannedVolume => {
    const common = { path, readOnly, mountName, from: null };
    const old = attached.find((volume) => isMeant(volume, path, mountName));
    if (old && reuse) {
      reused.push(old);
      return { ...common, name: old.name, fresh: false };
    }
    const wanted = mountName === null ? null : namedVolume(mountName, slot.index);
    const there = volumes.filter(({ name }) => name === wanted);
    const detached = there
      .filter(({ state }) => state === 'detached')
      .sort((a, b) => relation(choice, a) - relation(choice, b) || b.createdAt - a.createdAt)[0];
    const others = there.find(({ state, slotId }) => state === 'attached' && slotId !== slot.id);
    if (detached && reuse) {
      reused.push(detached);
      return { ...common, name: detached.name, fresh: false, found: true };
    }
    if (others && reuse) held.push({ path, volume: others });
    const name =
      wanted !== null && !known.has(wanted) ? wanted : freshName(service, slot.index, mountName ?? path, known);
    return { ...common, name, fresh: true };
  };
  const asked = mounts.map(forMount);
  const [first] = held;
  if (first) return refused(first);
  const elsewise = [...[...mounts, ...lent].map((mount) => mount.path), ...pathsOfNode];
  const isMounted = (path: string) => elsewise.some((mounted) => isSamePath(mounted, path));
  const ofImage = reuse
    ? attached.filter(
        ({ origin, path }, at) =>
          origin === 'image' && !isMounted(path) && attached.findIndex((other) => isSamePath(other.path, path)) === at,
      )
    : [];
  reused.push(...ofImage);
  const kept = ofImage.map(({ name, path }) => ({
    ...{ name, path, fresh: false, readOnly: false, mountName: null, from: null },
  }));
  const taken = [...asked, ...kept];
  return ok({
    mounts: [...taken, ...lent.filter(({ path }) => !taken.some((own) => isSamePath(own.path, path)))],
    reused,
    detached: attached.filter((volume) => !reused.includes(volume)),
  });
};

/** Whether a mount means a volume of its slot: by its name, wherever that is mounted; without one by its path, and none with a name. */
const isMeant = ({ mountName, origin, path }: Volume, at: string, wanted: string | null): boolean =>
  wanted === null ? isSamePath(path, at) && (mountName === null || origin === 'image') : mountName === wanted;

/** Of several detached ones of a name: first the slot's own, then its service's. */
const relation = ({ service, slot }: VolumeChoice, volume: Volume): number =>
  volume.slotId === slot.id ? 0 : volume.serviceId === service.id ? 1 : 2;

/** Should a path ever have two, the one where the slot runs is its data. */
const preference = (slot: VolumeOwner, volume: Volume): number => (volume.nodeId === slot.currentNodeId ? 0 : 1);

/** Slugs are for people; the hash is what makes the name one of a kind. */
const slugLength = 40;

const slug = (path: string): string =>
  path
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, slugLength) || 'volume';

/**
 * `web-1-var-lib-db-3f2a9c01`. The hash covers the service's id, so that a later service of the same name does not find
 * this one's data, and a generation, so that a fresh volume is none of those there are. The same inputs give the same
 * name: a plan that is shown is the plan that is recorded.
 */
const freshName = (
  service: Pick<Service, 'id' | 'name'>,
  index: number,
  path: string,
  known: ReadonlySet<string>,
): string => {
  for (let generation = 0; ; generation++) {
    const hash = createHash('sha256')
      .update([service.id, index, path, generation].join('\n'))
      .digest('hex')
      .slice(0, 8);
    const name = `${service.name}-${index}-${slug(path)}-${hash}`;
    if (!known.has(name)) return name;
  }
};
