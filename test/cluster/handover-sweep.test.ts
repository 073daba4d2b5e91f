import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { handoverTraces } from '../lab/handover-traces.ts';
import { loadNow } from '../lab/load-client.ts';
import { expectNothingLost, type LoadGroup, startLoadGroup, tellWhatWasDone } from '../lab/load-client-group.ts';
import { tellLoad } from '../lab/load-client-report.ts';

/** `all`: the agent is killed before every step there is; otherwise before so many of them, chosen by the seed. */
const sweep = process.env.RESTOW_SWEEP ?? '4';
const seed = Number(process.env.RESTOW_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** More steps than a handover has. */
const manySteps = 1_000_000;
const port = 8080;
const name = 'web-1.main.cont.restow.test';

const shortId = ({ Id }: EngineContainer): string => Id.slice(0, 12);
const overlayOf = ({ NetworkSettings }: EngineContainer) => NetworkSettings.Networks['restow-overlay'];

/** As many different numbers below `count`, by a seed: whoever knows it is given the same ones. */
const sampleOf = (count: number, wanted: number, from: number): number[] => {
  const left = Array.from({ length: count }, (_, at) => at);
  const chosen: number[] = [];
  for (let state = from >>> 0; chosen.length < wanted && left.length > 0; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    chosen.push(...left.splice(Math.floor((state / 2 ** 32) * left.length), 1));
  }
  return chosen.sort((a, b) => a - b);
};

/** What became of one redeploy. */
interface Walk {
  /** The step before which the agent was killed; `null`: it took them all. */
  killed: string | null;
  /** How many steps the file let it take that it did not need. */
  left: number;
  state: 'new' | 'old';
  from: number;
  to: number;
}

describeCluster('a handover whose agent is killed', (cluster) => {
  const groups: LoadGroup[] = [];
  const faultFile = (host: string): string => join(cluster().lab.dir, `fault-${host}`);
  const faulty = (host: string) => ({ RESTOW_FAULT_FILE: faultFile(host) });

  const theOne = async (): Promise<EngineContainer> => {
    const all = await cluster().running('web');
    expect(all).toHaveLength(1);
    return all[0]!;
  };
  /** Of the one that runs, which is asked for in itself. */
  const versionNow = () => cluster().inside('web-1', 'cat /app/version');

  const traces = () => handoverTraces(cluster().lab, cluster().hosts);

  beforeAll(async () => {
    const { lab, ok, image, hosts } = cluster();
    for (const host of hosts) await ok('tag', 'add', '-t', `at-${host}`, host);
    const hasty = ['--min-running', '200ms', '--watch', '0s'];
    await ok('service', 'run', '--name', 'asking', '--deployment-strategy', 'EVERY_NODE', ...hasty, image('app:v1'));
    for (const host of hosts) await lab.docker(host, 'pull', '-q', image('app:v2'));
    const healthy = ['--health-http', '80/', '--health-interval', '200ms', '--watch', '0s'];
    const web = ['--name', 'web', '-p', `${port}:80`, '--tag', 'at-n1', '-e', 'LINGER_MS=400', ...healthy];
    await ok('service', 'run', ...web, image('app:v1'));
    for (const host of hosts) {
      await lab.stopAgent(host);
      await lab.startAgent(host, faulty(host));
    }
  });
  afterEach(async () => {
    for (const group of groups.splice(0)) await group.stop();
    for (const host of cluster().hosts)
      for (const end of ['', '.killed']) rmSync(faultFile(host) + end, { force: true });
  });
  afterAll(async () => {
    const { lab, hosts } = cluster();
    for (const host of hosts) {
      await lab.stopAgent(host);
      await lab.startAgent(host);
    }
  });

  const load = async (): Promise<LoadGroup> => {
    const web = await theOne();
    const where = { address: overlayOf(web)!.IPAddress, port, name };
    const group = await startLoadGroup(cluster(), where, { slowMs: 800 });
    groups.push(group);
    return group;
  };

  /** One redeploy, whose agent on the victim's node may take so many steps, and is started again when it is dead. */
  const walk = async (move: boolean, victim: 'old' | 'new', steps: number): Promise<Walk> => {
    const { lab, hosts, restow, image } = cluster();
    const old = await theOne();
    const host = move ? hosts[(hosts.indexOf(old.host) + 1) % hosts.length]! : old.host;
    const before = await versionNow();
    const version = before === 'v1' ? 'v2' : 'v1';
    const victimHost = victim === 'old' ? old.host : host;
    const file = faultFile(victimHost);
    const killed = `${file}.killed`;
    rmSync(killed, { force: true });
    writeFileSync(file, String(steps));

    const from = loadNow();
    let isOver = false;
    const redeployed = restow(
      'service',
      'redeploy',
      '--image',
      image(`app:${version}`),
      '--tag',
      `at-${host}`,
      'web',
    ).then((told) => {
      isOver = true;
      return told;
    });
    await vi.waitFor(() => expect(isOver || existsSync(killed)).toBe(true), { timeout: 120_000, interval: 20 });
    const step = existsSync(killed) ? readFileSync(killed, 'utf8') : null;
    if (step !== null) {
      await lab.stopAgent(victimHost, 'SIGKILL');
      await lab.startAgent(victimHost, faulty(victimHost));
    }
    const { code, stderr } = await redeployed;
    const left = step === null ? Number(readFileSync(file, 'utf8')) : 0;
    rmSync(file, { force: true });

    // One of the two honest states, as the exit code says.
    expect([code, stderr]).toEqual([expect.toBeOneOf([0, 3]), expect.anything()]);
    const now = await theOne();
    const state = code === 0 ? 'new' : 'old';
    expect([await versionNow(), now.host, shortId(now) === shortId(old)]).toEqual(
      state === 'new' ? [version, host, false] : [before, old.host, true],
    );
    expect(overlayOf(now)).toMatchObject({
      IPAddress: overlayOf(old)!.IPAddress,
      MacAddress: overlayOf(old)!.MacAddress,
    });
    return { killed: step, left, state, from, to: loadNow() };
  };

  describe.each([
    { what: 'on one node', move: false, victim: 'old' as const },
    { what: 'to another node, where the old one is', move: true, victim: 'old' as const },
    { what: 'to another node, where the new one is', move: true, victim: 'new' as const },
  ])('$what', ({ move, victim }) => {
    test(
      `at each step of it in turn (RESTOW_SWEEP=all; now ${sweep}, RESTOW_SEED=${seed}): nobody notices`,
      async () => {
        const before = await traces();
        const group = await load();
        const whole = await walk(move, victim, manySteps);
        expect(whole).toMatchObject({ killed: null, state: 'new' });
        const total = manySteps - whole.left;
        const walks = [whole];
        const chosen =
          sweep === 'all' ? Array.from({ length: manySteps }, (_, at) => at) : sampleOf(total, Number(sweep), seed);
        for (const steps of chosen) {
          const walked = await walk(move, victim, steps);
          walks.push(walked);
          console.info(
            `${steps} of ${total} steps, then killed before "${walked.killed?.split('\n')[0] ?? 'nothing'}": ` +
              `${walked.state} after ${(walked.to - walked.from).toFixed(0)} ms`,
          );
          if (walked.killed === null) break;
        }
        const reports = await group.stop();
        const kills = walks.filter(({ killed }) => killed !== null);
        console.info(`killed before ${kills.length} of ${total} steps, seed ${seed}`);
        expect(total).toBeGreaterThan(5);
        expect(kills.length).toBeGreaterThanOrEqual(Math.min(total, chosen.length) - 1);
        for (const { killed, from, to } of walks)
          for (const [who, { lost }] of Object.entries(reports)) {
            const here = lost.filter(({ begun }) => begun >= from && begun < to);
            if (here.length > 0) console.info(`${who} lost around "${killed}": ${JSON.stringify(here.slice(0, 5))}`);
          }
        await tellWhatWasDone(cluster(), 'web', reports);
        expectNothingLost(reports);
        await vi.waitFor(async () => expect(await traces()).toEqual(before), { timeout: 10_000, interval: 250 });
      },
      sweep === 'all' ? 3_600_000 : 180_000,
    );
  });

  /** Redeploys under the load to that image, and says how it ended; `meanwhile` is told who answers new connections now. */
  const redeployUnderLoad = async (reference: string, meanwhile: (next: EngineContainer) => Promise<unknown>) => {
    const { restow } = cluster();
    const old = await theOne();
    const group = await load();
    const redeployed = restow('service', 'redeploy', '--image', reference, '--tag', `at-${old.host}`, 'web');
    await Promise.race([group.answeredByAnotherThan(shortId(old)), redeployed]);
    const next = (await cluster().running('web')).find(({ Id }) => Id !== old.Id);
    if (next) await meanwhile(next);
    const { code } = await redeployed;
    const now = await vi.waitFor(theOne, { timeout: 20_000, interval: 200 });
    await vi.waitFor(
      () => {
        for (const { records } of group.clients) {
          const { by, trouble } = records.findLast(({ kind }) => kind === 'new')!;
          expect([by, trouble]).toEqual([shortId(now), null]);
        }
      },
      { timeout: 20_000, interval: 100 },
    );
    const reports = await group.stop();
    for (const [who, report] of Object.entries(reports))
      console.info(tellLoad(`the new one crashed, the redeploy ended with ${code}: ${who}`, report, 0));
    const lost = Object.values(reports).reduce((sum, { failed }) => sum + failed, 0);
    return { old, next, now, code, lost };
  };

  test('the new container that crashes once after the flip costs what is asked of it meanwhile, and the state is an honest one', async () => {
    const { lab, image } = cluster();
    const version = (await versionNow()) === 'v1' ? 'v2' : 'v1';
    const ended = await redeployUnderLoad(image(`app:${version}`), ({ host, State }) =>
      lab.exec(host, ['kill', '-9', String(State.Pid)]),
    );
    expect(ended.lost).toBeGreaterThan(0);
    expect([ended.code, ended.now.Id]).toBeOneOf([
      [0, ended.next!.Id],
      [3, ended.old.Id],
    ]);
  });

  test('the new container that cannot live after the flip is taken back', async () => {
    const { lab, ok } = cluster();
    const cmd = ['/bin/sh', '-c', '/app/main & usleep 2500000; echo "out of luck"; exit 1'];
    const { reference } = await pushImage(lab.registry.address, 'mayfly', 'v1', sampleApp('v3', { cmd }));
    await ok('service', 'update', '--watch', '5s', 'web');
    const ended = await redeployUnderLoad(reference, async () => undefined);
    await ok('service', 'update', '--watch', '0s', 'web');
    expect(ended.lost).toBeGreaterThan(0);
    expect([ended.code, ended.now.Id]).toEqual([3, ended.old.Id]);
  });
});
