import type { VolumeView } from '@restow/shared/domain/view';
import type { Look } from './look.ts';
import { table } from './table.ts';
import { sizeLabel } from './volume-details.ts';
import { ago, listed, shortId } from './words.ts';

interface Column {
  header: string;
  of(volume: VolumeView, look: Look): string;
}

const whose: Column[] = [
  { header: 'NAME', of: ({ name }) => name },
  { header: 'NODE', of: ({ nodeName }) => nodeName },
  { header: 'SERVICE', of: ({ serviceName }) => serviceName },
  { header: 'SLOT', of: ({ slotName }) => slotName },
  { header: 'PATH', of: ({ path }) => path },
  { header: 'STATE', of: ({ state }) => state },
];
const measured: Column[] = [
  { header: 'SIZE', of: sizeLabel },
  { header: 'MOUNTED BY', of: ({ users }) => listed(users) },
];
const known: Column[] = [
  { header: 'CREATED', of: ({ createdAt }, { now }) => ago(createdAt, now) },
  { header: 'ID', of: ({ id }, look) => shortId(id, look) },
];

const listOf =
  (columns: Column[]) =>
  (volumes: VolumeView[], look: Look): string =>
    table(
      columns.map(({ header }) => header),
      volumes.map((volume) => columns.map((column) => column.of(volume, look))),
    );

/** `volume ls`. Pure. */
export const volumeList = listOf([...whose, ...known]);

/** `volume ls --size`. Pure. */
export const measuredVolumeList = listOf([...whose, ...measured, ...known]);
