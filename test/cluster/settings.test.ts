import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeCluster, type EngineContainer, slotIndex } from '../lab/cluster.ts';
import { occupy } from '../lab/foreign-containers.ts';

/** As short as a test may wait: what is shown here does not depend on how long an instance is watched. */
const hasty = ['--min-running', '200ms', '--watch', '0s'];

/** What the command line says of a service, as far as it is asked here. */
interface Told {
  synchronized: boolean;
  pending: string[];
  slots: { name: string; synchronized: boolean }[];
}

const environmentOf = ({ Config }: EngineContainer): string[] =>
  Config.Env.filter((entry) => !entry.startsWith('PATH='));
const ownLabelsOf = ({ Config }: EngineContainer): Record<string, string> =>
  Object.fromEntries(Object.entries(Config.Labels).filter(([name]) => !name.startsWith('io.restow.')));

describeCluster('redeploying with other settings', (cluster) => {
  const hostsOf = async (service: string): Promise<string[]> =>
    (await cluster().running(service)).map(({ host }) => host);

  /** Elements of the host's port map, such as `tcp . 8080`, as the kernel has them. */
  const portMapOf = async (host: string): Promise<string[]> => {
    const { stdout, code, stderr } = await cluster().lab.exec(host, ['nft', 'list', 'map', 'ip', 'restow', 'ports']);
    if (code !== 0) throw new Error(`nft in ${host} ended with ${code}: ${stderr}`);
    return [...stdout.matchAll(/(tcp|udp) \. \d+ :/g)].map(([element]) => element.slice(0, -2)).sort();
  };

  /** How `curl` on another host ends: 0 answered, 7 refused, 28 nobody said anything. */
  const curl = async (from: string, url: string): Promise<number> =>
    (await cluster().lab.exec(from, ['curl', '-fsS', '-m', '3', '-o', '/dev/null', url])).code;

  describe('DC-03, TU-03: what is changed is not touched before the redeploy, marked on service and slot, and there after it:', () => {
    beforeAll(async () => {
      const { ok, image } = cluster();
      await ok('service', 'run', '--name', 'web', '-t', '2', '-e', 'MODE=old', ...hasty, image('app:v1'));
    });

    test.each<{
      field: string;
      flags: string[];
      read: (container: EngineContainer) => unknown;
      before: unknown;
      after: unknown;
    }>([
      { field: 'env', flags: ['-e', 'MODE=new'], read: environmentOf, before: ['MODE=old'], after: ['MODE=new'] },
      {
        field: 'command',
        flags: ['--run-command', '/app/main --loud'],
        read: ({ Config }) => Config.Cmd,
        before: ['/app/main'],
        after: ['/app/main', '--loud'],
      },
      {
        field: 'memoryBytes',
        flags: ['--memory', '64M'],
        read: ({ HostConfig }) => HostConfig.Memory,
        before: 0,
        after: 64 * 2 ** 20,
      },
      { field: 'labels', flags: ['--label', 'team=blue'], read: ownLabelsOf, before: {}, after: { team: 'blue' } },
    ])('$field', async ({ field, flags, read, before, after }) => {
      const { ok, json, running } = cluster();
      const told = async () => (await json<Told[]>('service', 'inspect', 'web'))[0]!;
      const marks = async () =>
        (await Promise.all([ok('service', 'ls'), ok('service', 'ps', 'web')])).map(
          (text) => text.split('(*)').length - 1,
        );
      const old = await running('web');
      expect(old.map(read)).toEqual([before, before]);
      expect(await told()).toMatchObject({ synchronized: true, pending: [] });
      expect(await marks()).toEqual([0, 0]);

      await ok('service', 'update', ...flags, 'web');
      expect(await running('web')).toEqual(old);
      expect(await told()).toMatchObject({
        synchronized: false,
        pending: [field],
        slots: [
          { name: 'web-1', synchronized: false },
          { name: 'web-2', synchronized: false },
        ],
      });
      expect(await marks()).toEqual([1, 2]);

      await ok('service', 'redeploy', 'web');
      const fresh = await running('web');
      expect(fresh.map(read)).toEqual([after, after]);
      expect(fresh.map(({ Id }) => Id)).not.toEqual(old.map(({ Id }) => Id));
      expect(await told()).toMatchObject({
        synchronized: true,
        pending: [],
        slots: [{ synchronized: true }, { synchronized: true }],
      });
      expect(await marks()).toEqual([0, 0]);
    });
  });

  test('DC-06: a deploy tag moved from n1 to n2 takes the containers along at the next redeploy, and only then', async () => {
    const { ok, running } = cluster();
    await ok('tag', 'add', '-t', 'blue', 'n1');
    await ok('service', 'run', '--name', 'blue', '-t', '2', '--tag', 'blue', ...hasty, cluster().image('app:v1'));
    const before = await running('blue');
    expect(before.map(({ host }) => host)).toEqual(['n1', 'n1']);
    await ok('tag', 'rm', '-t', 'blue', 'n1');
    await ok('tag', 'add', '-t', 'blue', 'n2');
    expect(await running('blue')).toEqual(before);
    await ok('service', 'redeploy', 'blue');
    const after = await running('blue');
    expect(after.map(({ host }) => host)).toEqual(['n2', 'n2']);
    const addressOf = ({ NetworkSettings }: EngineContainer) =>
      NetworkSettings.Networks['restow-overlay']?.IPAddress ?? 'none';
    expect(after.map(addressOf)).toEqual(before.map(addressOf));
    await ok('service', 'rm', 'blue');
  });

  test('DC-08: another published port: the new one answers, the old one is refused and gone from the port map', async () => {
    const { ok, image, running } = cluster();
    await ok('service', 'run', '--name', 'door', '-p', '8080:80', ...hasty, image('app:v1'));
    const [{ host }] = (await running('door')) as [EngineContainer];
    const other = cluster().hosts.find((name) => name !== host)!;
    const [oldDoor, newDoor] = [`http://${host}:8080/`, `http://${host}:9090/`];
    const look = async () => ({
      old: await curl(other, oldDoor),
      new: await curl(other, newDoor),
      map: await portMapOf(host),
    });
    const asBefore = { old: 0, new: 7, map: ['tcp . 8080'] };
    expect(await look()).toEqual(asBefore);
    await ok('service', 'update', '-p', '9090:80', 'door');
    expect(await look()).toEqual(asBefore);
    await ok('service', 'redeploy', 'door');
    expect(await hostsOf('door')).toEqual([host]);
    expect(await look()).toEqual({ old: 7, new: 0, map: ['tcp . 9090'] });
    await ok('service', 'rm', 'door');
    expect(await look()).toEqual({ old: 7, new: 7, map: [] });
  });

  describe('DC-07: another strategy, on a cluster that does not change but for it:', () => {
    beforeAll(async () => {
      await cluster().clear();
      await occupy(cluster(), { n1: 2 });
    });
    afterAll(() => occupy(cluster(), {}));

    test('from EMPTIEST_NODE to HIGH_AVAILABILITY, each as its rule says by hand', async () => {
      const { ok, running, image } = cluster();
      await ok('service', 'run', '--name', 'spread', '-t', '4', ...hasty, image('app:v1'));
      // Containers in all, n1 n2 n3: 2 0 0. Fewest first, a tie by name: n2 (2 1 0), n3 (2 1 1), n2 (2 2 1), n3 (2 2 2).
      const emptiest = await running('spread');
      expect(emptiest.map((each) => [slotIndex(each), each.host])).toEqual([
        [1, 'n2'],
        [2, 'n3'],
        [3, 'n2'],
        [4, 'n3'],
      ]);
      await ok('service', 'update', '--deployment-strategy', 'HIGH_AVAILABILITY', 'spread');
      expect(await running('spread')).toEqual(emptiest);
      await ok('service', 'redeploy', 'spread');
      // Containers of this service, its old ones not counted: 0 0 0. n2 and n3 before n1, which is fuller: one on each;
      // then, at one each, n2 and n3 hold one in all and n1 three: n2 by name. So n2 keeps both of its slots, n3 its
      // first one, and only web-4 moves.
      expect((await running('spread')).map((each) => [slotIndex(each), each.host])).toEqual([
        [1, 'n2'],
        [2, 'n3'],
        [3, 'n2'],
        [4, 'n1'],
      ]);
      await ok('service', 'rm', 'spread');
    });
  });
});
