import { createHash } from 'node:crypto';
import { isSamePath } from '@restow/shared/domain/container-path';
import type { PlannedSwap } from '@restow/shared/domain/plan';
import type { Service, VolumeMount } from '@restow/shared/domain/service';
import type { Volume } from '@restow/shared/domain/slot';

/** The volumes of one slot after this deployment. */
export interface SlotVolumes {
  mounts: PlannedSwap['volumes'];
  /** Used again: they bind the slot to their node. */
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

/**
 * A volume for each mount of a slot: the attached one of that path, else a fresh one under a name no volume of the
 * service ever had. Volumes an image asked for stay with their slot at their paths, though no definition names them.
 * With `reuse` off, or where the definition dropped the mount, the old one is detached, never deleted. Pure.
 */
export const chooseVolumes = (
  service: Pick<Service, 'id' | 'name'>,
  slot: VolumeOwner,
  mounts: readonly VolumeMount[],
  volumes: readonly Volume[],
  reuse: boolean,
): SlotVolumes => {
  const attached = volumes
    .filter(({ slotId, state }) => slotId === slot.id && state === 'attached')
    .sort(
      (a, b) => preference(slot, a) - preference(slot, b) || b.createdAt - a.createdAt || (a.name < b.name ? -1 : 1),
    );
  const known = new Set(volumes.map(({ name }) => name));
  const reused: Volume[] = [];

  const forMount = ({ path, name: mountName, readOnly }: VolumeMount): PlannedSwap['volumes'][number] => {
    const old = reuse ? attached.find((volume) => isSamePath(volume.path, path)) : undefined;
    if (!old)
      return { name: freshName(service, slot.index, path, known), path, fresh: true, readOnly, mountName, from: null };
    reused.push(old);
    return { name: old.name, path, fresh: false, readOnly, mountName, from: null };
  };
  const asked = mounts.map(forMount);
  const ofImage = reuse
    ? attached.filter(
        ({ origin, path }, at) =>
          origin === 'image' &&
          !mounts.some((mount) => isSamePath(mount.path, path)) &&
          attached.findIndex((other) => isSamePath(other.path, path)) === at,
      )
    : [];
  reused.push(...ofImage);
  return {
    mounts: [
      ...asked,
      ...ofImage.map(({ name, path }) => ({ name, path, fresh: false, readOnly: false, mountName: null, from: null })),
    ],
    reused,
    detached: attached.filter((volume) => !reused.includes(volume)),
  };
};

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
