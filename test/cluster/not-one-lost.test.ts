import { afterEach, beforeAll, expect, test } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { loadNow } from '../lab/load-client.ts';
import { expectNothingLost, type LoadGroup, startLoadGroup, tellWhatWasDone } from '../lab/load-client-group.ts';

/** 50 is the promise; by itself as many as a run of all tests has the time for. */
const redeploys = Number(process.env.RESTOW_REDEPLOYS ?? 16);
const port = 8080;
const name = 'web-1.main.cont.restow.test';

/** What a container calls its host, and answers with. */
const shortId = ({ Id }: EngineContainer): string => Id.slice(0, 12);
const overlayOf = ({ NetworkSettings }: EngineContainer) => NetworkSettings.Networks['restow-overlay'];

/** One container that had the slot, from the moment its redeploy was asked for. */
interface Holder {
  by: string;
  version: string;
  host: string;
  askedFor: number;
}

describeCluster('not one lost', (cluster) => {
  const groups: LoadGroup[] = [];
  afterEach(async () => {
    for (const group of groups.splice(0)) await group.stop();
  });
  const load = async (address: string, share = 1): Promise<LoadGroup> => {
    const group = await startLoadGroup(cluster(), { address, port, name }, { share });
    groups.push(group);
    return group;
  };
  const theOne = async (): Promise<EngineContainer> => {
    const all = await cluster().running('web');
    expect(all).toHaveLength(1);
    return all[0]!;
  };

  beforeAll(async () => {
    const { ok, image, hosts } = cluster();
    for (const host of hosts) await ok('tag', 'add', '-t', `at-${host}`, host);
    const hasty = ['--min-running', '200ms', '--watch', '0s'];
    await ok('service', 'run', '--name', 'asking', '--deployment-strategy', 'EVERY_NODE', ...hasty, image('app:v1'));
    // Both images are where they will be wanted: what is measured is no registry.
    for (const host of hosts) await cluster().lab.docker(host, 'pull', '-q', image('app:v2'));
    const healthy = ['--health-http', '80/', '--health-interval', '200ms', '--watch', '0s'];
    const web = ['--name', 'web', '-p', `${port}:80`, '--tag', 'at-n1', '-e', 'LINGER_MS=400', ...healthy];
    await ok('service', 'run', ...web, image('app:v1'));
  });

  test(
    `M1: ${redeploys} redeploys in a row (RESTOW_REDEPLOYS), half of them to another node, and nobody notices`,
    async () => {
      const { ok, image, hosts } = cluster();
      const first = await theOne();
      const { IPAddress: address, MacAddress: mac } = overlayOf(first)!;
      const group = await load(address);
      const from = loadNow();

      const holders: Holder[] = [{ by: shortId(first), version: 'v1', host: first.host, askedFor: 0 }];
      const took: number[] = [];
      for (let at = 1; at <= redeploys; at += 1) {
        const old = holders.at(-1)!;
        const version = old.version === 'v1' ? 'v2' : 'v1';
        const host = at % 2 === 0 ? old.host : hosts[(hosts.indexOf(old.host) + 1) % hosts.length]!;
        const askedFor = loadNow();
        await ok('service', 'redeploy', '--image', image(`app:${version}`), '--tag', `at-${host}`, 'web');
        took.push(loadNow() - askedFor);
        const now = await theOne();
        expect([now.host, overlayOf(now)]).toMatchObject([host, { IPAddress: address, MacAddress: mac }]);
        holders.push({ by: shortId(now), version, host, askedFor });
      }
      const reports = await group.stop();
      for (const { by, version, host, askedFor } of holders.slice(1))
        console.info(`at ${(askedFor - from).toFixed(0)} ms: ${version} by ${by} on ${host}`);
      const engine = await cluster().lab.docker(first.host, 'version', '--format', '{{.Server.Version}}');
      console.info(
        `${redeploys} redeploys, of the 50 promised, on Docker ${engine}; each took ${Math.min(...took).toFixed(0)} to ${Math.max(...took).toFixed(0)} ms`,
      );
      await tellWhatWasDone(cluster(), 'web', reports);
      expectNothingLost(reports);

      for (const { name, records } of group.clients) {
        // One after another, and each of them.
        expect([name, reports[name]!.holders]).toEqual([name, holders.map(({ by }) => by)]);
        for (const { by, version, begun } of records.filter(({ trouble }) => trouble === null)) {
          const at = holders.findLastIndex(({ askedFor }) => askedFor <= begun);
          const [holder] = holders.filter((one) => one.by === by);
          expect([holders[at]!.by, holders[at - 1]?.by]).toContain(by);
          expect(version).toBe(holder!.version);
        }
      }
    },
    30_000 + redeploys * 15_000,
  );

  test('the control: of a stop-first redeploy the same clients tell', async () => {
    const { ok, image } = cluster();
    const web = await theOne();
    const group = await load(overlayOf(web)!.IPAddress, 0.5);
    await ok('service', 'redeploy', '--image', image('app:v1'), '--order', 'stop-first', 'web');
    for (const [name, { kinds }] of Object.entries(await group.stop())) {
      expect([name, kinds.new.failed > 0]).toEqual([name, true]);
      expect([name, kinds.new.longestGapMs > 250]).toEqual([name, true]);
    }
  });
});
