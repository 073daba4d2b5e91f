import { describe, expect, test } from 'vitest';
import { checkDefinition } from './check-definition.ts';
import {
  defaultDefinition,
  defaultHealthTiming,
  defaultUpdatePolicy,
  type HostPathMount,
  type ServiceDefinition,
  type UpdateOrder,
  type VolumeMount,
} from './service.ts';

const a = (changes: Partial<ServiceDefinition> = {}): ServiceDefinition => ({
  ...defaultDefinition('registry:5000/app:v1'),
  ...changes,
});
const port = (hostPort: number, containerPort = 80) => ({
  containerPort,
  hostPort,
  protocol: 'tcp' as const,
  published: true,
});
const mount = (path: string): VolumeMount => ({
  path,
  name: null,
  access: 'exclusive',
  readOnly: false,
});
const hostPath = (path: string, of: string): HostPathMount => ({
  hostPath: of,
  path,
  access: 'exclusive',
  readOnly: false,
});
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
    ['the longest word, and the longest variable', { command: ['x'.repeat(131_071)], env: { A: 'x'.repeat(131_069) } }],
    ['a health check over HTTP', { healthCheck: { kind: 'http', port: 80, path: '/health?deep=1' } }],
    ['a health check over TCP', { healthCheck: { kind: 'tcp', port: 80 } }],
    ['a signal without SIG', { stopSignal: 'QUIT' }],
    ['a real-time signal', { stopSignal: 'SIGRTMIN+3' }],
    ['no grace', { stopGraceMs: 0 }],
    ['start-first', policy({ order: 'start-first' })],
    [
      'start-first with volumes that two may have',
      {
        volumes: [
          { ...mount('/a'), access: 'shared' },
          { ...mount('/b'), readOnly: true },
        ],
        ...policy({ order: 'start-first' }),
      },
    ],
    ['a port of UDP beside one of TCP', { ports: [port(53), { ...port(53), protocol: 'udp' }] }],
    ['a dynamic port', { ports: [{ ...port(1), hostPort: null }] }],
    ['a port that is only exposed', { ports: [{ ...port(1), hostPort: null, published: false }] }],
    [
      'host networking with a port that is only exposed',
      { net: 'host', ports: [{ ...port(1), hostPort: null, published: false }] },
    ],
    ['a volume with a name', { volumes: [{ ...mount('/data'), name: 'pg_data.1' }] }],
    ['a host path', { hostPaths: [hostPath('/data', '/srv/data')] }],
    ['volumes of others', { volumesFrom: [{ service: 'db', readOnly: true }] }],
    ['a command as health check', { healthCheck: { kind: 'command', command: ['pg_isready'] } }],
    ['a timing of the check', { healthTiming: { intervalMs: 100, timeoutMs: 10, retries: 1, startPeriodMs: 0 } }],
    [
      'every setting of a container',
      {
        ...{ user: '1000:users', workingDir: '/srv', hostname: 'web', domainname: 'example.org' },
        ...{ macAddress: '02:00:5e:10:00:01', cgroupParent: '/restow', privileged: true, readOnly: true },
        ...{ tty: true, stdinOpen: true, pid: 'host', dns: ['192.0.2.1', '2001:db8::1'], dnsSearch: ['.', 'a.b'] },
        ...{ capAdd: ['NET_ADMIN', 'cap_sys_time'], capDrop: ['ALL'], devices: ['/dev/null', '/dev/zero:/dev/z:r'] },
        ...{ extraHosts: ['db:192.0.2.7', 'six:2001:db8::7', 'me:host-gateway'], securityOpt: ['no-new-privileges'] },
        ...{ memoryBytes: 2 ** 26, memorySwapBytes: -1, cpuShares: 2, cpuset: '0-1,3' },
      },
    ],
    ['sequential', { sequential: true, ...policy({ batch: 1 }) }],
    ['pause and continue', policy({ onFailure: 'pause' })],
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
    [{ ports: [port(80), port(80, 81)] }, 'ports[1].hostPort', 'port 80/tcp is published twice'],
    [{ ports: [{ ...port(80), published: false }] }, 'ports[0].hostPort', 'only exposed'],
    [
      { ports: [{ ...port(80), protocol: 'sctp' as 'tcp' }] },
      'ports[0].protocol',
      '"sctp" is not known: give one of tcp, udp',
    ],
    [{ volumes: [{ ...mount('/a'), access: 'all' as 'shared' }] }, 'volumes[0].access', 'exclusive, shared'],
    [
      { hostPaths: [{ ...hostPath('/a', '/b'), access: 'all' as 'shared' }] },
      'hostPaths[0].access',
      'exclusive, shared',
    ],
    [{ healthCheck: { kind: 'icmp' as 'none' } }, 'healthCheck.kind', '"icmp" is not known: give one of image, none'],
    [{ autorestart: 'NEVER' as 'OFF' }, 'autorestart', '"NEVER" is not known: give one of OFF, ON_FAILURE, ALWAYS'],
    [{ autodestroy: 'SOON' as 'OFF' }, 'autodestroy', '"SOON" is not known: give one of OFF, ON_SUCCESS, ALWAYS'],
    [{ command: ['a', 'b\0'] }, 'command[1]', 'zero byte'],
    [{ entrypoint: ['\0'] }, 'entrypoint[0]', 'zero byte'],
    [{ healthCheck: { kind: 'command', command: ['a\0'] } }, 'healthCheck.command[0]', 'zero byte'],
    [{ command: ['x'.repeat(131_072)] }, 'command[0]', 'takes 131072 bytes: a program can be given 131071 at once'],
    [{ env: { A: 'ä'.repeat(65_535) } }, 'env.A', 'takes 131072 bytes'],
    [{ memoryBytes: 2 ** 60 }, 'memoryBytes', 'up to 9007199254740991'],
    [
      {
        ports: [
          { ...port(1), hostPort: null },
          { ...port(1), hostPort: null },
        ],
      },
      'ports[1].containerPort',
      'named twice',
    ],
    [{ net: 'host', ports: [port(80)] }, 'ports[0]', 'cannot be published'],
    [{ net: 'host', macAddress: '02:00:5e:10:00:01' }, 'macAddress', 'host networking'],
    [{ net: 'none' as 'host' }, 'net', 'bridge, host'],
    [{ pid: 'x' as 'host' }, 'pid', 'none, host'],
    [{ strategy: 'EVERY_NODE', count: 3 }, 'count', 'leave it out'],
    [{ strategy: 'EVERY_NODE', volumesFrom: [{ service: 'db', readOnly: true }] }, 'volumesFrom', 'on some only'],
    [{ volumes: [{ ...mount('/a'), name: 'a b' }] }, 'volumes[0].name', 'cannot name a volume'],
    [
      {
        volumes: [
          { ...mount('/a'), name: 'a' },
          { ...mount('/b'), name: 'a' },
        ],
      },
      'volumes[1].name',
      'two paths',
    ],
    [{ volumes: [mount('/a')], hostPaths: [hostPath('/a/', '/srv')] }, 'hostPaths[0].path', 'mounted twice'],
    [{ hostPaths: [hostPath('/a', 'srv')] }, 'hostPaths[0].hostPath', 'not absolute'],
    [{ hostPaths: [hostPath('/a', '/srv/../etc')] }, 'hostPaths[0].hostPath', '".."'],
    [{ volumesFrom: [{ service: 'No Name', readOnly: false }] }, 'volumesFrom[0].service', 'not the name'],
    [{ healthCheck: { kind: 'command', command: [] } }, 'healthCheck.command', 'no words'],
    [{ healthTiming: { ...defaultHealthTiming, intervalMs: 5 } }, 'healthTiming.intervalMs', '100 to'],
    [{ healthTiming: { ...defaultHealthTiming, retries: 0 } }, 'healthTiming.retries', '1 to'],
    [{ user: 'a b' }, 'user', 'USER:GROUP'],
    [{ workingDir: 'srv' }, 'workingDir', 'absolute'],
    [{ hostname: '-x' }, 'hostname', 'host name'],
    [{ domainname: 'a b' }, 'domainname', 'domain name'],
    [{ macAddress: '01:00:5e:10:00:01' }, 'macAddress', 'one interface'],
    [{ cgroupParent: 'a b' }, 'cgroupParent', 'cgroup'],
    [{ dns: ['example.org'] }, 'dns[0]', 'IP address'],
    [{ dnsSearch: ['a b'] }, 'dnsSearch[0]', 'domain name'],
    [{ capAdd: ['FLY'] }, 'capAdd[0]', 'capability'],
    [{ capAdd: ['CHOWN'], capDrop: ['chown'] }, 'capDrop[0]', 'added and dropped'],
    [{ devices: ['null'] }, 'devices[0]', '/dev/x'],
    [{ extraHosts: ['db'] }, 'extraHosts[0]', 'NAME:ADDRESS'],
    [{ securityOpt: ['='] }, 'securityOpt[0]', 'an option'],
    [{ memorySwapBytes: 2 ** 27 }, 'memorySwapBytes', 'needs one of memory'],
    [{ memoryBytes: 2 ** 27, memorySwapBytes: 2 ** 26 }, 'memorySwapBytes', 'at least'],
    [{ cpuShares: 1 }, 'cpuShares', '2 to'],
    [{ cpuset: '3-1' }, 'cpuset', 'list of cores'],
    [{ autodestroy: 'ALWAYS' }, 'autodestroy', 'with autorestart ALWAYS'],
    [{ autorestart: 'ALWAYS', autodestroy: 'ON_SUCCESS' }, 'autodestroy', 'give autorestart OFF or ON_FAILURE'],
    [{ autoredeploy: true }, 'autoredeploy', 'not offered by this version'],
    [{ links: [{ service: '', alias: 'db' }] }, 'links[0].service', 'not the name of a service'],
    [{ links: [{ service: 'db.', alias: 'db' }] }, 'links[0].service', 'not the name of a service'],
    [{ links: [{ service: 'db', alias: 'my_db' }] }, 'links[0].alias', 'cannot be an alias'],
    [{ links: [{ service: 'db', alias: '' }] }, 'links[0].alias', 'cannot be an alias'],
    [
      {
        links: [
          { service: 'db', alias: 'x' },
          { service: 'api', alias: 'x' },
        ],
      },
      'links[1].alias',
      'given twice',
    ],
    [
      {
        links: [
          { service: 'db', alias: 'x' },
          { service: 'api', alias: 'x-2' },
        ],
      },
      'links[1].alias',
      'what slot 2 of the alias "x" is called',
    ],
    [{ roles: ['global'] }, 'roles', 'not offered by this version'],
    [{ sequential: true, ...policy({ batch: 2 }) }, 'update.batch', 'one slot at a time'],
    [{ volumes: [mount('/a')], ...policy({ order: 'start-first' }) }, 'update.order', 'volume /a is exclusive'],
    [{ hostPaths: [hostPath('/a', '/s')], ...policy({ order: 'start-first' }) }, 'update.order', 'host path /s'],
    [{ volumesFrom: [{ service: 'db', readOnly: false }], ...policy({ order: 'start-first' }) }, 'update.order', 'db'],
    [{ net: 'host', ...policy({ order: 'start-first' }) }, 'update.order', 'host networking'],
    [{ env: { 'A B': '' } }, 'env.A B', 'cannot name a variable'],
    [{ env: { '': 'x' } }, 'env.', 'cannot name a variable'],
    [{ env: { A: '\0' } }, 'env.A', 'zero byte'],
    [{ env: { A: '1' }, secrets: ['toString'] }, 'secrets[0]', 'no variable "toString"'],
    [{ env: { A: '1' }, secrets: ['A', 'A'] }, 'secrets[1]', 'named twice'],
    [{ volumes: [mount('data')] }, 'volumes[0].path', 'not absolute'],
    [{ volumes: [mount('/')] }, 'volumes[0].path', 'be mounted at "/"'],
    [{ volumes: [mount('//./')] }, 'volumes[0].path', 'be mounted at "/"'],
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
    [policy({ onFailure: 'stop' as 'rollback' }), 'update.onFailure', 'give one of rollback'],
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
