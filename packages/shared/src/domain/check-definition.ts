import type { Problem } from '../base/errors.ts';
import { plainPath } from './container-path.ts';
import { parseImageReference } from './image-reference.ts';
import { onFailures, type ServiceDefinition, strategies, updateOrders } from './service.ts';
import { signalNames } from './signal-names.ts';
import { isTag, tagRule } from './tag.ts';

/** What one field or group of fields has wrong. */
type Check = (definition: ServiceDefinition) => Problem[];

const hour = 3_600_000;
const mebibyte = 2 ** 20;
/** The least an engine accepts. */
const leastMemory = 6 * mebibyte;

const problem = (field: string, message: string): Problem[] => [{ field, message }];

const range = (field: string, value: number, least: number, most: number, unit = ''): Problem[] =>
  Number.isInteger(value) && value >= least && value <= most
    ? []
    : problem(field, `${value}${unit} is out of range: give a whole number from ${least} to ${most}${unit}`);

const port = (field: string, value: number): Problem[] => range(field, value, 1, 65_535);

const oneOf = (field: string, value: string, known: readonly string[]): Problem[] =>
  known.includes(value) ? [] : problem(field, `"${value}" is not known: give one of ${known.join(', ')}`);

/** A problem for each item that an earlier one equals. */
const repeats = <Item>(items: Item[], key: (item: Item) => string, tell: (item: Item, index: number) => Problem) =>
  items.flatMap((item, index) =>
    items.findIndex((other) => key(other) === key(item)) < index ? [tell(item, index)] : [],
  );

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
  ...ports.flatMap(({ containerPort, hostPort, published }, index) => [
    ...port(`ports[${index}].containerPort`, containerPort),
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
    ...(value.includes('\0') ? problem(`env.${name}`, `the value of ${name} has a zero byte in it`) : []),
  ]);

/** What agents read their own containers by. */
const ownLabels = 'io.restow.';

const checkLabels: Check = ({ labels }) =>
  Object.keys(labels).flatMap((key) =>
    key.startsWith(ownLabels)
      ? problem(`labels.${key}`, `labels that begin with ${ownLabels} are Restow's own: give another key`)
      : /^[^\s=\0]+$/.test(key)
        ? []
        : problem(`labels.${key}`, `"${key}" cannot be a label: give a key without "=" and white space`),
  );

const problemOfMount = (path: string): string | null => {
  if (!path.startsWith('/')) return `"${path}" is not absolute: give a path in the container, such as /data`;
  if (/[:\0]/.test(path)) return `"${path}" has a character that no mount can have (":" or a zero byte)`;
  const plain = plainPath(path);
  if (plain === null) return `"${path}" leads through "..": give the path itself`;
  if (plain === '/') return 'a volume cannot be mounted at "/": give a path below it, such as /data';
  if (/^\/(?:proc|sys)(?:\/|$)/.test(plain)) return `"${path}" is the kernel's own: give another path, such as /data`;
  return null;
};

const checkVolumes: Check = ({ volumes }) => [
  ...volumes.flatMap(({ path }, index) => {
    const wrong = problemOfMount(path);
    return wrong === null ? [] : problem(`volumes[${index}].path`, wrong);
  }),
  ...repeats(
    volumes,
    ({ path }) => plainPath(path) ?? path,
    ({ path }, index) => ({ field: `volumes[${index}].path`, message: `"${path}" is mounted twice` }),
  ),
];

const checkMemory: Check = ({ memoryBytes }) => {
  if (memoryBytes === null || (Number.isSafeInteger(memoryBytes) && memoryBytes >= leastMemory)) return [];
  return problem(
    'memoryBytes',
    `${memoryBytes} bytes is too little: give at least ${leastMemory} (6 MiB), or no limit`,
  );
};

const checkHealth: Check = ({ healthCheck }) => {
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
  ...(update.minRunningMs >= update.healthDeadlineMs && update.healthDeadlineMs > 0
    ? problem(
        'update.minRunningMs',
        `an instance would have failed (after ${update.healthDeadlineMs} ms) before it counts as healthy (after ${update.minRunningMs} ms): keep it below update.healthDeadlineMs`,
      )
    : []),
  ...oneOf('update.onFailure', update.onFailure, onFailures),
];

const checks: readonly Check[] = [
  checkImage,
  ({ count }) => range('count', count, 1, 1000),
  checkTags,
  ({ strategy }) => oneOf('strategy', strategy, strategies),
  checkPorts,
  checkEnv,
  checkVolumes,
  checkLabels,
  checkMemory,
  checkHealth,
  checkStop,
  checkUpdate,
];

/**
 * Everything that is wrong with a definition, all at once, each with the path of its field and what would be right; an
 * empty list when it can be meant. Whether it can be placed, or asks for an order that is not offered, is the plan's to
 * say.
 */
export const checkDefinition = (definition: ServiceDefinition): Problem[] =>
  checks.flatMap((check) => check(definition));
