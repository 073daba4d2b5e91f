import type { Problem } from '../base/errors.ts';
import { type Check, hour, leastMemory, oneOf, port, problem, range, repeats, word, words } from './check.ts';
import { checkLinks } from './check-links.ts';
import { checkMounts } from './check-mounts.ts';
import { checkSettings } from './check-settings.ts';
import { parseImageReference } from './image-reference.ts';
import { labelPrefix } from './label-prefix.ts';
import {
  autodestroys,
  autorestarts,
  healthCheckKinds,
  onFailures,
  protocols,
  type ServiceDefinition,
  strategies,
  updateOrders,
} from './service.ts';
import { signalNames } from './signal-names.ts';
import { isTag, tagRule } from './tag.ts';
import { whyNotStartFirst } from './why-not-start-first.ts';

const checkImage: Check = ({ image }) => {
  const parsed = parseImageReference(image);
  return parsed.ok ? [] : problem('image', parsed.refusal);
};

const checkTags: Check = ({ tags }) => [
  ...tags.flatMap((tag, index) =>
    isTag(tag) ? [] : problem(`tags[${index}]`, `"${tag}" cannot be a tag: use ${tagRule}`),
  ),
  ...repeats(tags, String, (tag, index) => ({ field: `tags[${index}]`, message: `tag "${tag}" is given twice` })),
];

const checkPorts: Check = ({ ports }) => [
  ...ports.flatMap(({ containerPort, hostPort, protocol, published }, index) => [
    ...port(`ports[${index}].containerPort`, containerPort),
    ...oneOf(`ports[${index}].protocol`, protocol, protocols),
    ...(hostPort === null ? [] : port(`ports[${index}].hostPort`, hostPort)),
    ...(published || hostPort === null
      ? []
      : problem(
          `ports[${index}].hostPort`,
          `port ${containerPort} is only exposed, so it has no port of the node: leave ${hostPort} out, or publish it`,
        )),
  ]),
  ...repeats(
    ports,
    ({ containerPort, hostPort, protocol }) =>
      hostPort === null ? `container ${protocol} ${containerPort}` : `node ${protocol} ${hostPort}`,
    ({ containerPort, hostPort, protocol }, index) =>
      hostPort === null
        ? { field: `ports[${index}].containerPort`, message: `port ${containerPort}/${protocol} is named twice` }
        : {
            field: `ports[${index}].hostPort`,
            message: `port ${hostPort}/${protocol} is published twice: a port of a node leads to one container port`,
          },
  ),
];

const checkEnv: Check = ({ env }) =>
  Object.entries(env).flatMap(([name, value]) => [
    ...(/^[^\s=\0]+$/.test(name)
      ? []
      : problem(
          `env.${name}`,
          `"${name}" cannot name a variable: give a name without "=" and white space, such as LOG_LEVEL`,
        )),
    ...word(`env.${name}`, `${name}=${value}`),
  ]);

const checkSecrets: Check = ({ env, secrets }) => [
  ...secrets.flatMap((name, index) =>
    Object.hasOwn(env, name)
      ? []
      : problem(`secrets[${index}]`, `there is no variable "${name}" to be kept secret: give it, or leave it out here`),
  ),
  ...repeats(secrets, String, (name, index) => ({ field: `secrets[${index}]`, message: `"${name}" is named twice` })),
];

const checkWords: Check = ({ command, entrypoint, healthCheck }) => [
  ...words('command', command ?? []),
  ...words('entrypoint', entrypoint ?? []),
  ...(healthCheck.kind === 'command' ? words('healthCheck.command', healthCheck.command) : []),
];

const checkLabels: Check = ({ labels }) =>
  Object.keys(labels).flatMap((key) =>
    key.startsWith(labelPrefix)
      ? problem(`labels.${key}`, `labels that begin with ${labelPrefix} are Restow's own: give another key`)
      : /^[^\s=\0]+$/.test(key)
        ? []
        : problem(`labels.${key}`, `"${key}" cannot be a label: give a key without "=" and white space`),
  );

const checkMemory: Check = ({ memoryBytes }) => {
  if (memoryBytes === null || (Number.isSafeInteger(memoryBytes) && memoryBytes >= leastMemory)) return [];
  return problem(
    'memoryBytes',
    memoryBytes > leastMemory
      ? `${memoryBytes} bytes cannot be counted: give a whole number up to ${Number.MAX_SAFE_INTEGER}, or no limit`
      : `${memoryBytes} bytes is too little: give at least ${leastMemory} (6 MiB), or no limit`,
  );
};

const checkHealth: Check = ({ healthCheck }) => {
  const unknown = oneOf('healthCheck.kind', healthCheck.kind, healthCheckKinds);
  if (unknown.length > 0) return unknown;
  if (healthCheck.kind === 'command' && healthCheck.command.length === 0)
    return problem('healthCheck.command', 'a command of no words checks nothing: give one, or another kind of check');
  if (healthCheck.kind !== 'tcp' && healthCheck.kind !== 'http') return [];
  return [
    ...port('healthCheck.port', healthCheck.port),
    ...(healthCheck.kind !== 'http' || /^\/[^\s\0]*$/.test(healthCheck.path)
      ? []
      : problem(
          'healthCheck.path',
          `"${healthCheck.path}" is not a path: begin with "/" and leave out white space, such as /health`,
        )),
  ];
};

const orNone = (field: string, value: number | null, least: number, most: number, unit = ''): Problem[] =>
  value === null ? [] : range(field, value, least, most, unit);

const checkTiming: Check = ({ healthTiming }) => [
  ...orNone('healthTiming.intervalMs', healthTiming.intervalMs, 100, hour, ' ms'),
  ...orNone('healthTiming.timeoutMs', healthTiming.timeoutMs, 10, hour, ' ms'),
  ...orNone('healthTiming.retries', healthTiming.retries, 1, 1000),
  ...orNone('healthTiming.startPeriodMs', healthTiming.startPeriodMs, 0, hour, ' ms'),
];

const checkStop: Check = ({ stopSignal, stopGraceMs }) => [
  ...(stopSignal === null || signalNames.has(stopSignal)
    ? []
    : problem('stopSignal', `"${stopSignal}" is no signal: give a name such as SIGTERM or SIGINT`)),
  ...range('stopGraceMs', stopGraceMs, 0, hour, ' ms'),
];

const checkUpdate: Check = ({ update }) => [
  ...oneOf('update.order', update.order, updateOrders),
  ...(update.batch === null ? [] : range('update.batch', update.batch, 1, 1000)),
  ...range('update.minRunningMs', update.minRunningMs, 0, hour, ' ms'),
  ...range('update.healthDeadlineMs', update.healthDeadlineMs, 1, hour, ' ms'),
  ...range('update.watchMs', update.watchMs, 0, hour, ' ms'),
  ...(update.minRunningMs >= update.healthDeadlineMs && update.healthDeadlineMs > 0 && update.minRunningMs <= hour
    ? problem(
        'update.minRunningMs',
        `an instance would have failed (after ${update.healthDeadlineMs} ms) before it counts as healthy (after ${update.minRunningMs} ms): keep it below update.healthDeadlineMs`,
      )
    : []),
  ...oneOf('update.onFailure', update.onFailure, onFailures),
];

const checkEnding: Check = ({ autorestart, autodestroy }) => [
  ...oneOf('autorestart', autorestart, autorestarts),
  ...oneOf('autodestroy', autodestroy, autodestroys),
  ...(autorestart === 'ALWAYS' && autodestroy !== 'OFF' && autodestroys.includes(autodestroy)
    ? problem(
        'autodestroy',
        `with autorestart ALWAYS a container that ends is started again, so ${autodestroy} would never remove one: give autorestart OFF or ON_FAILURE, or autodestroy OFF`,
      )
    : []),
];

/** What belongs to a later version is refused by name, never ignored. */
const checkOffered: Check = ({ autoredeploy, roles }) => [
  ...(autoredeploy ? problem('autoredeploy', 'is not offered by this version: redeploy when an image was pushed') : []),
  ...(roles.length > 0 ? problem('roles', 'are not offered by this version') : []),
];

/** Fields that are right each for itself and cannot be had together. */
const checkTogether: Check = (definition) => {
  const { strategy, count, net, macAddress, ports, sequential, update } = definition;
  const forbids = whyNotStartFirst(definition);
  return [
    ...(strategy === 'EVERY_NODE' && count !== 1
      ? problem('count', `EVERY_NODE puts one slot on every node that fits, so it cannot be ${count}: leave it out`)
      : []),
    ...(strategy === 'EVERY_NODE' && definition.volumesFrom.length > 0
      ? problem(
          'volumesFrom',
          'EVERY_NODE puts a slot on every node, and what another service lends is on some only: use another strategy',
        )
      : []),
    ...(net === 'host'
      ? ports.flatMap(({ published, containerPort }, index) =>
          published
            ? problem(
                `ports[${index}]`,
                `with host networking the container's ports are the node's, so ${containerPort} cannot be published: expose it only, or use net bridge`,
              )
            : [],
        )
      : []),
    ...(net === 'host' && macAddress !== null
      ? problem('macAddress', 'with host networking there is no interface of its own to have it: leave it out')
      : []),
    ...(sequential && update.batch !== null && update.batch > 1
      ? problem('update.batch', `sequential is one slot at a time, so the batch cannot be ${update.batch}`)
      : []),
    ...(update.order === 'start-first' && forbids !== null
      ? problem('update.order', `start-first cannot be had: ${forbids}. Ask for auto or stop-first`)
      : []),
  ];
};

const checks: readonly Check[] = [
  checkImage,
  ({ count }) => range('count', count, 1, 1000),
  checkTags,
  ({ strategy }) => oneOf('strategy', strategy, strategies),
  checkPorts,
  checkEnv,
  checkSecrets,
  checkWords,
  checkMounts,
  checkLinks,
  checkLabels,
  checkMemory,
  checkHealth,
  checkTiming,
  checkStop,
  checkSettings,
  checkUpdate,
  checkEnding,
  checkOffered,
  checkTogether,
];

/**
 * Everything that is wrong with a definition, all at once, each with the path of its field and what would be right; an
 * empty list when it can be meant. Whether it can be placed is the plan's to say.
 */
export const checkDefinition = (definition: ServiceDefinition): Problem[] =>
  checks.flatMap((check) => check(definition));
