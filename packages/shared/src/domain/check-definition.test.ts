import { describe, expect, test } from 'vitest';
import { checkDefinition } from './check-definition.ts';
import {
  defaultDefinition,
  defaultUpdatePolicy,
  type ServiceDefinition,
  type UpdateOrder,
  type VolumeMount,
} from './service.ts';

const a = (changes: Partial<ServiceDefinition> = {}): ServiceDefinition => ({
  ...defaultDefinition('registry:5000/app:v1'),
  ...changes,
});
const port = (hostPort: number, containerPort = 80) => ({ containerPort, hostPort, protocol: 'tcp' as const });
const mount = (path: string): VolumeMount => ({ path, access: 'exclusive', readOnly: false });
const policy = (changes: Partial<ServiceDefinition['update']>) => ({ update: { ...defaultUpdatePolicy, ...changes } });

describe('a definition that can be meant has no problems', () => {
  test.each<[string, Partial<ServiceDefinition>]>([
    ['the defaults', {}],
    ['a thousand slots', { count: 1000 }],
    ['tags of every shape', { tags: ['prod', 'us-east-1', 'region=eu', 'disk:ssd', 'Team/A_1.x'] }],
    ['two host ports to one container port', { ports: [port(8080), port(8081)] }],
    ['the highest port', { ports: [port(65_535, 65_535)] }],
    ['odd names of variables', { env: { 'discovery.type': 'single-node', _x: '', A1: 'a=b\nc' } }],
    ['nested volumes', { volumes: [mount('/data'), mount('/data/inner')] }],
    ['the least memory', { memoryBytes: 6 * 2 ** 20 }],
    ['a health check over HTTP', { healthCheck: { kind: 'http', port: 80, path: '/health?deep=1' } }],
    ['a health check over TCP', { healthCheck: { kind: 'tcp', port: 80 } }],
    ['a signal without SIG', { stopSignal: 'QUIT' }],
    ['a real-time signal', { stopSignal: 'SIGRTMIN+3' }],
    ['no grace', { stopGraceMs: 0 }],
    ['start-first, which only the plan refuses', policy({ order: 'start-first' })],
    ['no watch and no least running time', policy({ watchMs: 0, minRunningMs: 0 })],
    ['one slot at a time', policy({ batch: 1 })],
  ])('%s', (_name, changes) => expect(checkDefinition(a(changes))).toEqual([]));
});

describe('what is wrong is named by its field, with what would be right', () => {
  test.each<[Partial<ServiceDefinition>, string, string]>([
    [{ image: 'App:v1' }, 'image', '"App" must be lower case'],
    [{ count: 0 }, 'count', '0 is out of range: give a whole number from 1 to 1000'],
    [{ count: 1001 }, 'count', '1 to 1000'],
    [{ count: 1.5 }, 'count', '1.5 is out of range'],
    [{ count: Number.NaN }, 'count', 'out of range'],
    [{ tags: ['prod', 'a b'] }, 'tags[1]', '"a b" cannot be a tag'],
    [{ tags: ['a', 'a'] }, 'tags[1]', 'given twice'],
    [{ strategy: 'RANDOM' as 'EVERY_NODE' }, 'strategy', 'EMPTIEST_NODE, HIGH_AVAILABILITY, EVERY_NODE'],
    [{ ports: [port(0)] }, 'ports[0].hostPort', '1 to 65535'],
    [{ ports: [port(80, 65_536)] }, 'ports[0].containerPort', '1 to 65535'],
    [{ ports: [port(80), port(80, 81)] }, 'ports[1].hostPort', 'port 80 is published twice'],
    [{ ports: [{ ...port(53), protocol: 'udp' }] }, 'ports[0].protocol', 'not offered by this version'],
    [{ env: { 'A B': '' } }, 'env.A B', 'cannot name a variable'],
    [{ env: { '': 'x' } }, 'env.', 'cannot name a variable'],
    [{ env: { A: '\0' } }, 'env.A', 'zero byte'],
    [{ volumes: [mount('data')] }, 'volumes[0].path', 'not absolute'],
    [{ volumes: [mount('/')] }, 'volumes[0].path', 'cannot be mounted at "/"'],
    [{ volumes: [mount('//./')] }, 'volumes[0].path', 'cannot be mounted at "/"'],
    [{ volumes: [mount('/data/../etc')] }, 'volumes[0].path', '".."'],
    [{ volumes: [mount('/a:ro')] }, 'volumes[0].path', 'character'],
    [{ volumes: [mount('/proc/x')] }, 'volumes[0].path', "kernel's own"],
    [{ volumes: [mount('/data'), mount('/data/')] }, 'volumes[1].path', 'mounted twice'],
    [{ labels: { 'io.restow.slot': 'x' } }, 'labels.io.restow.slot', "Restow's own"],
    [{ labels: { 'a b': '' } }, 'labels.a b', 'cannot be a label'],
    [{ memoryBytes: 6 * 2 ** 20 - 1 }, 'memoryBytes', '6 MiB'],
    [{ healthCheck: { kind: 'tcp', port: 0 } }, 'healthCheck.port', '1 to 65535'],
    [{ healthCheck: { kind: 'http', port: 80, path: 'health' } }, 'healthCheck.path', 'begin with "/"'],
    [{ stopSignal: 'SIGNOPE' }, 'stopSignal', '"SIGNOPE" is no signal'],
    [{ stopGraceMs: -1 }, 'stopGraceMs', '-1 ms is out of range'],
    [policy({ order: 'blue-green' as UpdateOrder }), 'update.order', 'give one of auto'],
    [policy({ batch: 0 }), 'update.batch', '1 to 1000'],
    [policy({ minRunningMs: -5 }), 'update.minRunningMs', '-5 ms'],
    [policy({ minRunningMs: 60_000 }), 'update.minRunningMs', 'keep it below update.healthDeadlineMs'],
    [policy({ healthDeadlineMs: 0 }), 'update.healthDeadlineMs', '0 ms'],
    [policy({ watchMs: 3_600_001 }), 'update.watchMs', '0 to 3600000 ms'],
    [policy({ onFailure: 'pause' as 'rollback' }), 'update.onFailure', 'give one of rollback'],
  ])('%j', (changes, field, words) => {
    const problems = checkDefinition(a(changes));
    expect(problems.map((problem) => problem.field)).toEqual([field]);
    expect(problems[0]!.message).toContain(words);
  });

  test('everything at once, not one after another', () =>
    expect(
      checkDefinition(
        a({ image: '', count: 0, ports: [port(0), port(0)], volumes: [mount('x')], stopSignal: 'no' }),
      ).map(({ field }) => field),
    ).toEqual([
      'image',
      'count',
      'ports[0].hostPort',
      'ports[1].hostPort',
      'ports[1].hostPort',
      'volumes[0].path',
      'stopSignal',
    ]));
});
