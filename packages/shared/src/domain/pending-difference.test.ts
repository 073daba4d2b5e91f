import { describe, expect, test } from 'vitest';
import { pendingDifference } from './pending-difference.ts';
import {
  type DefinitionField,
  defaultDefinition,
  defaultHealthTiming,
  defaultUpdatePolicy,
  type ServiceDefinition,
} from './service.ts';

const running: ServiceDefinition = {
  ...defaultDefinition('app:v1'),
  tags: ['prod', 'ssd'],
  ports: [
    { containerPort: 80, hostPort: 8080, protocol: 'tcp', published: true },
    { containerPort: 443, hostPort: 8443, protocol: 'tcp', published: true },
  ],
  env: { A: '1', B: '2' },
  command: ['serve', '--fast'],
  volumes: [
    { path: '/data', name: null, access: 'exclusive', readOnly: false },
    { path: '/cache', name: null, access: 'shared', readOnly: false },
  ],
  labels: { team: 'x', tier: 'y' },
};

/** A change of each field. A field without one does not compile. */
const changes: {
  [Field in Exclude<DefinitionField, 'update' | 'autoredeploy' | 'secrets'>]: ServiceDefinition[Field];
} = {
  image: 'app:v2',
  count: 2,
  tags: ['prod'],
  strategy: 'HIGH_AVAILABILITY',
  ports: [{ containerPort: 80, hostPort: 9090, protocol: 'tcp', published: true }],
  env: { A: '1', B: '3' },
  command: ['--fast', 'serve'],
  entrypoint: ['/bin/app'],
  volumes: [{ path: '/data', name: null, access: 'exclusive', readOnly: true }],
  labels: { team: 'x' },
  memoryBytes: 2 ** 26,
  healthCheck: { kind: 'tcp', port: 80 },
  stopSignal: 'SIGINT',
  stopGraceMs: 1000,
  hostPaths: [{ hostPath: '/srv', path: '/srv', access: 'exclusive', readOnly: true }],
  volumesFrom: [{ service: 'db', readOnly: true }],
  healthTiming: { ...defaultHealthTiming, retries: 2 },
  sequential: true,
  autorestart: 'OFF',
  autodestroy: 'ALWAYS',
  links: [{ service: 'db', alias: 'db' }],
  roles: ['global'],
  user: '1000',
  workingDir: '/srv',
  hostname: 'web',
  domainname: 'example.org',
  macAddress: '02:00:5e:10:00:01',
  cgroupParent: '/restow',
  privileged: true,
  readOnly: true,
  tty: true,
  stdinOpen: true,
  net: 'host',
  pid: 'host',
  dns: ['192.0.2.1'],
  dnsSearch: ['example.org'],
  capAdd: ['CHOWN'],
  capDrop: ['ALL'],
  devices: ['/dev/null'],
  extraHosts: ['db:192.0.2.7'],
  securityOpt: ['no-new-privileges'],
  memorySwapBytes: -1,
  cpuShares: 2,
  cpuset: '0',
};

describe('what a redeploy would change (DC-03, DC-09)', () => {
  test('nothing, when the definition is the one that runs', () =>
    expect(pendingDifference(running, structuredClone(running))).toEqual([]));

  test.each(Object.keys(changes) as (keyof typeof changes)[])('%s, alone', (field) =>
    expect(pendingDifference(running, { ...running, [field]: changes[field] })).toEqual([field]),
  );

  test('several fields, in the order of a definition', () =>
    expect(pendingDifference(running, { ...running, labels: {}, image: 'app:v3', env: {} })).toEqual([
      'image',
      'env',
      'labels',
    ]));

  test('not the order of tags, ports, volumes, variables and labels, nor a tag given twice', () =>
    expect(
      pendingDifference(running, {
        ...running,
        tags: ['ssd', 'prod', 'prod'],
        ports: [...running.ports].reverse(),
        env: { B: '2', A: '1' },
        volumes: [...running.volumes].reverse(),
        labels: { tier: 'y', team: 'x' },
      }),
    ).toEqual([]));

  test('not how it is done: the update policy', () =>
    expect(pendingDifference(running, { ...running, update: { ...defaultUpdatePolicy, batch: 1 } })).toEqual([]));

  test('not which variables are secret: that is said of what others are told', () =>
    expect(pendingDifference(running, { ...running, secrets: ['B'] })).toEqual([]));

  test('not the count of an EVERY_NODE service, which does not use it', () => {
    const everywhere = { ...running, strategy: 'EVERY_NODE' as const };
    expect(pendingDifference(everywhere, { ...everywhere, count: 9 })).toEqual([]);
  });
});
