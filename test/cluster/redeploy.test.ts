import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { answeredBy, silence, startClientLoop } from '../lab/client-loop.ts';
import { describeCluster, type EngineContainer, slotIndex } from '../lab/cluster.ts';
import { type EngineAct, engineActs } from '../lab/engine-acts.ts';

/** As short as a test may wait: what is shown here does not depend on how long an instance is watched. */
const hasty = ['--min-running', '200ms', '--watch', '0s'];

const idsOf = (containers: readonly EngineContainer[]): string[] => containers.map(({ Id }) => Id);
const revisionOf = ({ Config }: EngineContainer): string | undefined => Config.Labels['io.restow.revision'];
/** What the container itself calls its host, and answers with. */
const shortId = ({ Id }: EngineContainer): string => Id.slice(0, 12);
const envOf = ({ Config }: EngineContainer): Record<string, string> =>
  Object.fromEntries(Config.Env.map((entry) => entry.split('=', 2) as [string, string]));

describeCluster('redeploying a running service', (cluster) => {
  /** Acts of all engines on containers and images since an ISO time. */
  const actsSince = async (since: string): Promise<EngineAct[]> => engineActs(await cluster().events(since));

  /** What a tag means at the registry now. */
  const manifestOf = async (name: string, tag: string) => {
    const answer = await fetch(`http://${cluster().lab.registry.address}/v2/${name}/manifests/${tag}`, {
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    });
    const { layers } = (await answer.json()) as { layers: { digest: string }[] };
    return { digest: answer.headers.get('docker-content-digest'), layers: layers.map(({ digest }) => digest) };
  };

  test('DC-01, TU-01: under load every container is another one, made later, with no manual stop; one slot after the other', async () => {
    const { lab, ok, running, image } = cluster();
    await ok('service', 'run', '--name', 'web', '-t', '3', '-p', '8080:80', ...hasty, image('app:v1'));
    const before = await running('web');
    expect(before.map(({ host }) => host)).toEqual(['n1', 'n2', 'n3']);
    const [first, second] = ['http://n1:8080/', 'http://n2:8080/'];
    const load = startClientLoop(lab, 'n3', [first, second]);
    const lastOf = (target: string) => load.of(target).at(-1)?.by;
    const areAnsweredBy = ([one, two]: EngineContainer[]) =>
      vi.waitFor(() => expect([lastOf(first), lastOf(second)]).toEqual([shortId(one!), shortId(two!)]), 10_000);
    await areAnsweredBy(before);
    await ok('service', 'redeploy', '--order', 'stop-first', 'web');
    const after = await running('web');
    await areAnsweredBy(after);
    await load.stop();

    expect(after.map(slotIndex)).toEqual([1, 2, 3]);
    for (const [at, { Id, Created }] of before.entries()) {
      expect(after[at]!.Id).not.toBe(Id);
      expect(Date.parse(after[at]!.Created)).toBeGreaterThan(Date.parse(Created));
    }
    // The client sees each swap, so it could have seen more: it saw one silence for each slot, and never two at once.
    for (const [at, target] of [first, second].entries())
      expect(answeredBy(load.of(target))).toEqual([shortId(before[at]!), null, shortId(after[at]!)]);
    expect(silence(load.of(first)).to).toBeLessThan(silence(load.of(second)).from);
  });

  describe('when other content was pushed to its tag', () => {
    let before: EngineContainer[];
    let after: EngineContainer[];
    let since: string;
    let pushed: { digest: string; id: string };

    beforeAll(async () => {
      const { lab, hosts, ok, running, inside } = cluster();
      const { address } = lab.registry;
      const old = await pushImage(address, 'moving', 'latest', sampleApp('one'));
      await ok('service', 'run', '--name', 'moving', '-t', '3', ...hasty, `${address}/moving:latest`);
      before = await running('moving');
      expect(await Promise.all([1, 2, 3].map((index) => inside(`moving-${index}`, 'cat /app/version')))).toEqual(
        Array(3).fill('one'),
      );
      for (const host of hosts) await lab.docker(host, 'image', 'inspect', `${address}/moving@${old.digest}`);
      pushed = await pushImage(address, 'moving', 'latest', sampleApp('two'));
      expect(pushed.digest).not.toBe(old.digest);
      since = new Date().toISOString();
      await ok('service', 'redeploy', 'moving');
      after = await running('moving');
    });

    test('DC-02: every replica on every node runs what the registry has under the tag now, whatever was cached there', async () => {
      const { lab, hosts, inside } = cluster();
      const { digest } = await manifestOf('moving', 'latest');
      expect(digest).toBe(pushed.digest);
      expect(before.map(({ Image }) => Image)).not.toContain(pushed.id);
      expect(after.map(({ host }) => host)).toEqual(hosts);
      expect(after.map(({ Image }) => Image)).toEqual(hosts.map(() => pushed.id));
      for (const [at, { host, Image }] of after.entries()) {
        const digests = await lab.docker(host, 'image', 'inspect', '-f', '{{join .RepoDigests " "}}', Image);
        expect(digests).toBe(`${lab.registry.address}/moving@${digest}`);
        expect(await inside(`moving-${at + 1}`, 'wget -qO- http://127.0.0.1/')).toBe('two');
      }
    });

    test('DC-04: after success no container of before is on any engine, running or not', async () => {
      const { lab, hosts, containers } = cluster();
      // An old container goes when its last log line is acknowledged; the deployment does not wait for that.
      await vi.waitFor(
        async () => {
          const all = await Promise.all(hosts.map((host) => lab.docker(host, 'ps', '-aq', '--no-trunc')));
          const old = idsOf(before);
          expect(all.flatMap((ids) => ids.split('\n')).filter((id) => old.includes(id))).toEqual([]);
        },
        { timeout: 15_000, interval: 250 },
      );
      expect(idsOf(await containers('moving'))).toEqual(idsOf(after));
    });

    /** What each slot's engine did, with words for who it was done to. */
    const actsOfSlots = async (from: string, old: EngineContainer[], fresh: EngineContainer[]) => {
      const acts = await actsSince(from);
      const told = fresh.map(({ host, Id }, index) => {
        const names = new Map([
          [Id, 'new'],
          [old[index]!.Id, 'old'],
          [`${cluster().lab.registry.address}/moving@${pushed.digest}`, 'image'],
        ]);
        return acts.filter((act) => act.host === host).map(({ id, action }) => `${action} ${names.get(id) ?? id}`);
      });
      return { acts, told };
    };

    test('CRD-06, CRD-07: start-first, by auto: on each engine pull, create, start, stop, remove, in this order, and nothing more', async () => {
      const { acts, told } = await actsOfSlots(since, before, after);
      const wanted = ['pull image', 'create new', 'start new', 'kill old', 'die old', 'stop old', 'destroy old'];
      expect(told).toEqual([wanted, wanted, wanted]);
      // Nothing ends before every target has its image and its new container.
      const timesOf = (...actions: EngineAct['action'][]) =>
        acts.filter(({ action }) => actions.includes(action)).map(({ at }) => at);
      expect(Math.max(...timesOf('pull', 'create'))).toBeLessThan(Math.min(...timesOf('kill', 'stop', 'die')));
    });

    test('CRD-06, CRD-07: stop-first: create, stop, start, remove', async () => {
      const { ok, running } = cluster();
      const from = new Date().toISOString();
      await ok('service', 'redeploy', '--order', 'stop-first', 'moving');
      const fresh = await running('moving');
      const wanted = ['create new', 'kill old', 'die old', 'stop old', 'start new', 'destroy old'];
      await vi.waitFor(
        async () => expect((await actsOfSlots(from, after, fresh)).told).toEqual([wanted, wanted, wanted]),
        { timeout: 15_000, interval: 250 },
      );
    });
  });

  test('CRD-07: an image that cannot be had, from the registry or on a node, leaves the old containers untouched', async () => {
    const { lab, ok, restow, running, image } = cluster();
    const { address } = lab.registry;
    await ok('service', 'run', '--name', 'kept', '-t', '2', ...hasty, image('app:v1'));
    const before = await running('kept');
    const since = new Date().toISOString();

    await ok('service', 'update', '--image', `${address}/app:nowhere`, 'kept');
    const unknown = await restow('service', 'redeploy', 'kept');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('app:nowhere');

    // The tag stands, and so does its manifest; a layer is gone, so that only a node's pull can find out.
    const holed = sampleApp('holed', { layers: [[{ path: 'hole', content: 'lost\n' }]] });
    await pushImage(address, 'holed', 'v1', holed);
    const [, hole] = (await manifestOf('holed', 'v1')).layers;
    const lost = await fetch(`http://${address}/v2/holed/blobs/${hole}`, { method: 'DELETE' });
    expect(lost.status).toBe(202);
    await ok('service', 'update', '--image', `${address}/holed:v1`, 'kept');
    const holedPull = await restow('service', 'redeploy', 'kept');
    expect(holedPull.code).toBe(1);
    expect(holedPull.stderr).toMatch(/nothing that runs was touched/);

    expect(await actsSince(since)).toEqual([]);
    expect(idsOf(await running('kept'))).toEqual(idsOf(before));
    // It was the image: with one that can be had, the same redeploy goes through.
    await ok('service', 'update', '--image', image('app:v2'), 'kept');
    await ok('service', 'redeploy', 'kept');
    expect((await running('kept')).map(({ Id }) => Id)).not.toEqual(idsOf(before));
  });

  describe('and its definition', () => {
    beforeAll(async () => {
      const { ok, image } = cluster();
      await ok('service', 'run', '--name', 'edited', '-t', '3', '-e', 'EDIT=0', ...hasty, image('app:v1'));
    });
    const editsOf = async () => (await cluster().running('edited')).map((container) => envOf(container).EDIT);

    test('DC-05: two edits and one redeploy give the second edit', async () => {
      const { ok } = cluster();
      await ok('service', 'update', '-e', 'EDIT=1', 'edited');
      await ok('service', 'update', '-e', 'EDIT=2', 'edited');
      expect(await editsOf()).toEqual(['0', '0', '0']);
      await ok('service', 'redeploy', 'edited');
      expect(await editsOf()).toEqual(['2', '2', '2']);
    });

    test('DC-05: an edit during the rollout waits for the next one: no mix, one revision on all', async () => {
      const { ok, json, running } = cluster();
      await ok('service', 'update', '-e', 'EDIT=3', '--batch', '1', '--min-running', '700ms', 'edited');
      const before = idsOf(await running('edited'));
      const since = new Date().toISOString();
      const rollout = ok('service', 'redeploy', 'edited');
      await vi.waitFor(async () => expect(before).not.toContain((await running('edited'))[0]!.Id), {
        timeout: 30_000,
        interval: 50,
      });
      await ok('service', 'update', '-e', 'EDIT=4', '--batch', 'all', '--min-running', '200ms', 'edited');
      const editedAt = Date.now();
      await rollout;
      const starts = (await actsSince(since)).filter(({ action }) => action === 'start').map(({ at }) => at / 1e6);
      expect(starts).toHaveLength(3);
      expect(Math.max(...starts)).toBeGreaterThan(editedAt);

      const after = await running('edited');
      expect(new Set(after.map(revisionOf)).size).toBe(1);
      expect(await editsOf()).toEqual(['3', '3', '3']);
      expect((await json<{ synchronized: boolean }[]>('service', 'inspect', 'edited'))[0]!.synchronized).toBe(false);
      await ok('service', 'redeploy', 'edited');
      expect(await editsOf()).toEqual(['4', '4', '4']);
    });
  });

  test('TU-01, TU-02, TU-03, TU-04: recreate ends every old container before any new one starts, and brings image and definition as they are now', async () => {
    const { lab, ok, running } = cluster();
    const { address } = lab.registry;
    await pushImage(address, 'again', 'latest', sampleApp('one'));
    const reference = `${address}/again:latest`;
    await ok('service', 'run', '--name', 'again', '-t', '3', '-e', 'EDIT=0', ...hasty, reference);
    const before = await running('again');
    const pushed = await pushImage(address, 'again', 'latest', sampleApp('two'));
    await ok('service', 'update', '-e', 'EDIT=1', 'again');
    await ok('service', 'update', '-e', 'EDIT=2', 'again');

    const edges = async (order: string): Promise<{ lastDie: number; firstStart: number }> => {
      // One takes a second and more to end, or parallel swaps would look the same as recreate.
      const [, , slow] = await running('again');
      const ask = 'while wget -qO- "http://127.0.0.1/slow?ms=1500"; do :; done';
      const line = `for at in 1 2 3; do (${ask}) & usleep 500000; done; wait`;
      await lab.docker(slow!.host, 'exec', '-d', slow!.Id, 'sh', '-c', line);
      const since = new Date().toISOString();
      await ok('service', 'redeploy', '--order', order, 'again');
      const acts = await actsSince(since);
      const timesOf = (action: EngineAct['action']) => acts.filter((act) => act.action === action).map(({ at }) => at);
      expect([timesOf('die').length, timesOf('start').length]).toEqual([3, 3]);
      return { lastDie: Math.max(...timesOf('die')), firstStart: Math.min(...timesOf('start')) };
    };
    const recreated = await edges('recreate');
    expect(recreated.lastDie).toBeLessThan(recreated.firstStart);
    const after = await running('again');
    expect(after.map(slotIndex)).toEqual([1, 2, 3]);
    expect(idsOf(after).filter((id) => idsOf(before).includes(id))).toEqual([]);
    expect(after.map(({ Image }) => Image)).toEqual(Array(3).fill(pushed.id));
    expect(after.map((container) => envOf(container).EDIT)).toEqual(['2', '2', '2']);
    // Another order is told from it by the same events.
    const oneByOne = await edges('stop-first');
    expect(oneByOne.lastDie).toBeGreaterThan(oneByOne.firstStart);
  });

  test('DC-04: a node that was rebooted meanwhile wakes its old container, and is rid of it without a word from anybody', async () => {
    const { lab, ok, running, containers } = cluster();
    await ok('service', 'run', '--name', 'woken', '-t', '2', ...hasty, cluster().image('app:v1'));
    const before = await running('woken');
    const [stays, old] = before as [EngineContainer, EngineContainer];
    expect(old.host).not.toBe(stays.host);
    await lab.stopAgent(old.host);
    await lab.powerOff(old.host);
    await ok('service', 'redeploy', 'woken');
    const bootedAt = new Date().toISOString();
    await lab.powerOn(old.host);
    await vi.waitFor(
      async () => {
        const acts = (await actsSince(bootedAt)).filter(({ id }) => id === old.Id).map(({ action }) => action);
        expect(acts).toEqual(['start', 'kill', 'die', 'stop', 'destroy']);
      },
      { timeout: 20_000, interval: 250 },
    );
    const after = await containers('woken');
    expect(after.map(slotIndex).sort()).toEqual([1, 2]);
    expect(after.map(({ host }) => host)).not.toContain(old.host);
    expect(idsOf(after).filter((id) => idsOf(before).includes(id))).toEqual([]);
  });
});
