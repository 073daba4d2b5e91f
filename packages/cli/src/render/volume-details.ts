import type { VolumeView } from '@restow/shared/domain/view';
import type { Look } from './look.ts';
import { columns, indent } from './table.ts';
import { bytes, listed, moment, none } from './words.ts';

/** `1.5 GiB`, or why that is not known. */
export const sizeLabel = ({ bytes: count, unmeasured }: VolumeView): string => {
  if (count !== null) return bytes(count);
  return unmeasured === '' ? none : `not known: ${unmeasured}`;
};

/** `volume inspect`, for people. Pure. */
export const volumeDetails = (volume: VolumeView, { paint }: Look): string => {
  const { name, state, mountName } = volume;
  const rows = [
    ['id', volume.id],
    ['node', volume.nodeName],
    ['slot', `${volume.slotName} of ${volume.serviceName}`],
    ['path', volume.path],
    ...(mountName === null ? [] : [['defined as', mountName]]),
    ['size', sizeLabel(volume)],
    ['mounted by', listed(volume.users)],
    ['created', moment(volume.createdAt)],
  ];
  return `${paint.bold(name)}   ${state}\n${indent(columns(rows))}`;
};
