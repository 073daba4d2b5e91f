import {
  type DefinitionField,
  defaultDefinition,
  defaultHealthTiming,
  defaultUpdatePolicy,
  type ServiceDefinition,
} from '@restow/shared/domain/service';
import type { RestowClient } from '@restow/shared/rpc/restow-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, describeCluster } from '../lab/cluster.ts';
import { occupy } from '../lab/foreign-containers.ts';
import { clientOf, endOf } from '../lab/lab-client.ts';
import { type InspectedContainer, nodeGateway } from '../lib/shown-by-engine.ts';

interface Seen {
  cluster: Cluster;
  /** Running ones, by slot. */
  containers: InspectedContainer[];
}

/** One field: a value other than the default, and where an engine shows it. */
interface Case<Field extends DefinitionField> {
  /** Fields of one group are changed together; what else the definition has then. */
  group: Group;
  to: (cluster: Cluster) => ServiceDefinition[Field];
  read: (seen: Seen) => unknown;
  before: unknown;
  after: unknown;
}

type Group = 'container' | 'host' | 'spread' | 'strategy';

/** Refused by name until they are offered; see `refusals`. */
type Later = 'autoredeploy' | 'roles';

/** How each group's definition differs beside the fields it is about. */
const groups: Record<Group, Partial<ServiceDefinition>> = {
  container: {},
  host: {},
  // Others are told of ports only.
  spread: { ports: [{ containerPort: 80, hostPort: null, protocol: 'tcp', published: false }] },
  strategy: { count: 2 },
};

const first = ({ containers }: Seen): InspectedContainer => containers[0]!;
const config =
  <Key extends keyof InspectedContainer['Config']>(key: Key) =>
  (seen: Seen) =>
    first(seen).Config[key];
const host =
  <Key extends keyof InspectedContainer['HostConfig']>(key: Key) =>
  (seen: Seen) =>
    first(seen).HostConfig[key] ?? [];
const mountAt = (path: string) => (seen: Seen) => {
  const mount = first(seen).Mounts.find(({ Destination }) => Destination === path);
  return mount ? `${mount.Type} ${mount.RW ? 'rw' : 'ro'}` : 'none';
};

/**
 * A field without a case, or a reason why it has none, does not compile (DC-09). `update` and `secrets` change nothing that
 * runs of the service itself.
 */
const cases: { [Field in Exclude<DefinitionField, Later | 'update' | 'secrets'>]: Case<Field> } = {
  image: {
    group: 'container',
    to: ({ image }) => image('app:v2'),
    read: async (seen) => seen.cluster.inside('all-1', 'cat /app/version'),
    before: 'v1',
    after: 'v2',
  },
  env: {
    group: 'container',
    to: () => ({ MODE: 'new mode' }),
    read: ({ containers }) => containers[0]!.Config.Env.filter((entry) => entry.startsWith('MODE=')),
    before: [],
    after: ['MODE=new mode'],
  },
  entrypoint: {
    group: 'container',
    to: () => ['/bin/sh'],
    read: config('Entrypoint'),
    before: null,
    after: ['/bin/sh'],
  },
  command: {
    group: 'container',
    to: () => ['/app/main', '--loud'],
    read: config('Cmd'),
    before: ['/app/main'],
    after: ['/app/main', '--loud'],
  },
  autorestart: {
    group: 'container',
    to: () => 'ON_FAILURE',
    read: (seen) => first(seen).HostConfig.RestartPolicy.Name,
    before: 'always',
    after: 'no',
  },
  autodestroy: {
    group: 'container',
    to: () => 'ON_SUCCESS',
    read: (seen) => first(seen).Config.Labels['io.restow.autodestroy'],
    before: 'OFF',
    after: 'ON_SUCCESS',
  },
  labels: {
    group: 'container',
    to: () => ({ team: 'blue' }),
    read: (seen) => first(seen).Config.Labels.team ?? null,
    before: null,
    after: 'blue',
  },
  memoryBytes: {
    group: 'container',
    to: () => 64 * 2 ** 20,
    read: host('Memory'),
    before: 0,
    after: 64 * 2 ** 20,
  },
  memorySwapBytes: { group: 'container', to: () => -1, read: host('MemorySwap'), before: 0, after: -1 },
  cpuShares: { group: 'container', to: () => 512, read: host('CpuShares'), before: 0, after: 512 },
  cpuset: { group: 'container', to: () => '0', read: host('CpusetCpus'), before: '', after: '0' },
  user: { group: 'container', to: () => '1000:1000', read: config('User'), before: '', after: '1000:1000' },
  workingDir: { group: 'container', to: () => '/tmp/work', read: config('WorkingDir'), before: '', after: '/tmp/work' },
  hostname: {
    group: 'container',
    to: () => 'figurehead',
    read: config('Hostname'),
    before: expect.stringMatching(/^[0-9a-f]{12}$/),
    after: 'figurehead',
  },
  domainname: {
    group: 'container',
    to: () => 'example.org',
    read: config('Domainname'),
    before: '',
    after: 'example.org',
  },
  macAddress: {
    group: 'container',
    to: () => '02:00:5e:10:00:01',
    read: (seen) => first(seen).NetworkSettings.Networks['restow-node']?.MacAddress,
    before: expect.stringMatching(/^02:42:/),
    after: '02:00:5e:10:00:01',
  },
  cgroupParent: {
    group: 'container',
    to: () => '/restow-every-field',
    read: host('CgroupParent'),
    before: '',
    after: '/restow-every-field',
  },
  privileged: { group: 'container', to: () => true, read: host('Privileged'), before: false, after: true },
  readOnly: { group: 'container', to: () => true, read: host('ReadonlyRootfs'), before: false, after: true },
  tty: { group: 'container', to: () => true, read: config('Tty'), before: false, after: true },
  stdinOpen: { group: 'container', to: () => true, read: config('OpenStdin'), before: false, after: true },
  dns: {
    ...{ group: 'container', to: () => ['192.0.2.53'], read: host('Dns') },
    ...{ before: [nodeGateway], after: ['192.0.2.53'] },
  },
  dnsSearch: {
    group: 'container',
    to: () => ['example.org'],
    read: host('DnsSearch'),
    before: [],
    after: ['example.org'],
  },
  capAdd: { group: 'container', to: () => ['NET_ADMIN'], read: host('CapAdd'), before: [], after: ['NET_ADMIN'] },
  capDrop: { group: 'container', to: () => ['MKNOD'], read: host('CapDrop'), before: [], after: ['MKNOD'] },
  devices: {
    group: 'container',
    to: () => ['/dev/null:/dev/nowhere:r'],
    read: host('Devices'),
    before: [],
    after: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/nowhere', CgroupPermissions: 'r' }],
  },
  extraHosts: {
    group: 'container',
    to: () => ['pilot:192.0.2.7'],
    read: host('ExtraHosts'),
    before: [],
    after: ['pilot:192.0.2.7'],
  },
  securityOpt: {
    group: 'container',
    to: () => ['no-new-privileges'],
    read: (seen) => first(seen).HostConfig.SecurityOpt ?? [],
    before: [],
    after: expect.arrayContaining(['no-new-privileges']),
  },
  stopSignal: {
    group: 'container',
    to: () => 'SIGINT',
    read: (seen) => first(seen).Config.StopSignal ?? null,
    before: null,
    after: 'SIGINT',
  },
  stopGraceMs: { group: 'container', to: () => 3000, read: config('StopTimeout'), before: 10, after: 3 },
  healthCheck: {
    group: 'container',
    to: () => ({ kind: 'command', command: ['test', '-e', '/app/version'] }),
    read: (seen) => first(seen).Config.Healthcheck?.Test ?? null,
    before: null,
    after: ['CMD', 'test', '-e', '/app/version'],
  },
  healthTiming: {
    group: 'container',
    to: () => ({ ...defaultHealthTiming, intervalMs: 500, retries: 7 }),
    read: (seen) => [first(seen).Config.Healthcheck?.Interval, first(seen).Config.Healthcheck?.Retries],
    before: [undefined, undefined],
    after: [500_000_000, 7],
  },
  ports: {
    group: 'container',
    to: () => [
      { containerPort: 80, hostPort: 18_080, protocol: 'tcp', published: true },
      { containerPort: 90, hostPort: null, protocol: 'udp', published: false },
    ],
    read: async (seen) => {
      const container = first(seen);
      const { stdout } = await seen.cluster.lab.exec(container.host, ['nft', 'list', 'map', 'ip', 'restow', 'ports']);
      return [/tcp \. 18080 :/.test(stdout), Object.keys(container.Config.ExposedPorts ?? {}).sort()];
    },
    before: [false, ['80/tcp']],
    after: [true, ['80/tcp', '90/udp']],
  },
  links: {
    group: 'container',
    to: () => [{ service: 'lender', alias: 'hold' }],
    read: (seen) => [
      first(seen).Config.Labels['io.restow.links'],
      first(seen).Config.Env.filter((entry) => entry.startsWith('HOLD_')),
    ],
    before: ['[]', []],
    after: [expect.stringContaining('"alias":"hold"'), ['HOLD_1_ENV_KIND=hold']],
  },
  volumes: {
    group: 'container',
    to: () => [{ path: '/var/cargo', name: 'cargo', access: 'exclusive', readOnly: false }],
    read: (seen) => [
      mountAt('/var/cargo')(seen),
      first(seen).Mounts.find(({ Type }) => Type === 'volume')?.Name ?? null,
    ],
    before: ['none', null],
    after: ['volume rw', 'cargo-1'],
  },
  hostPaths: {
    group: 'container',
    to: () => [{ hostPath: '/run/every-field', path: '/var/host', access: 'shared', readOnly: true }],
    read: mountAt('/var/host'),
    before: 'none',
    after: 'bind ro',
  },
  volumesFrom: {
    group: 'host',
    to: () => [{ service: 'lender', readOnly: true }],
    read: mountAt('/hold'),
    before: 'none',
    after: 'volume ro',
  },
  net: { group: 'host', to: () => 'host', read: host('NetworkMode'), before: 'restow-node', after: 'host' },
  pid: { group: 'host', to: () => 'host', read: host('PidMode'), before: '', after: 'host' },
  count: { group: 'spread', to: () => 2, read: ({ containers }) => containers.length, before: 1, after: 2 },
  tags: {
    group: 'spread',
    to: () => ['every-field'],
    read: ({ containers }) => containers.every((container) => container.host === 'n2'),
    before: false,
    after: true,
  },
  sequential: {
    group: 'spread',
    to: () => true,
    read: ({ containers }) => containers.at(-1)!.Config.Env.filter((entry) => entry.startsWith('ALL_1_')).length > 0,
    before: false,
    after: true,
  },
  strategy: {
    group: 'strategy',
    to: () => 'HIGH_AVAILABILITY',
    read: ({ containers }) => new Set(containers.map((container) => container.host)).size,
    before: 1,
    after: 2,
  },
};

/** What belongs to a later version is refused by name, never ignored. */
const refusals: { [Field in Later]: ServiceDefinition[Field] } = {
  autoredeploy: true,
  roles: ['global'],
};

const named = Object.entries(cases) as [keyof typeof cases, Case<DefinitionField>][];
const fieldsOf = (group: Group) => named.filter(([, one]) => one.group === group);

describeCluster('every field of a service', (cluster) => {
  let client: RestowClient;
  let base: ServiceDefinition;

  const see = async (): Promise<Seen> => ({
    cluster: cluster(),
    containers: (await cluster().running('all')) as InspectedContainer[],
  });
  const redeploy = async (): Promise<void> => {
    expect(await endOf(client.redeploy('all'))).toMatchObject({ state: 'succeeded' });
  };

  beforeAll(async () => {
    const { lab, ok, image } = cluster();
    client = clientOf(lab);
    base = {
      ...defaultDefinition(image('app:v1')),
      update: { ...defaultUpdatePolicy, minRunningMs: 100, watchMs: 0 },
    };
    const quick = ['--min-running', '100ms', '--watch', '0s'];
    await ok('service', 'run', '--name', 'lender', '-v', '/hold', '-e', 'KIND=hold', ...quick, image('app:v1'));
    await ok('tag', 'add', '-t', 'every-field', 'n2');
    await occupy(cluster(), { n2: 3, n3: 3 });
    await client.createService('all', base);
    expect(await endOf(client.startService('all'))).toMatchObject({ state: 'succeeded' });
  });
  afterAll(async () => {
    client?.close();
    await occupy(cluster(), {});
  });

  describe.each(Object.keys(groups) as Group[])('DC-09, DC-03: the group "%s"', (group) => {
    let unchanged: string[];
    let before: Seen;

    beforeAll(async () => {
      await client.updateService('all', { ...base, ...groups[group] });
      await redeploy();
      before = await see();
      unchanged = before.containers.map(({ Id }) => Id);
    });

    test.each(fieldsOf(group).map(([field]) => field))('%s is at its default before', async (field) =>
      expect(await cases[field].read(before)).toEqual(cases[field].before),
    );

    test('what is changed is not touched, and marked on service, slot and instance, with what is pending', async () => {
      const changes = Object.fromEntries(fieldsOf(group).map(([field, one]) => [field, one.to(cluster())]));
      await client.updateService('all', { ...base, ...groups[group], ...changes });
      expect((await see()).containers.map(({ Id }) => Id)).toEqual(unchanged);
      const view = await client.getService('all');
      const fields = Object.keys(changes).sort();
      expect(view).toMatchObject({ synchronized: false, running: { ...base, ...groups[group] } });
      expect([...view.pending].sort()).toEqual(fields);
      for (const slot of view.slots) {
        const ofSlot = fields.filter((field) => field !== 'count');
        expect([slot.synchronized, [...slot.pending].sort()]).toEqual([ofSlot.length === 0, ofSlot]);
      }
    });

    describe('after the redeploy', () => {
      let after: Seen;
      beforeAll(async () => {
        await redeploy();
        after = await see();
        expect(after.containers.filter(({ Id }) => unchanged.includes(Id))).toEqual([]);
      });
      test.each(fieldsOf(group).map(([field]) => field))('%s is on the engine', async (field) =>
        expect(await cases[field].read(after)).toEqual(cases[field].after),
      );
      test('and the service is synchronized', async () =>
        expect(await client.getService('all')).toMatchObject({ synchronized: true, pending: [] }));
    });
  });

  test.each(Object.keys(refusals) as Later[])('DC-09: %s is refused by name, and nothing is changed', async (field) => {
    const { version } = await client.getService('all');
    await expect(client.updateService('all', { ...base, [field]: refusals[field] })).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ field, message: expect.stringContaining('not offered by this version') }],
    });
    expect((await client.getService('all')).version).toBe(version);
  });
});
