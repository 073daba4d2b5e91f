import type { VolumeView } from '@restow/shared/domain/view';
import type { Look } from './look.ts';
import { table } from './table.ts';
import { ago, shortId } from './words.ts';

/** `volume ls`. Pure. */
export const volumeList = (volumes: VolumeView[], look: Look): string =>
  table(
    ['NAME', 'NODE', 'SERVICE', 'SLOT', 'PATH', 'STATE', 'CREATED', 'ID'],
    volumes.map((volume) => [
      volume.name,
      volume.nodeName,
      volume.serviceName,
      volume.slotName,
      volume.path,
      volume.state,
      ago(volume.createdAt, look.now),
      shortId(volume.id, look),
    ]),
  );
