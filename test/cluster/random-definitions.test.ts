import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '@restow/shared/base/errors';
import { isRestowError } from '@restow/shared/base/errors';
import {
  defaultDefinition,
  defaultUpdatePolicy,
  type HealthCheck,
  type ServiceDefinition,
} from '@restow/shared/domain/service';
import type { DeploymentView, ServiceView } from '@restow/shared/domain/view';
import { whyNotStartFirst } from '@restow/shared/domain/why-not-start-first';
import type { RestowClient } from '@restow/shared/rpc/restow-client';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, describeCluster } from '../lab/cluster.ts';
import { clientOf, endOf } from '../lab/lab-client.ts';
import { type ContainerField, type InspectedContainer, shownByEngine } from '../lib/shown-by-engine.ts';

/** How many of them, and which: all 200 of the issue by RESTOW_RANDOM_DEFINITIONS=200; a seed is repeated by RESTOW_SEED. */
const count = Number(process.env.RESTOW_RANDOM_DEFINITIONS ?? 40);
const seed = Number(process.env.RESTOW_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Deployments under way at the same time. */
const atOnce = 5;

/** Runs until it is asked to end, and ends at once. */
const script = 'trap "exit 0" TERM INT; while :; do sleep 1 & wait $!; done';

const some = <T>(arbitrary: fc.Arbitrary<T>, fallback: NoInfer<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(fallback) }, { weight: 2, arbitrary });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => some<T | null>(arbitrary, null);
const listOf = <T>(...items: T[]) => some(fc.subarray(items), []);
/** What cannot be meant comes up once in a while, to be refused. */
const seldom = <T>(wrong: T, arbitrary: fc.Arbitrary<NoInfer<T>>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 25, arbitrary }, { weight: 1, arbitrary: fc.constant(wrong) });
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,7}$/);

const healthCheck: fc.Arbitrary<HealthCheck> = fc.constantFrom<HealthCheck[]>(
  { kind: 'image' },
  { kind: 'none' },
  { kind: 'command', command: ['test', '-e', '/app/version'] },
);

/** Any definition of the sample application that might be meant, and some that cannot. */
const definition = (cluster: Cluster, mayBeRoot: boolean): fc.Arbitrary<ServiceDefinition> =>
  fc
    .record({
      image: fc.constantFrom(cluster.image('app:v1'), cluster.image('app:v2')),
      count: fc.constantFrom(1, 1, 1, 2),
      strategy: fc.constantFrom<ServiceDefinition['strategy'][]>('EMPTIEST_NODE', 'HIGH_AVAILABILITY', 'EMPTIEST_NODE'),
      tags: some<string[]>(fc.constant(['random']), []),
      command: fc.constant<string[]>(['-c', script]),
      entrypoint: fc.constant<string[]>(['/bin/sh']),
      env: some(
        fc.dictionary(
          word,
          fc.string({ maxLength: 12 }).filter((text) => !text.includes('\0')),
        ),
        {},
      ),
      labels: some(fc.dictionary(word, word), {}),
      memoryBytes: orNull(fc.constantFrom(64, 128).map((mebibytes) => mebibytes * 2 ** 20)),
      memorySwapBytes: orNull(fc.constantFrom(-1, 256 * 2 ** 20)),
      cpuShares: orNull(fc.integer({ min: 2, max: 2048 })),
      cpuset: orNull(fc.constantFrom('0', '0-1', '1')),
      user: orNull(fc.constantFrom('0', '1000', '1000:1000')),
      workingDir: orNull(fc.constantFrom('/tmp/a', '/')),
      hostname: orNull(word),
      domainname: orNull(fc.constantFrom('example.org')),
      macAddress: orNull(fc.constantFrom('02:00:5e:10:00:07')),
      privileged: some<boolean>(fc.constant(true), false),
      readOnly: some<boolean>(fc.constant(true), false),
      tty: some<boolean>(fc.constant(true), false),
      stdinOpen: some<boolean>(fc.constant(true), false),
      net: some<ServiceDefinition['net']>(fc.constant('host'), 'bridge'),
      pid: some<ServiceDefinition['pid']>(fc.constant('host'), 'none'),
      dns: listOf('192.0.2.53', '192.0.2.54'),
      dnsSearch: listOf('example.org', 'example.net'),
      capAdd: seldom(['NOT_ONE'], listOf('NET_ADMIN')),
      capDrop: listOf('MKNOD', 'NET_RAW'),
      devices: listOf('/dev/null:/dev/one:r', '/dev/zero'),
      extraHosts: listOf('pilot:192.0.2.7', 'crane:192.0.2.8'),
      securityOpt: listOf('no-new-privileges'),
      stopSignal: orNull(fc.constantFrom('SIGTERM', 'SIGINT')),
      stopGraceMs: fc.constantFrom(1000, 2500),
      healthCheck,
      healthTiming: some(
        fc.record({
          intervalMs: orNull(fc.integer({ min: 100, max: 900 })),
          timeoutMs: orNull(fc.integer({ min: 1000, max: 5000 })),
          retries: seldom<number | null>(0, orNull(fc.integer({ min: 1, max: 5 }))),
          startPeriodMs: orNull(fc.integer({ min: 0, max: 1000 })),
        }),
        { intervalMs: 200, timeoutMs: null, retries: null, startPeriodMs: null },
      ),
      ports: some(
        fc.uniqueArray(
          fc.record({
            containerPort: fc.integer({ min: 1, max: 9000 }),
            protocol: fc.constantFrom('tcp' as const, 'udp' as const),
            published: fc.boolean(),
            hostPort: fc.constant(null),
          }),
          { maxLength: 3, selector: ({ containerPort, protocol }) => `${containerPort}${protocol}` },
        ),
        [],
      ),
      volumes: some(
        fc.uniqueArray(
          fc.record({
            path: seldom('relative', fc.constantFrom('/data', '/var/cargo')),
            name: fc.constant(null),
            access: fc.constantFrom('exclusive' as const, 'shared' as const),
            readOnly: fc.boolean(),
          }),
          { maxLength: 2, selector: ({ path }) => path },
        ),
        [],
      ),
      hostPaths: some<ServiceDefinition['hostPaths']>(
        fc.constant([
          { hostPath: '/run/random-definitions', path: '/var/host', access: 'shared' as const, readOnly: true },
        ]),
        [],
      ),
      sequential: fc.boolean(),
      update: fc.record<ServiceDefinition['update']>({
        order: fc.constantFrom('auto', 'auto', 'stop-first', 'recreate', 'start-first'),
        gate: fc.constantFrom(null, true, false),
        batch: fc.constantFrom(null, null, 1),
        minRunningMs: fc.constant(100),
        healthDeadlineMs: fc.constant(defaultUpdatePolicy.healthDeadlineMs),
        watchMs: fc.constant(0),
        onFailure: fc.constantFrom('rollback', 'pause', 'continue'),
      }),
    })
    .map((given) => ({ ...defaultDefinition(''), ...given }))
    .map((given) => (given.privileged && !mayBeRoot ? { ...given, user: '1000' } : given))
    .map(mostlyTogether);

/** Takes most of what cannot be had together apart; what is left of it is refused by its field. */
const mostlyTogether = (given: ServiceDefinition): ServiceDefinition => {
  // As good as a coin, and the same for the same definition.
  if ((given.cpuShares ?? 0) % 10 === 9) return given;
  const isHost = given.net === 'host';
  return {
    ...given,
    memorySwapBytes: given.memoryBytes === null ? null : given.memorySwapBytes,
    macAddress: isHost ? null : given.macAddress,
    ports: isHost ? given.ports.map((port) => ({ ...port, published: false })) : given.ports,
    update: whyNotStartFirst(given) === null ? given.update : { ...given.update, order: 'auto' },
  };
};

describeCluster('random definitions', (cluster) => {
  let client: RestowClient;

  beforeAll(async () => {
    const { lab, ok } = cluster();
    await ok('tag', 'add', '-t', 'random', 'n2');
    client = clientOf(lab);
  });
  afterAll(() => client?.close());

  /** Elements of a host's port map, such as `tcp 32000`. */
  const mapOn = async (host: string): Promise<string[]> => {
    const { stdout } = await cluster().lab.exec(host, ['nft', 'list', 'map', 'ip', 'restow', 'ports']);
    return [...stdout.matchAll(/(tcp|udp) \. (\d+) :/g)].map(([, protocol, port]) => `${protocol} ${port}`);
  };

  /** What differs between the definition and what the engines show of the service; empty when nothing. */
  const differences = async (view: ServiceView): Promise<string[]> => {
    const { definition: wanted, name } = view;
    const containers = (await cluster().running(name)) as InspectedContainer[];
    const found: string[] = [];
    const compare = (what: string, want: unknown, is: unknown) => {
      if (!isDeepStrictEqual(want, is)) found.push(`${what}: wanted ${JSON.stringify(want)}, is ${JSON.stringify(is)}`);
    };
    compare('count', wanted.count, containers.length);
    if (wanted.tags.length > 0) compare('tags', ['n2'], [...new Set(containers.map(({ host }) => host))]);
    for (const container of containers)
      for (const field of Object.keys(shownByEngine) as ContainerField[])
        compare(`${container.Name} ${field}`, ...shownByEngine[field](wanted, container));
    // With the node's own network the ports it names are the node's, and no map leads there.
    for (const slot of wanted.net === 'host' ? [] : view.slots) {
      const published = wanted.ports.filter((port) => port.published).length;
      const given = slot.ports.filter(({ hostPort }) => hostPort !== null);
      compare(`${slot.name} ports`, published, given.length);
      const map = given.length > 0 ? await mapOn(slot.nodeName!) : [];
      for (const { protocol, hostPort } of given)
        if (!map.includes(`${protocol} ${hostPort}`)) found.push(`${slot.name}: ${protocol} ${hostPort} leads nowhere`);
    }
    compare('synchronized', true, view.synchronized);
    return found;
  };

  /** A refusal has to name a field of the definition, or, of a plan, to give its reason. */
  const namesAField = (problems: Problem[], wanted: ServiceDefinition): boolean =>
    problems.length > 0 && problems.every(({ field }) => field.split(/[.[]/)[0]! in wanted);

  /** One definition, then another: what came of it, in words for the tally; throws on anything that is wrong. */
  const tryOut = async (name: string, first: ServiceDefinition, second: ServiceDefinition): Promise<string> => {
    const attempt = async (wanted: ServiceDefinition, deploy: () => Promise<DeploymentView>): Promise<string> => {
      try {
        const deployment = await deploy();
        if (deployment.state === 'refused') {
          expect(deployment.reason, name).not.toBe('');
          return 'refused by the plan';
        }
        expect([deployment.state, deployment.reason], `${name}: ${JSON.stringify(wanted)}`).toEqual(['succeeded', '']);
      } catch (error) {
        if (!isRestowError(error, 'invalid')) throw error;
        expect(namesAField(error.problems, wanted), `${name}: ${JSON.stringify(error.problems)}`).toBe(true);
        return 'refused by its field';
      }
      const different = await differences(await client.getService(name));
      if (different.length > 0) throw new Error(`${name}: ${different.join('; ')}`);
      return 'as defined';
    };
    const came = await attempt(first, async () => {
      await client.createService(name, first);
      return endOf(client.startService(name));
    });
    if (came !== 'as defined') return came;
    const went = await attempt(second, async () => {
      await client.updateService(name, second);
      return endOf(client.redeploy(name));
    });
    // What was refused left what ran as it was.
    if (went === 'refused by the plan') expect(await cluster().running(name)).toHaveLength(first.count);
    return `as defined, edited: ${went}`;
  };

  test(`DC-09: ${count} of them, seed ${seed}: deployed, edited and redeployed, the engines show the definition each time, or the refusal names the field`, async () => {
    // Where this machine itself has not every capability, no engine can give them all to a container's root.
    const privileged = ['docker', 'run', '--rm', '--privileged', cluster().image('app:v1'), 'true'];
    const mayBeRoot = (await cluster().lab.exec('n1', privileged)).code === 0;
    const one = definition(cluster(), mayBeRoot);
    const pairs = fc.sample(fc.tuple(one, one), { numRuns: count, seed });
    const tally = new Map<string, number>();
    const wrong: string[] = [];
    const next = pairs.entries();
    const work = async (): Promise<void> => {
      for (const [index, [first, second]] of next) {
        const name = `random-${index}`;
        const came = await tryOut(name, first, second).catch((error: Error) => {
          wrong.push(error.message);
          return 'wrong';
        });
        tally.set(came, (tally.get(came) ?? 0) + 1);
        // The first may have been refused before there was a service.
        if ((await client.listServices()).some((service) => service.name === name))
          await endOf(client.removeService(name));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const root = mayBeRoot ? '' : ', privileged ones as user 1000, since this machine lacks capabilities itself';
    console.log(`random definitions, seed ${seed}${root}:`, Object.fromEntries(tally));
    expect(wrong).toEqual([]);
    expect(tally.get('as defined, edited: as defined') ?? 0).toBeGreaterThan(0);
    expect([...tally.values()].reduce((sum, each) => sum + each, 0)).toBe(count);
  }, 1_800_000);
});
