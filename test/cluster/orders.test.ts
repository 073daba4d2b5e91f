import { describe, expect, test, vi } from 'vitest';
import { describeCluster } from '../lab/cluster.ts';
import { allAttached, isNew, labelOf, lastOf, noOrphans, sentTwice, untilEvent } from '../lab/sent-twice.ts';

describeCluster('orders to agents', (cluster) => {
  const slots = ['web-1', 'web-2', 'web-3'];
  const answerOf = (slot: string) => cluster().inside(slot, 'timeout 2 wget -q -O - http://127.0.0.1/');
  const answers = () => Promise.all(slots.map(answerOf));

  describe('sent twice, since somebody was killed in between', () => {
    // An exclusive volume, so that the old one ends before the new one starts.
    const twice = sentTwice(
      cluster,
      ['-v', '/data'],
      [
        ['the coordinator, as the first container is made', (event) => isNew(event, 'create'), ['coordinator'], '111'],
        ['the coordinator, as the gate starts', (event) => isNew(event, 'start', 1), ['coordinator'], '.11'],
        ['the coordinator, as the rest starts', (event) => isNew(event, 'start', 2), ['coordinator'], '2..'],
        ['an agent, as it makes its container', (event) => isNew(event, 'create', 1), ['agent'], '111'],
        ['an agent, as the old instance stops', (event) => isNew(event, 'kill', 1), ['agent'], '.11'],
        ['an agent, as the new instance starts', (event) => isNew(event, 'start', 1), ['agent'], '.11'],
        ['both, as the new instance starts', (event) => isNew(event, 'start', 1), ['coordinator', 'agent'], '.11'],
      ],
    );

    test('CRD-05: killed: the coordinator, while a failed rollout goes back; it ends rolled back, nothing is left over', async () => {
      const { lab, ok, restow, running, containers, image } = cluster();
      await allAttached(cluster());
      const before = await running('web');
      await ok('service', 'update', '--image', image('crash:v1'), 'web');
      const since = new Date().toISOString();
      const told = restow('service', 'redeploy', 'web');
      await untilEvent(cluster(), since, (event) => isNew(event, 'die', 1) && event.Actor.ID !== before[0]!.Id);
      await lab.stopCoordinator('SIGKILL');
      await lab.startCoordinator();
      expect(await told).toMatchObject({ code: 3 });
      expect((await running('web')).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
      expect(await answers()).toEqual(Array(3).fill(twice.version()));
      // Those put aside are kept to be looked at, and go with the next deployment that succeeds.
      expect(await containers('web')).toHaveLength(6);
      await allAttached(cluster());
      await ok('service', 'update', '--image', image(`app:${twice.version()}`), 'web');
      await ok('service', 'redeploy', 'web');
      await noOrphans(cluster(), 'web', 3);
      await ok('service', 'rm', 'web');
    });
  });

  test('CRD-05, CRD-07: a redeploy to what crashes: exit code 3, its words on record, one slot touched, v1 answers everywhere', async () => {
    const { ok, restow, running, events, image } = cluster();
    await allAttached(cluster());
    const checked = ['--health-http', '80/', '--watch', '0s'];
    await ok('service', 'run', '--name', 'web', '-t', '3', ...checked, image('app:v1'));
    const before = await running('web');
    await ok('service', 'update', '--image', image('crash:v1'), 'web');

    const since = new Date().toISOString();
    const { code, stderr } = await restow('service', 'redeploy', 'web');
    expect(code).toBe(3);
    expect(stderr).toContain('crash: cannot reach the database, giving up');
    expect(await answers()).toEqual(['v1', 'v1', 'v1']);
    const { state, reason, steps } = await lastOf(cluster(), 'web');
    expect(state).toBe('undone');
    expect(reason).toContain('crash: cannot reach the database, giving up');
    expect(steps.find(({ name, state }) => name === 'take' && state === 'failed')).toMatchObject({ slotName: 'web-1' });
    expect(await ok('deployment', 'inspect', String((await lastOf(cluster(), 'web')).number))).toContain(
      'cannot reach the database',
    );

    const after = await running('web');
    expect(after.map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
    // Start-first, as here by itself, leaves even the old instance of the gate as it was.
    expect(after.map(({ State }) => State.StartedAt)).toEqual(before.map(({ State }) => State.StartedAt));
    const happened = (await events(since)).filter(({ Type }) => Type === 'container');
    const touched = happened.filter(({ Action }) => ['start', 'kill', 'stop', 'die', 'restart'].includes(Action));
    expect(touched.map((event) => labelOf(event, 'slot-index')).filter((index) => index !== '1')).toEqual([]);
    // The control: the first slot was.
    expect(touched.map(({ Action }) => Action)).toEqual(expect.arrayContaining(['start', 'die']));
    await ok('service', 'rm', 'web');
  });

  test('TU-08: a port that a foreign program holds is refused in the plan, with its pid and its name', async () => {
    const { lab, ok, restow, containers, ask, image, addressOf } = cluster();
    await ok('tag', 'add', '-t', 'edge', 'n1');
    const start = 'busybox nc -ll -p 8088 -e true >/dev/null 2>&1 & echo $!';
    const pid = (await lab.exec('n1', ['sh', '-c', start])).stdout.trim();
    await ok(
      'service',
      'create',
      '--name',
      'edge',
      '--tag',
      'edge',
      '-p',
      '8088:80',
      '--health-http',
      '80/',
      '--watch',
      '0s',
      image('app:v1'),
    );
    await vi.waitFor(async () => {
      const plan = await restow('plan', 'edge');
      expect(plan).toMatchObject({ code: 4 });
      expect(plan.stdout).toContain(`port 8088 of n1 is held by pid ${pid} (busybox)`);
    }, 5_000);
    const { code, stderr } = await restow('service', 'start', 'edge');
    expect(code).toBe(4);
    expect(stderr).toContain(`port 8088 of n1 is held by pid ${pid} (busybox)`);
    expect(await containers('edge')).toEqual([]);

    await lab.exec('n1', ['sh', '-c', `kill ${pid}`]);
    await ok('service', 'start', 'edge');
    expect(await ask('n3', `http://${addressOf('n1')}:8088/`)).toBe('v1');
    await ok('service', 'rm', 'edge');
  });
});
