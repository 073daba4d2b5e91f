import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Cluster, describeCluster, type EngineContainer, slotIndex } from '../lab/cluster.ts';
import { engineActs } from '../lab/engine-acts.ts';
import { occupy } from '../lab/foreign-containers.ts';

/** As short as a test may wait: what is shown here does not depend on how long an instance is watched. */
const hasty = ['--min-running', '200ms', '--watch', '0s'];

/** A plan as the command line tells it to programs, as far as it is asked here. */
interface Told {
  plan: {
    warnings: string[];
    swaps: {
      slotName: string;
      placement: {
        nodeName: string;
        because: string;
        verdicts: { nodeName: string; fits: boolean; score: number | null; reasons: { message: string }[] }[];
      };
    }[];
  };
}

const addressOf = ({ NetworkSettings }: EngineContainer): string =>
  NetworkSettings.Networks['restow-overlay']?.IPAddress ?? 'none';

describeCluster('where containers go', (cluster) => {
  /** Hosts of the slots in the order of their indexes, as the engines have it. */
  const hostsOf = async (service: string): Promise<string[]> =>
    (await cluster().running(service)).map(({ host }) => host);

  const planOf = async (service: string): Promise<Told['plan']> =>
    (await cluster().json<Told[]>('plan', service))[0]!.plan;

  const actsSince = async (since: string) => engineActs(await cluster().events(since));

  describe('by deploy tags', () => {
    const tagged: [host: string, tags: string[]][] = [
      ['n1', ['production']],
      ['n2', ['production', 'frontend', 'ssd', 'eu', 'big', 'new']],
      ['n3', ['frontend']],
    ];
    const each = (tags: string[]): string[] => tags.flatMap((tag) => ['-t', tag]);

    beforeAll(async () => {
      for (const [host, tags] of tagged) await cluster().ok('tag', 'add', ...each(tags), host);
    });
    afterAll(() => cluster().clear());
    const both = ['--tag', 'production', '--tag', 'frontend'];

    test('TAG-02, TAG-03: only a node with all tags is taken, and tags beyond them weigh nothing', async () => {
      const { ok, image } = cluster();
      await ok('service', 'run', '--name', 'shop', '-t', '2', ...both, ...hasty, image('app:v1'));
      expect(await hostsOf('shop')).toEqual(['n2', 'n2']);
      // With n3 alike but for the four tags more of n2, both score the same, and of equals the one is taken and the other.
      await ok('tag', 'add', '-t', 'production', 'n3');
      const { verdicts } = (await planOf('shop')).swaps[0]!.placement;
      expect(verdicts.map(({ nodeName, fits, score }) => [nodeName, fits, score])).toEqual([
        ['n1', false, null],
        ['n2', true, 0],
        ['n3', true, 0],
      ]);
      await ok('service', 'redeploy', 'shop');
      expect(await hostsOf('shop')).toEqual(['n2', 'n3']);
      await ok('tag', 'rm', '-t', 'production', 'n3');
      await ok('service', 'rm', 'shop');
    });

    test('TAG-04: where no node has all, the error says of each what it lacks, and no engine does anything', async () => {
      const { restow, image } = cluster();
      const since = new Date().toISOString();
      const tags = [...both, '--tag', 'gpu'];
      const { code, stdout, stderr } = await restow(
        ...['service', 'run', '--name', 'brain', ...tags, ...hasty, image('app:v1')],
      );
      expect(code).toBe(4);
      const lines = `${stdout}\n${stderr}`;
      expect(lines).toContain('n1 lacks tags frontend and gpu');
      expect(lines).toContain('n2 lacks tag gpu');
      expect(lines).toContain('n3 lacks tags gpu and production');
      expect(await actsSince(since)).toEqual([]);
      // It was the tags: the node that lacks one only is given it, and is taken.
      await cluster().ok('tag', 'add', '-t', 'gpu', 'n2');
      await cluster().ok('service', 'start', 'brain');
      expect(await hostsOf('brain')).toEqual(['n2']);
      await cluster().ok('service', 'rm', 'brain');
    });

    test('TAG-05: without tags all available nodes, tagged ones included and a cordoned one not', async () => {
      const { ok, image } = cluster();
      await ok('node', 'cordon', 'n3');
      await ok(
        ...['service', 'run', '--name', 'everywhere', '--deployment-strategy', 'EVERY_NODE', ...hasty, image('app:v1')],
      );
      expect((await hostsOf('everywhere')).sort()).toEqual(['n1', 'n2']);
      await ok('node', 'uncordon', 'n3');
      await ok('service', 'redeploy', 'everywhere');
      expect((await hostsOf('everywhere')).sort()).toEqual(['n1', 'n2', 'n3']);
      await ok('service', 'rm', 'everywhere');
    });
  });

  describe('by strategy, with two containers on n1 that are not ours', () => {
    beforeAll(() => occupy(cluster(), { n1: 2 }));
    afterAll(() => occupy(cluster(), {}));

    afterEach(() => cluster().ok('service', 'rm', 'web'));

    const placedBy = async (strategy: string[], count: number): Promise<string[]> => {
      const { ok, image } = cluster();
      await ok('service', 'run', '--name', 'web', '-t', String(count), ...strategy, ...hasty, image('app:v1'));
      return hostsOf('web');
    };

    test('STR-01: EMPTIEST_NODE, the default: the fewest containers of all, counted anew for each, a tie by name', async () => {
      // n1 n2 n3 hold 2 0 0: n2 of a tie, 2 1 0: n3, 2 1 1: n2 of a tie, 2 2 1: n3, 2 2 2: n1 of a tie.
      expect(await placedBy([], 5)).toEqual(['n2', 'n3', 'n2', 'n3', 'n1']);
    });

    test('STR-02: HIGH_AVAILABILITY: the fewest of this service, the fullest node or not; then the fewest of all, a tie by name', async () => {
      // Of web n1 n2 n3 hold 0 0 0, of all 2 0 0: n2 of a tie. 0 1 0 and 2 1 0: n3. 0 1 1: n1, though 2 1 1 in all.
      // 1 1 1 and 3 1 1: n2 of a tie.
      expect(await placedBy(['--deployment-strategy', 'HIGH_AVAILABILITY'], 4)).toEqual(['n2', 'n3', 'n1', 'n2']);
    });
  });

  describe('by what is available now', () => {
    const lostOn = async ({ lab }: Cluster, host: string, id: string): Promise<boolean> =>
      !(await lab.docker(host, 'ps', '-aq', '--no-trunc')).split('\n').includes(id);

    test('TU-05, TU-06, TU-07, TU-08: nothing is placed on a node without its agent, and the plan says since when; back, it is rid of what moved', async () => {
      const { lab, ok, running, image, ask, inside } = cluster();
      const askFromWeb1 = (address: string) => inside('web-1', `timeout 3 wget -qO- http://${address}/`);
      const spread = ['--deployment-strategy', 'HIGH_AVAILABILITY'];
      await ok('service', 'run', '--name', 'web', '-t', '2', '-p', '8080:80', ...spread, ...hasty, image('app:v1'));
      const [stays, old] = (await running('web')) as [EngineContainer, EngineContainer];
      expect([stays.host, old.host]).toEqual(['n1', 'n2']);

      await lab.stopAgent('n2');
      try {
        // What runs there runs on: only its agent is gone.
        expect(await ask('n1', 'http://n2:8080/')).toBe('v1');
        await vi.waitFor(async () => expect(await ok('plan', 'web')).toMatch(/n2 has been unreachable since \d{4}-/), {
          timeout: 20_000,
          interval: 250,
        });
        const plan = await planOf('web');
        expect(plan.swaps.map(({ placement }) => placement.nodeName)).toEqual(['n1', 'n3']);
        expect(plan.warnings.join()).toContain('The old instance of web-2 cannot be stopped while n2 does not answer.');
        const since = new Date().toISOString();
        await ok('service', 'update', '--image', image('app:v2'), 'web');
        await ok('service', 'redeploy', 'web');
        expect((await actsSince(since)).filter(({ host }) => host === 'n2')).toEqual([]);
        const now = await running('web');
        // Both of the second slot run: the old one, which nobody can end, and the new one on a node that has the port free.
        const isOld = ({ Id }: EngineContainer) => (Id === old.Id ? 'old' : 'new');
        expect(now.map((each) => `web-${slotIndex(each)} on ${each.host}, ${isOld(each)}`).sort()).toEqual([
          'web-1 on n1, new',
          'web-2 on n2, old',
          'web-2 on n3, new',
        ]);
        expect(await ask('n1', 'http://n3:8080/')).toBe('v2');
        // The address is the new one's, for a container on a third node.
        expect(await askFromWeb1(addressOf(old))).toBe('v2');
      } finally {
        await lab.startAgent('n2');
      }

      await vi.waitFor(async () => expect(await lostOn(cluster(), 'n2', old.Id)).toBe(true), {
        timeout: 20_000,
        interval: 250,
      });
      expect((await lab.exec('n1', ['curl', '-sS', '-m', '3', 'http://n2:8080/'])).code).toBe(7);
      expect(await hostsOf('web')).toEqual(['n1', 'n3']);
      expect(await askFromWeb1(addressOf(old))).toBe('v2');
      // It takes part again, with no word from anybody.
      await ok('service', 'update', '-t', '3', 'web');
      await ok('service', 'redeploy', 'web');
      expect(await hostsOf('web')).toEqual(['n1', 'n3', 'n2']);
      await ok('service', 'rm', 'web');
    });

    beforeEach(() => cluster().clear());

    test('TU-09, DC-10: a stateless slot leaves a cordoned node at its redeploy, as the plan said before', async () => {
      const { lab, ok, running, image } = cluster();
      await ok('service', 'run', '--name', 'web', ...hasty, image('app:v1'));
      const [before] = (await running('web')) as [EngineContainer];
      expect(before.host).toBe('n1');
      expect((await planOf('web')).swaps[0]!.placement.nodeName).toBe('n1');

      await ok('node', 'cordon', 'n1');
      expect(await running('web')).toEqual([before]);
      const plan = await planOf('web');
      expect(plan.swaps.map(({ slotName, placement }) => [slotName, placement.nodeName])).toEqual([['web-1', 'n2']]);
      expect(plan.warnings).toEqual(['web-1 moves from n1 to n2: n1 is cordoned.']);
      await ok('service', 'redeploy', 'web');
      const [after] = (await running('web')) as [EngineContainer];
      expect([after.host, addressOf(after)]).toEqual(['n2', addressOf(before)]);
      await vi.waitFor(async () => expect(await lostOn(cluster(), 'n1', before.Id)).toBe(true), {
        timeout: 15_000,
        interval: 250,
      });
      expect(await lab.docker('n1', 'ps', '-q')).toBe('');
    });
  });
});
