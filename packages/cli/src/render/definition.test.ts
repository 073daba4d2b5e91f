import { type DefinitionField, defaultDefinition, type ServiceDefinition } from '@restow/shared/domain/service';
import { describe, expect, test } from 'vitest';
import { definitionChanges, definitionRows } from './definition.ts';

const base = defaultDefinition('app:v1');
const port = { containerPort: 80, protocol: 'tcp', published: true, hostPort: 8080 } as const;

/** A field without a case does not compile. */
const changes: { [Field in DefinitionField]: [value: ServiceDefinition[Field], told: string[]] } = {
  image: ['app:v2', ['image: app:v1 -> app:v2']],
  count: [3, ['containers: 1 -> 3']],
  tags: [['gpu', 'prod'], ['tags: - -> gpu, prod']],
  strategy: ['HIGH_AVAILABILITY', ['strategy: EMPTIEST_NODE -> HIGH_AVAILABILITY']],
  ports: [
    [
      port,
      { ...port, hostPort: null, protocol: 'udp' },
      { ...port, hostPort: null, published: false, containerPort: 90 },
    ],
    ['ports: - -> 8080->80/tcp, *->80/udp, 90/tcp'],
  ],
  env: [{ TOKEN: 'secret' }, ['environment: TOKEN added']],
  secrets: [['TOKEN'], ['secret variables: - -> TOKEN']],
  command: [['sh', '-c', "echo 'hi'"], ["command: the image's own -> sh -c 'echo '\\''hi'\\'''"]],
  entrypoint: [['/init'], ["entrypoint: the image's own -> /init"]],
  volumes: [
    [
      { path: '/data', name: null, access: 'shared', readOnly: true },
      { path: '/files', name: 'files', access: 'shared', readOnly: false },
    ],
    ['volumes: - -> /data:ro, files:/files:shared'],
  ],
  hostPaths: [
    [{ hostPath: '/srv', path: '/data', access: 'shared', readOnly: true }],
    ['host paths: - -> /srv:/data:ro'],
  ],
  volumesFrom: [
    [
      { service: 'db', readOnly: false },
      { service: 'web', readOnly: true },
    ],
    ['volumes from: - -> db, web:ro'],
  ],
  labels: [{ team: 'a' }, ['labels: - -> team=a']],
  memoryBytes: [256 * 2 ** 20, ['memory: no limit -> 256 MiB']],
  memorySwapBytes: [-1, ["memory and swap: the engine's default -> without limit"]],
  cpuShares: [512, ['cpu shares: - -> 512']],
  cpuset: ['0-1', ['cores: - -> 0-1']],
  healthCheck: [{ kind: 'http', port: 80, path: '/up' }, ["health: the image's own -> http 80/up"]],
  healthTiming: [
    { intervalMs: 1000, timeoutMs: 500, retries: 2, startPeriodMs: 60_000 },
    ['checked: as usual -> every 1s, within 500ms, 2 times, after 1m'],
  ],
  stopSignal: ['SIGINT', ["stop: the image's own signal, then 10s -> SIGINT, then 10s"]],
  stopGraceMs: [500, ["stop: the image's own signal, then 10s -> the image's own signal, then 500ms"]],
  autorestart: ['OFF', ['autorestart: ALWAYS -> OFF']],
  autodestroy: ['ALWAYS', ['autodestroy: OFF -> ALWAYS']],
  user: ['app', ["user: the image's own -> app"]],
  workingDir: ['/srv', ["working directory: the image's own -> /srv"]],
  hostname: ['www', ['host name: - -> www']],
  domainname: ['example.com', ['domain: - -> example.com']],
  net: ['host', ['network: bridge -> host']],
  macAddress: ['02:00:5e:10:00:01', ['mac address: - -> 02:00:5e:10:00:01']],
  dns: [['192.0.2.1'], ['dns: - -> 192.0.2.1']],
  dnsSearch: [['example.com'], ['dns search: - -> example.com']],
  extraHosts: [['db:192.0.2.7'], ['hosts: - -> db:192.0.2.7']],
  links: [[{ service: 'db', alias: 'database' }], ['links: - -> db:database']],
  privileged: [true, ['privileged: no -> yes']],
  readOnly: [true, ['read-only: no -> yes']],
  capAdd: [['NET_ADMIN'], ['capabilities added: - -> NET_ADMIN']],
  capDrop: [['ALL'], ['capabilities dropped: - -> ALL']],
  devices: [['/dev/fuse'], ['devices: - -> /dev/fuse']],
  securityOpt: [['no-new-privileges'], ['security options: - -> no-new-privileges']],
  pid: ['host', ["processes: its own -> the node's"]],
  cgroupParent: ['web.slice', ['cgroup: - -> web.slice']],
  tty: [true, ['terminal: no -> yes']],
  stdinOpen: [true, ['standard input: closed -> kept open']],
  roles: [['global'], ['roles: - -> global']],
  sequential: [true, ['sequential: no -> yes']],
  autoredeploy: [true, ['autoredeploy: no -> yes']],
  update: [
    { ...base.update, order: 'recreate', gate: false, batch: 2, onFailure: 'pause', watchMs: 500 },
    [
      'order: auto -> recreate',
      'gate: auto -> off',
      'batch: all -> 2',
      'on failure: rollback -> pause',
      'timing: healthy after 2s or within 1m, watched for 5s -> healthy after 2s or within 1m, watched for 500ms',
    ],
  ],
};

describe('what a change changed, in the words it is asked in', () => {
  const all = Object.entries(changes) as [DefinitionField, [unknown, string[]]][];

  test.each(all)('%s', (field, [value, told]) => {
    const after = { ...base, [field]: value };
    expect(definitionChanges(base, after)).toEqual(told);
    expect(definitionChanges(base, after, [field])).toEqual(told);
    expect(definitionChanges(after, after)).toEqual([]);
  });

  test.each(all)('%s is shown where it is not as usual', (field, [value]) => {
    const names = (definition: ServiceDefinition) =>
      definitionRows(definition).map(([name, text]) => `${name} ${text}`);
    expect(names({ ...base, [field]: value })).not.toEqual(names(base));
  });

  test('only of the fields asked about', () => {
    const after = { ...base, image: 'app:v2', user: 'app' };
    expect(definitionChanges(base, after, ['user'])).toEqual(["user: the image's own -> app"]);
  });
});

test('values of variables are not told: they may be secret, and notes end in logs', () => {
  const before = { ...base, env: { KEEP: '1', TOKEN: 'old', GONE: 'x' } };
  const after = { ...before, env: { KEEP: '1', TOKEN: 'new', MORE: 'y' } };
  expect(definitionChanges(before, after)).toEqual(['environment: TOKEN changed, MORE added, GONE removed']);
});

test.each<[ServiceDefinition['healthCheck'], string]>([
  [{ kind: 'tcp', port: 5432 }, 'tcp 5432'],
  [{ kind: 'none' }, 'none, running is enough'],
  [
    { kind: 'command', command: ['/bin/sh', '-c', 'curl -f localhost || exit 1'] },
    'command curl -f localhost || exit 1',
  ],
  [{ kind: 'command', command: ['/check', 'all of it'] }, "command /check 'all of it'"],
])('health %j', (healthCheck, text) => {
  expect(definitionRows({ ...base, healthCheck })).toContainEqual(['health', text]);
});

test('what nobody changed is not told, but for what people look for', () => {
  const names = definitionRows(base).map(([name]) => name);
  expect(names).toEqual(expect.arrayContaining(['image', 'containers', 'ports', 'environment', 'health', 'order']));
  expect(names).not.toContain('privileged');
});

test('the value of a variable that is secret is not shown, nor where there are others', () => {
  const shown = definitionRows({ ...base, env: { TOKEN: 'hush', MODE: 'front' }, secrets: ['TOKEN'] });
  expect(shown).toContainEqual(['environment', 'TOKEN=(secret), MODE=front']);
  expect(String(shown)).not.toContain('hush');
});
