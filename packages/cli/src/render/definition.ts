import { type DefinitionField, defaultDefinition, type ServiceDefinition } from '@restow/shared/domain/service';
import {
  health,
  mount,
  pairs,
  servicePortLabel,
  swap,
  text,
  theImages,
  timing,
  words,
  yesNo,
} from './definition-values.ts';
import { bytes, duration, listed, none } from './words.ts';

type Row = [name: string, value: string];

/** A row of one line. */
const row =
  <Value>(name: string, say: (value: Value) => string) =>
  (value: Value): Row[] => [[name, say(value)]];

/** How each field is told; a field without an entry does not compile. In the order people read them. */
const rows: {
  readonly [Field in DefinitionField]: (value: ServiceDefinition[Field], all: ServiceDefinition) => Row[];
} = {
  image: row('image', String),
  count: (count, { strategy }) => [['containers', strategy === 'EVERY_NODE' ? 'one on every node' : String(count)]],
  tags: row('tags', listed),
  strategy: row('strategy', String),
  ports: row('ports', (ports) => listed(ports.map(servicePortLabel))),
  env: row('environment', pairs),
  secrets: row('secret variables', listed),
  command: row('command', words),
  entrypoint: row('entrypoint', words),
  volumes: row('volumes', (volumes) => listed(volumes.map(mount))),
  hostPaths: row('host paths', (paths) => listed(paths.map(mount))),
  volumesFrom: row('volumes from', (from) =>
    listed(from.map(({ service, readOnly }) => (readOnly ? `${service}:ro` : service))),
  ),
  labels: row('labels', pairs),
  memoryBytes: row('memory', (limit) => (limit === null ? 'no limit' : bytes(limit))),
  memorySwapBytes: row('memory and swap', swap),
  cpuShares: row('cpu shares', (shares) => (shares === null ? none : String(shares))),
  cpuset: row('cores', text),
  healthCheck: row('health', health),
  healthTiming: row('checked', timing),
  stopSignal: (signal, { stopGraceMs }) => [
    ['stop', `${signal ?? `${theImages} signal`}, then ${duration(stopGraceMs)}`],
  ],
  // Told with the signal.
  stopGraceMs: () => [],
  autorestart: row('autorestart', String),
  autodestroy: row('autodestroy', String),
  user: row('user', (user) => user ?? theImages),
  workingDir: row('working directory', (path) => path ?? theImages),
  hostname: row('host name', text),
  domainname: row('domain', text),
  net: row('network', String),
  macAddress: row('mac address', text),
  dns: row('dns', listed),
  dnsSearch: row('dns search', listed),
  extraHosts: row('hosts', listed),
  links: row('links', (links) => listed(links.map(({ service, alias }) => `${service}:${alias}`))),
  privileged: row('privileged', yesNo),
  readOnly: row('read-only', yesNo),
  capAdd: row('capabilities added', listed),
  capDrop: row('capabilities dropped', listed),
  devices: row('devices', listed),
  securityOpt: row('security options', listed),
  pid: row('processes', (pid) => (pid === 'host' ? "the node's" : 'its own')),
  cgroupParent: row('cgroup', text),
  tty: row('terminal', yesNo),
  stdinOpen: row('standard input', (open) => (open ? 'kept open' : 'closed')),
  roles: row('roles', listed),
  sequential: row('sequential', yesNo),
  autoredeploy: row('autoredeploy', yesNo),
  update: ({ order, gate, batch, onFailure, minRunningMs, healthDeadlineMs, watchMs }) => [
    ['order', order],
    ['gate', gate === null ? 'auto' : gate ? 'on' : 'off'],
    ['batch', batch === null ? 'all' : String(batch)],
    ['on failure', onFailure],
    [
      'timing',
      `healthy after ${duration(minRunningMs)} or within ${duration(healthDeadlineMs)}, watched for ${duration(watchMs)}`,
    ],
  ],
};

/** What people look for even where it is as usual; the rest is shown where it is not. */
const alwaysShown: ReadonlySet<DefinitionField> = new Set([
  ...(['image', 'count', 'tags', 'strategy', 'ports', 'env', 'command', 'volumes'] as const),
  ...(['memoryBytes', 'healthCheck', 'stopSignal', 'update'] as const),
]);

const fields = Object.keys(rows) as DefinitionField[];

const rowsOf = <Field extends DefinitionField>(field: Field, definition: ServiceDefinition): Row[] =>
  rows[field](definition[field], definition);

const isDefault = (field: DefinitionField, definition: ServiceDefinition): boolean =>
  String(rowsOf(field, definition)) === String(rowsOf(field, defaultDefinition('')));

/** A definition as names and values people read; of variables that are secret the names alone. Pure. */
export const definitionRows = (definition: ServiceDefinition): Row[] => {
  const { env, secrets } = definition;
  const values = Object.entries(env).map(([name, value]) => [name, secrets.includes(name) ? '(secret)' : value]);
  const shown: ServiceDefinition = { ...definition, env: Object.fromEntries(values) };
  return fields
    .filter((field) => alwaysShown.has(field) || !isDefault(field, shown))
    .flatMap((field) => rowsOf(field, shown));
};

/** Which variables came, went or changed; never their values, which may be secret and end in a log. */
const variableChanges = (before: Record<string, string>, after: Record<string, string>): string =>
  listed([
    ...Object.keys(after).flatMap((name) =>
      !(name in before) ? [`${name} added`] : before[name] !== after[name] ? [`${name} changed`] : [],
    ),
    ...Object.keys(before).flatMap((name) => (name in after ? [] : [`${name} removed`])),
  ]);

/**
 * What a change of a definition changed: `image: app:v1 -> app:v2`. Only of the fields in `among`, where given. Empty when
 * nothing. Pure.
 */
export const definitionChanges = (
  before: ServiceDefinition,
  after: ServiceDefinition,
  among: readonly DefinitionField[] = fields,
): string[] =>
  fields
    .filter((field) => among.includes(field) || (field === 'stopSignal' && among.includes('stopGraceMs')))
    .flatMap((field) => {
      const then = rowsOf(field, before);
      return rowsOf(field, after).flatMap(([name, value], at) => {
        const old = then[at]?.[1] ?? none;
        if (old === value) return [];
        return field === 'env'
          ? [`${name}: ${variableChanges(before.env, after.env)}`]
          : [`${name}: ${old} -> ${value}`];
      });
    });
