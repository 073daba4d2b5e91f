import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { plainPath } from '@restow/shared/domain/container-path';
import type { InstanceSpec } from '@restow/shared/domain/order';

/** As an engine understands what an image declares: from the root, whatever the spelling. */
const plain = (path: string): string => plainPath(`/${path}`) ?? posix.normalize(`/${path}`);

/** Letters and digits of a path, for people: `/var/lib/mysql` is `var-lib-mysql`. */
const slug = (path: string): string =>
  path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);

/**
 * The name of the volume that a slot is given for a VOLUME of its image. The same however often one deployment asks;
 * the last part tells `/a/b` from `/a-b`, a slot from another of its name, and one deployment from the next: an
 * instance that is to have this volume again is told so by name, and one that is not never finds it by chance.
 */
export const imageVolumeName = (
  spec: Pick<InstanceSpec, 'serviceName' | 'slotIndex' | 'slotId' | 'deploymentId'>,
  path: string,
): string => {
  const mark = createHash('sha256')
    .update([spec.slotId, spec.deploymentId, plain(path)].join(' '))
    .digest('hex')
    .slice(0, 8);
  return [spec.serviceName, String(spec.slotIndex), slug(path), mark].filter(Boolean).join('-');
};

/**
 * All volumes an instance has: those the plan gives it, and one for each VOLUME of the image that no mount of it covers,
 * host paths included. Docker would give it an anonymous one, new with each container and lost with it. Pure.
 */
export const volumesOf = (spec: InstanceSpec, imageVolumes: readonly string[]): InstanceSpec['volumes'] => {
  const covered = new Set([...spec.volumes, ...spec.hostPaths].map(({ path }) => plain(path)));
  const uncovered = new Set(imageVolumes.map(plain).filter((path) => !covered.has(path)));
  return [
    ...spec.volumes,
    ...[...uncovered]
      .sort()
      .map((path) => ({ name: imageVolumeName(spec, path), path, readOnly: false, borrowed: false })),
  ];
};
