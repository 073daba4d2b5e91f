import type { HostPathMount, VolumeMount } from '@restow/shared/domain/service';
import type { FieldFlags } from '../field-flags.ts';
import { fieldsUnder } from '../kinds-of-field.ts';
import { parseMount, parseVolumesFrom } from '../mount.ts';
import { repeatable } from '../options.ts';

const group = 'Volumes:';
const { items, toggle } = fieldsUnder(group);

const mountOption = repeatable(
  '-v, --volume <mount>',
  'volume of each slot, /data or NAME:/data, or a path of the node, /srv:/data; options ro, rw, shared',
);

/** One flag names both lists, so giving it replaces both. */
const volumes: FieldFlags<VolumeMount[]> = {
  group,
  options: [mountOption],
  read: (reader, old) =>
    reader
      .texts(mountOption)
      ?.flatMap((text) => reader.value(mountOption, parseMount(text)))
      .flatMap((mount) => ('volume' in mount ? [mount.volume] : [])) ?? old,
};

const hostPaths: FieldFlags<HostPathMount[]> = {
  group,
  // Declared, and told of when wrong, with the volumes.
  options: [],
  read: (reader, old) =>
    reader
      .texts(mountOption)
      ?.map(parseMount)
      .flatMap((mount) => (mount.ok && 'hostPath' in mount.value ? [mount.value.hostPath] : [])) ?? old,
};

export const storage = {
  volumes,
  hostPaths,
  volumesFrom: items(
    repeatable(
      '--volumes-from <service>',
      "all mounts of another service's slots, at their nodes; SERVICE:ro only to read",
    ),
    parseVolumesFrom,
  ),
  readOnly: toggle('--read-only', "the container's own file system cannot be written"),
};
