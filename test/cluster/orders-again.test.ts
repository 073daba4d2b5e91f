import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { labPlace } from '@restow/lab/lab-place';
import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { describeCluster } from '../lab/cluster.ts';
import { kernelOf } from '../lab/node-truth.ts';
import { allAttached, lastOf } from '../lab/sent-twice.ts';

/** Starts nowhere but where nothing says so: the second slot's volume does. */
const picky = 'if [ -e /data/broken ]; then exit 1; fi; exec /app/main';

describeCluster('every order of a deployment that has ended, sent again', (cluster) => {
  beforeAll(async () => {
    const { lab } = cluster();
    await pushImage(lab.registry.address, 'picky', 'v1', sampleApp('v2', { cmd: ['/bin/sh', '-c', picky] }));
  });
  afterEach(() => cluster().clear());

  /** All containers of all engines as they are, and what every kernel holds for them. */
  const everything = async () => {
    const { lab, hosts } = cluster();
    const read = async (host: string) => {
      const ids = await lab.docker(host, 'ps', '-aq', '--no-trunc');
      const inspected = await lab.docker(host, 'inspect', ...ids.split('\n').toSorted());
      return { host, containers: JSON.parse(inspected), kernel: await kernelOf(cluster(), host) };
    };
    return Promise.all(hosts.map(read));
  };

  /**
   * As if the coordinator had been killed when the deployment was there, and every agent with it, before the outcome of
   * any order of the handover, or of the way back, was heard of. On the way back an `open` is left out: what comes after
   * it ends what it begins, and it is asked again only where nothing came after it.
   */
  const goesOnFrom = async (state: string, number: number): Promise<void> => {
    const { lab, hosts } = cluster();
    await lab.stopCoordinator('SIGKILL');
    // Agents keep outcomes for a while; one that was restarted has to find out anew.
    for (const host of hosts) await lab.stopAgent(host, 'SIGKILL');
    const store = new DatabaseSync(join(labPlace(lab.dir).coordinatorDir, 'restow.db'));
    store.prepare('update deployments set state = ?, ended_at = null where number = ?').run(state, number);
    const [phase, except] = state === 'undoing' ? ['undo', 'open'] : ['handover', 'go-back'];
    const begun = "update deployment_steps set state = 'running' where state = 'done' and phase = ? and name <> ?";
    store.prepare(begun).run(phase, except);
    store.close();
    await lab.startCoordinator();
    for (const host of hosts) await lab.startAgent(host);
    await allAttached(cluster());
  };

  test.each<[string, string[], string, string, string[]]>([
    [
      'start-first, from the first to the last',
      ['--order', 'start-first'],
      'succeeded',
      'preparing',
      ['pull-image', 'prepare', 'open', 'take', 'announce-endpoint', 'flip', 'settle', 'drain', 'close'],
    ],
    [
      'stop-first, from the first to the last',
      ['--order', 'stop-first'],
      'succeeded',
      'preparing',
      ['pull-image', 'prepare', 'drain', 'announce-endpoint', 'take', 'flip', 'settle'],
    ],
    [
      'start-first, while what was replaced is kept',
      ['--order', 'start-first', '--on-failure', 'pause'],
      'paused',
      'rolling',
      ['open', 'take', 'announce-endpoint', 'flip', 'settle', 'drain', 'close'],
    ],
    [
      'stop-first, while what was replaced is kept',
      ['--order', 'stop-first', '--on-failure', 'pause'],
      'paused',
      'rolling',
      ['drain', 'announce-endpoint', 'take', 'flip', 'settle'],
    ],
    ['start-first, on the way back', ['--order', 'start-first'], 'undone', 'undoing', ['put-aside', 'revive']],
    ['stop-first, on the way back', ['--order', 'stop-first'], 'undone', 'undoing', ['put-aside', 'revive']],
  ])('CRD-05: %s: engines and kernels are as after the first time', async (_what, flags, state, from, orders) => {
    const { ok, restow, inside, events, image, json } = cluster();
    const how = ['-t', '3', '-p', '80', '-v', '/data:shared', '--health-http', '80/', '--watch', '0s', ...flags];
    await ok('service', 'run', '--name', 'web', ...how, image('app:v1'));
    if (state !== 'succeeded') await inside('web-2', 'touch /data/broken');
    await ok('service', 'update', '--image', image('picky:v1'), 'web');
    await restow('service', 'redeploy', 'web');
    const told = await lastOf(cluster(), 'web');
    expect(told).toMatchObject({ state });
    const containers = async () => (await cluster().containers('web')).length;
    const count = state === 'succeeded' ? 3 : 6;
    await expect.poll(containers, { timeout: 15_000 }).toBe(count);

    const before = await everything();
    const since = new Date().toISOString();
    await goesOnFrom(from, told.number);
    await expect
      .poll(async () => (await lastOf(cluster(), 'web')).state, { timeout: 30_000, interval: 200 })
      .toBe(state);

    expect(await everything()).toEqual(before);
    const looks = /^(exec_|health_status)/;
    const touched = (await events(since)).filter(({ Action }) => !looks.test(Action));
    expect(touched.map(({ Type, Action }) => `${Type} ${Action}`)).toEqual([]);
    // They were sent: each step is on record as begun again.
    const [again] = await json<[{ steps: { name: string; startedAt: number }[] }]>(
      'deployment',
      'inspect',
      String(told.number),
    );
    const sent = again.steps.filter(({ startedAt }) => startedAt >= Date.parse(since)).map(({ name }) => name);
    expect(sent).toEqual(expect.arrayContaining(orders));
  });
});
