import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import { macOf } from '@restow/shared/domain/address';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer, slotIndex } from '../lab/cluster.ts';
import { handoverTraces } from '../lab/handover-traces.ts';
import { idlePlan, type LoadClient, loadNow, startLoad } from '../lab/load-client.ts';
import { tellWhatWasDone } from '../lab/load-client-group.ts';
import { tellLoad } from '../lab/load-client-report.ts';
import { placeOf } from '../lab/node-truth.ts';
import { allAttached, lastOf, untilEvent } from '../lab/sent-twice.ts';

const port = 8080;
/** What a container calls its host, and answers with. */
const shortId = ({ Id }: EngineContainer): string => Id.slice(0, 12);

describeCluster('a slot handed from one instance to the next', (cluster) => {
  const clients: LoadClient[] = [];
  let version = 'v1';
  const other = () => (version === 'v1' ? 'v2' : 'v1');

  const traces = () => handoverTraces(cluster().lab, cluster().hosts);
  const noTraces = (before: string[][]) =>
    vi.waitFor(async () => expect(await traces()).toEqual(before), { timeout: 20_000, interval: 200 });
  /** Each slot's address and MAC, and where else it may not differ. */
  const kept = (containers: EngineContainer[]) =>
    containers.map((container) => {
      const { address, mac, policy } = placeOf(container);
      return { slot: slotIndex(container), address, mac, policy };
    });
  /** What every container says itself of its end on the overlay. */
  const seenInside = async (containers: EngineContainer[]) =>
    Promise.all(
      containers.map(async ({ host, Id }) => {
        const shown = await cluster().lab.docker(host, 'exec', Id, 'ip', 'addr');
        return { address: /inet (10\.7\.\d+\.\d+)\//.exec(shown)?.[1], macs: shown.match(/02:42:0a:07:[0-9a-f:]+/g) };
      }),
    );
  const asDockerShows = (containers: EngineContainer[]) =>
    containers.map((container) => {
      const address = placeOf(container).address!;
      expect(placeOf(container).mac).toBe(macOf(address));
      return { address, macs: [macOf(address)] };
    });
  /** A little of everything at each slot's address, from a node that it is not on; and at a port from outside. */
  const load = async (slots: EngineContainer[], outside: string | null) => {
    const { lab, running, addressOf } = cluster();
    const askers = await running('asking');
    const plan = { ...idlePlan, newPerSecond: 15, slowPerSecond: 0.5, slowMs: 800, kept: 2, keptEveryMs: 100 };
    for (const slot of slots) {
      const { host, State } = askers.find((asker) => asker.host !== slot.host)!;
      const target = placeOf(slot).address!;
      const from = { host, pid: State.Pid };
      clients.push(await startLoad(`web-${slotIndex(slot)}`, { ...plan, target }, { lab, from }));
    }
    if (outside !== null)
      clients.push(await startLoad('outside', { ...plan, target: addressOf(outside), port }, { lab }));
    await vi.waitFor(() => {
      for (const { records } of clients) expect(records.some(({ trouble }) => trouble === null)).toBe(true);
    });
    return loadNow();
  };
  /** Ends the load once all of it is answered by these: nothing of it was lost, and it was one. */
  const nothingLost = async (from: number, now: EngineContainer[]) => {
    await vi.waitFor(
      () => {
        for (const { name, records } of clients) {
          const holder = name === 'outside' ? now[0] : now.find((slot) => name === `web-${slotIndex(slot)}`);
          const last = records.findLast(({ kind }) => kind === 'new');
          expect([name, last?.by, last?.trouble]).toEqual([name, shortId(holder!), null]);
        }
      },
      { timeout: 20_000, interval: 50 },
    );
    const to = loadNow();
    await Promise.all(clients.map((client) => client.stop()));
    const reports = Object.fromEntries(clients.splice(0).map((client) => [client.name, client.report(from, to)]));
    await tellWhatWasDone(cluster(), 'web', reports);
    for (const [who, report] of Object.entries(reports)) {
      console.info(tellLoad(who, report));
      const { failed, cut, stale, kinds, lost } = report;
      expect({ who, failed, cut, stale: stale.length, lost }).toEqual({ who, failed: 0, cut: 0, stale: 0, lost: [] });
      expect(Math.min(kinds.new.attempted, kinds.kept.attempted)).toBeGreaterThan(10);
    }
  };
  /** What a container of each of these hosts is answered at the slot's address. */
  const askedFrom = async (hosts: string[], slot: EngineContainer) => {
    const askers = (await cluster().running('asking')).filter(({ host }) => hosts.includes(host));
    const asking = ['timeout', '2', 'wget', '-qO-', `http://${placeOf(slot).address}/`];
    return Promise.all(askers.map(({ host, Id }) => cluster().lab.docker(host, 'exec', Id, ...asking)));
  };
  const theOne = () =>
    vi.waitFor(
      async () => {
        const all = await cluster().running('web');
        expect(all).toHaveLength(1);
        return all[0]!;
      },
      { timeout: 30_000, interval: 200 },
    );
  const at = (host: string) => ['--tag', `at-${host}`];
  const define = async (...flags: string[]) => {
    version = 'v1';
    const healthy = ['--health-http', '80/', '--health-interval', '200ms', '--watch', '0s'];
    const web = ['--name', 'web', '-e', 'LINGER_MS=400', ...healthy, ...flags];
    await cluster().ok('service', 'run', ...web, cluster().image('app:v1'));
  };
  /** To the version that does not run. */
  const redeploy = (...flags: string[]) => {
    version = other();
    return cluster().restow('service', 'redeploy', '--image', cluster().image(`app:${version}`), ...flags, 'web');
  };

  beforeAll(async () => {
    const { lab, ok, image, hosts } = cluster();
    for (const host of hosts) await ok('tag', 'add', '-t', `at-${host}`, host);
    const hasty = ['--min-running', '200ms', '--watch', '0s'];
    await ok('service', 'run', '--name', 'asking', '--deployment-strategy', 'EVERY_NODE', ...hasty, image('app:v1'));
    for (const host of hosts) await lab.docker(host, 'pull', '-q', image('app:v2'));
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.stop();
    for (const host of cluster().hosts) await cluster().ok('node', 'uncordon', host);
    await cluster().ok('service', 'rm', 'web');
  });
  afterAll(async () => {
    const { lab, hosts } = cluster();
    for (const host of hosts) {
      await lab.stopAgent(host);
      await lab.startAgent(host);
    }
  });

  /** What was changed from these old ones to these new ones: the containers, and nothing else. */
  const onlyHandedOver = async (old: EngineContainer[], now: EngineContainer[], before: string[][], since: string) => {
    expect(kept(now)).toEqual(kept(old));
    expect(await seenInside(now)).toEqual(asDockerShows(now));
    // Every old one ran on until its successor did.
    const acts = await cluster().events(since);
    const timeOf = ({ Id }: EngineContainer, action: string) =>
      acts.find(({ Actor, Action }) => Actor.ID === Id && Action === action)!.timeNano;
    for (const [at, slot] of old.entries()) expect(timeOf(now[at]!, 'start')).toBeLessThan(timeOf(slot, 'die'));
    await noTraces(before);
  };

  test('M1, K4, DC-14: one replica, on its node and its port: nobody notices', async () => {
    const { running } = cluster();
    await define('-p', `${port}:80`, ...at('n1'));
    const [old, before, since] = [await running('web'), await traces(), new Date().toISOString()];
    const from = await load(old, 'n1');
    expect(await redeploy()).toMatchObject({ code: 0 });
    const now = await running('web');
    await nothingLost(from, now);
    expect(now.map(({ host }) => host)).toEqual(['n1']);
    await onlyHandedOver(old, now, before, since);
  });

  test('M1, DC-15: one replica, to another node: nobody notices, and it keeps its address there with no agent', async () => {
    const { lab, running, hosts } = cluster();
    await define('-p', `${port}:80`, ...at('n1'));
    const [old, before, since] = [await running('web'), await traces(), new Date().toISOString()];
    const from = await load(old, null);
    expect(await redeploy(...at('n2'))).toMatchObject({ code: 0 });
    const now = await running('web');
    await nothingLost(from, now);
    expect(now.map(({ host }) => host)).toEqual(['n2']);
    await onlyHandedOver(old, now, before, since);

    await lab.stopAgent('n2', 'SIGKILL');
    await lab.docker('n2', 'restart', '-t', '1', now[0]!.Id);
    const restarted = await running('web');
    expect(restarted.map(placeOf)).toEqual(now.map(placeOf));
    expect(restarted[0]!.State.Pid).not.toBe(now[0]!.State.Pid);
    expect(await seenInside(restarted)).toEqual(asDockerShows(restarted));
    await vi.waitFor(async () => expect(await askedFrom(hosts, now[0]!)).toEqual(hosts.map(() => version)), 10_000);
    await lab.startAgent('n2');
    await allAttached(cluster());
  });

  test('M1, K4, DC-15: three replicas, one of which has to move: nobody notices', async () => {
    const { ok, running } = cluster();
    await define('-t', '3', '-p', '80');
    const [old, before, since] = [await running('web'), await traces(), new Date().toISOString()];
    const from = await load(old, null);
    await ok('node', 'cordon', 'n1');
    expect(await redeploy()).toMatchObject({ code: 0 });
    const now = await running('web');
    await nothingLost(from, now);
    expect(now.map(({ host }) => host)).toEqual([expect.stringMatching(/^n[23]$/), 'n2', 'n3']);
    await onlyHandedOver(old, now, before, since);
  });

  test('a second redeploy that arrives in the middle of a move waits, and takes the slot back from there', async () => {
    const { ok, restow, running, json } = cluster();
    await define('-p', `${port}:80`, ...at('n1'));
    const [old] = await running('web');
    const before = await traces();
    const from = await load([old!], null);
    const since = new Date().toISOString();
    const first = redeploy(...at('n2'));
    await untilEvent(
      cluster(),
      since,
      ({ Action, Actor }) => Action === 'start' && Actor.Attributes['io.restow.service-name'] === 'web',
    );
    version = 'v1';
    await ok('service', 'update', '--image', cluster().image('app:v1'), ...['--tag', 'at-n1'], 'web');
    const second = await restow('service', 'redeploy', 'web');
    expect([(await first).code, second.code]).toEqual([0, 0]);
    const now = await theOne();
    await nothingLost(from, [now]);
    expect(now.host).toBe('n1');
    expect(kept([now])).toEqual(kept([old!]));
    const told = await json<{ number: number; serviceName: string; state: string }[]>('deployment', 'ls');
    const states = told.filter(({ serviceName }) => serviceName === 'web').slice(0, 2);
    expect(states.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
    await noTraces(before);
  });

  test('one that cannot live after it has moved is taken back to its node, and the slot answers as before', async () => {
    const { lab, ok, running, restow, hosts } = cluster();
    await define('-p', `${port}:80`, ...at('n1'));
    const [old] = await running('web');
    const before = await traces();
    const cmd = ['/bin/sh', '-c', '/app/main & usleep 2500000; echo "out of luck"; exit 1'];
    const { reference } = await pushImage(lab.registry.address, 'mayfly', 'v1', sampleApp('v3', { cmd }));
    await ok('service', 'update', '--watch', '5s', '--autorestart', 'OFF', 'web');
    const { code, stderr } = await restow('service', 'redeploy', '--image', reference, ...at('n2'), 'web');
    expect(code).toBe(3);
    expect(stderr).toContain('web-1 on n2 ended');
    const now = await theOne();
    expect([now.Id, placeOf(now)]).toEqual([old!.Id, placeOf(old!)]);
    expect(await askedFrom(hosts, now)).toEqual(['v1', 'v1', 'v1']);
    await noTraces(before);
  });

  test('a node whose agent is lost while the slot moves away is gone on without, and has nothing left when it is back', async () => {
    const { lab, running, containers, hosts } = cluster();
    await define('-p', `${port}:80`, ...at('n1'), '-e', 'STOP_MS=1500');
    const [old] = await running('web');
    const before = await traces();
    const since = new Date().toISOString();
    const told = redeploy(...at('n2'));
    // It is asked to end: everything new is the other node's already.
    await untilEvent(cluster(), since, ({ Action, Actor }) => Action === 'kill' && Actor.ID === old!.Id);
    await lab.stopAgent('n1', 'SIGKILL');
    const from = loadNow();
    expect(await told).toMatchObject({ code: 0 });
    console.info(`gone on without n1 for ${Math.round(loadNow() - from)} ms`);
    const { state, steps } = await lastOf(cluster(), 'web');
    expect(state).toBe('succeeded');
    const without = steps.filter((step) => step.state === 'failed');
    expect(without.map((step) => step.name)).toEqual(['drain']);
    expect(without[0]!.detail).toContain('The swap goes on without n1');
    // Everybody whose node has an agent reaches the new one; the other one's node learns of it when it has.
    expect(await askedFrom(['n2', 'n3'], old!)).toEqual([version, version]);

    await lab.startAgent('n1');
    await allAttached(cluster());
    await noTraces(before);
    await vi.waitFor(async () => expect(await containers('web')).toHaveLength(1), { timeout: 20_000, interval: 200 });
    expect(await askedFrom(hosts, old!)).toEqual(hosts.map(() => version));
  });
});
