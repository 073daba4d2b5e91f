import type { HostPathMount, VolumeMount, VolumesFrom } from '@restow/shared/domain/service';
import { type Parsed, parsed, unparsed } from './parsed.ts';

/** What `-v` says: a volume of each slot, or a path of the node. */
export type Mount = { volume: VolumeMount } | { hostPath: HostPathMount };

const options = ['ro', 'rw', 'shared', 'exclusive'];

/**
 * `/data`: a volume of each slot. `NAME:/data`: one of that name. `/srv/data:/data`: a path of the node. Each with
 * `:ro`, `:rw`, `:shared` (the old and the new instance of a slot may have it at the same time, as they may when both only
 * read) or several of them.
 */
export const parseMount = (text: string): Parsed<Mount> => {
  const parts = text.split(':');
  const [source, path, ...rest] = parts[1]?.startsWith('/') ? parts : [undefined, ...parts];
  if (!path?.startsWith('/'))
    return unparsed(`"${text}" names no absolute path in the container: say /data, NAME:/data or /path/of/node:/data`);
  if (rest.length > 1 || source === '') return unparsed(`"${text}" is not [NAME or PATH OF THE NODE:]PATH[:OPTIONS]`);
  const given = rest[0] === undefined ? [] : rest[0].split(',');
  const unknown = given.find((option) => !options.includes(option));
  if (unknown !== undefined) return unparsed(`"${text}": there is no option ${unknown}, only ${options.join(', ')}`);
  if (given.includes('ro') && given.includes('rw')) return unparsed(`"${text}" cannot be both ro and rw`);
  if (given.includes('shared') && given.includes('exclusive'))
    return unparsed(`"${text}" cannot be both shared and exclusive`);
  const readOnly = given.includes('ro');
  const isShared = given.includes('shared') || (readOnly && !given.includes('exclusive'));
  const how = { path, access: isShared ? ('shared' as const) : ('exclusive' as const), readOnly };
  return parsed(
    source?.startsWith('/') ? { hostPath: { hostPath: source, ...how } } : { volume: { name: source ?? null, ...how } },
  );
};

/** `db`, or `db:ro`: all mounts of that service's slots. */
export const parseVolumesFrom = (text: string): Parsed<VolumesFrom> => {
  const [service = '', mode = 'rw', ...rest] = text.split(':');
  if (service === '' || rest.length > 0) return unparsed(`"${text}" is not SERVICE or SERVICE:ro`);
  if (mode !== 'ro' && mode !== 'rw') return unparsed(`"${text}": there is no option ${mode}, only ro and rw`);
  return parsed({ service, readOnly: mode === 'ro' });
};
