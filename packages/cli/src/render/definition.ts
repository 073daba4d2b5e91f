import type { HealthCheck, ServiceDefinition, VolumeMount } from '@restow/shared/domain/service';
import { bytes, duration, listed, none, portLabel } from './words.ts';

const words = (list: string[] | null): string =>
  list === null
    ? "the image's own"
    : list.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

const mount = ({ path, access, readOnly }: VolumeMount): string => {
  const options = [...(readOnly ? ['ro'] : []), ...(access === 'shared' && !readOnly ? ['shared'] : [])];
  return [path, ...options].join(':');
};

const health = (check: HealthCheck): string => {
  if (check.kind === 'tcp') return `tcp ${check.port}`;
  return check.kind === 'http' ? `http ${check.port}${check.path}` : "the image's own";
};

const pairs = (map: Record<string, string>): string =>
  listed(Object.entries(map).map(([key, value]) => `${key}=${value}`));

/** Each field of a definition as a name and a value people read, in the order a definition has them. Pure. */
export const definitionRows = (definition: ServiceDefinition): [name: string, value: string][] => {
  const { update } = definition;
  return [
    ['image', definition.image],
    ['containers', definition.strategy === 'EVERY_NODE' ? 'one on every node' : String(definition.count)],
    ['tags', listed(definition.tags)],
    ['strategy', definition.strategy],
    ['ports', listed(definition.ports.map(portLabel))],
    ['environment', pairs(definition.env)],
    ['command', words(definition.command)],
    ['entrypoint', words(definition.entrypoint)],
    ['volumes', listed(definition.volumes.map(mount))],
    ['labels', pairs(definition.labels)],
    ['memory', definition.memoryBytes === null ? 'no limit' : bytes(definition.memoryBytes)],
    ['health', health(definition.healthCheck)],
    ['stop', `${definition.stopSignal ?? "the image's own signal"}, then ${duration(definition.stopGraceMs)}`],
    ['order', update.order],
    ['gate', update.gate === null ? 'auto' : update.gate ? 'on' : 'off'],
    ['batch', update.batch === null ? 'all' : String(update.batch)],
    [
      'timing',
      `healthy after ${duration(update.minRunningMs)} or within ${duration(update.healthDeadlineMs)}, watched for ${duration(update.watchMs)}`,
    ],
  ];
};

/** Which variables came, went or changed; never their values, which may be secret and end in a log. */
const variableChanges = (before: Record<string, string>, after: Record<string, string>): string =>
  listed([
    ...Object.keys(after).flatMap((name) =>
      !(name in before) ? [`${name} added`] : before[name] !== after[name] ? [`${name} changed`] : [],
    ),
    ...Object.keys(before).flatMap((name) => (name in after ? [] : [`${name} removed`])),
  ]);

/** What a change of a definition changed: `image: app:v1 -> app:v2`. Empty when nothing. Pure. */
export const definitionChanges = (before: ServiceDefinition, after: ServiceDefinition): string[] => {
  const then = new Map(definitionRows(before));
  return definitionRows(after).flatMap(([name, value]) => {
    const old = then.get(name) ?? none;
    if (old === value) return [];
    return name === 'environment'
      ? [`${name}: ${variableChanges(before.env, after.env)}`]
      : [`${name}: ${old} -> ${value}`];
  });
};
