import type { VolumeMount } from '@restow/shared/domain/service';
import { type Parsed, parsed, unparsed } from './parsed.ts';

const options = ['ro', 'rw', 'shared', 'exclusive'];

/**
 * `/data`, `/data:ro`, `/data:shared`. Each slot has a volume of its own; `shared` lets the old and the new instance
 * of a slot have it at the same time, as they may when both only read.
 */
export const parseVolume = (text: string): Parsed<VolumeMount> => {
  const [path = '', ...rest] = text.split(':');
  const second = rest[0] ?? '';
  if (second.startsWith('/'))
    return unparsed(
      path.startsWith('/')
        ? `"${text}" mounts a path of the node, which is not offered by this version: say ${second} for a volume`
        : `"${text}" names a volume, which is not offered by this version: say ${second}, each slot has its own`,
    );
  if (!path.startsWith('/')) return unparsed(`"${text}" is not an absolute path in the container, such as /data`);
  if (rest.length > 1) return unparsed(`"${text}" is not PATH or PATH:OPTIONS, such as /data:ro`);
  const given = second === '' ? [] : second.split(',');
  const unknown = given.find((option) => !options.includes(option));
  if (unknown !== undefined) return unparsed(`"${text}": there is no option ${unknown}, only ${options.join(', ')}`);
  const readOnly = given.includes('ro');
  const shared = given.includes('shared') || (readOnly && !given.includes('exclusive'));
  return parsed({ path, name: null, access: shared ? 'shared' : 'exclusive', readOnly });
};
