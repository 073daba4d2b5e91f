import type { EngineEvent } from '@restow/lab/engines';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { describeCluster, slotIndex } from '../lab/cluster.ts';

/** What of a deployment these tests look at. */
interface Told {
  id: string;
  number: number;
  serviceName: string;
  state: string;
  reason: string;
  plan: { swaps: { slotIndex: number; instanceId: string; placement: { nodeName: string } }[] } | null;
  steps: { name: string; slotName: string | null; state: string; detail: string }[];
}

type HostEvent = EngineEvent & { host: string };

/** Label of an event's container. */
const labelOf = ({ Actor }: EngineEvent, name: string): string => Actor.Attributes[`io.restow.${name}`] ?? '';

describeCluster('orders to agents', (cluster) => {
  const slots = ['web-1', 'web-2', 'web-3'];
  const answerOf = (slot: string) => cluster().inside(slot, 'timeout 2 wget -q -O - http://127.0.0.1/');
  const answers = () => Promise.all(slots.map(answerOf));
  const lastOf = async (service: string): Promise<Told> => {
    const { json } = cluster();
    const all = await json<Told[]>('deployment', 'ls');
    const number = Math.max(...all.filter(({ serviceName }) => serviceName === service).map((one) => one.number));
    return (await json<[Told]>('deployment', 'inspect', String(number)))[0];
  };
  const allAttached = () =>
    vi.waitFor(
      async () => {
        const nodes = await cluster().json<{ unreachableSince: number | null }[]>('node', 'ls');
        expect(nodes.map(({ unreachableSince }) => unreachableSince)).toEqual([null, null, null]);
      },
      { timeout: 20_000, interval: 200 },
    );
  /** Resolves as soon as an engine tells of such an event. */
  const untilEvent = (since: string, wanted: (event: HostEvent) => boolean) =>
    vi.waitFor(async () => expect((await cluster().events(since)).some(wanted)).toBe(true), {
      timeout: 30_000,
      interval: 20,
    });
  /** Containers of the service that answer for nothing: of no slot, or a second one of a slot. */
  const noOrphans = (service: string, count: number) =>
    vi.waitFor(async () => expect(await cluster().containers(service)).toHaveLength(count), {
      timeout: 30_000,
      interval: 200,
    });
  /** What the engines made and started for a deployment, `create INSTANCE`, sorted. */
  const doneFor = (events: HostEvent[], deploymentId: string) =>
    events
      .filter((event) => event.Type === 'container' && labelOf(event, 'deployment') === deploymentId)
      .filter(({ Action }) => Action === 'create' || Action === 'start')
      .map((event) => `${event.Action} ${labelOf(event, 'instance')}`)
      .sort();

  describe('sent twice, since somebody was killed in between', () => {
    let version = 'v1';

    beforeAll(async () => {
      const { ok, image } = cluster();
      // Slow enough to stop and to start for something to happen meanwhile.
      const slow = ['-e', 'STOP_MS=500', '-e', 'BOOT_MS=700', '--health-http', '80/', '--watch', '0s'];
      await ok('service', 'run', '--name', 'web', '-t', '3', '-v', '/data', ...slow, image('app:v1'));
      expect(await answers()).toEqual(['v1', 'v1', 'v1']);
    });

    const isNew = (event: HostEvent, action: string, index?: number): boolean =>
      event.Action === action &&
      labelOf(event, 'service-name') === 'web' &&
      (index === undefined || labelOf(event, 'slot-index') === String(index));

    test.each<[string, (event: HostEvent) => boolean, ('coordinator' | 'agent')[], string]>([
      ['the coordinator, as the first container is made', (event) => isNew(event, 'create'), ['coordinator'], '111'],
      ['the coordinator, as the gate starts', (event) => isNew(event, 'start', 1), ['coordinator'], '.11'],
      ['the coordinator, as the rest starts', (event) => isNew(event, 'start', 2), ['coordinator'], '2..'],
      ['an agent, as it makes its container', (event) => isNew(event, 'create', 1), ['agent'], '111'],
      ['an agent, as the old instance stops', (event) => isNew(event, 'kill', 1), ['agent'], '.11'],
      ['an agent, as the new instance starts', (event) => isNew(event, 'start', 1), ['agent'], '.11'],
      ['both, as the new instance starts', (event) => isNew(event, 'start', 1), ['coordinator', 'agent'], '.11'],
    ])('CRD-05: killed: %s; the rollout ends as planned, everything done once', async (_, moment, who, then) => {
      const { lab, ok, restow, running, events, image } = cluster();
      await allAttached();
      const before = await running('web');
      const host = before[0]!.host;
      const old = version;
      version = old === 'v1' ? 'v2' : 'v1';
      await ok('service', 'update', '--image', image(`app:${version}`), 'web');

      const since = new Date().toISOString();
      const told = restow('service', 'redeploy', 'web');
      await untilEvent(since, moment);
      if (who.includes('coordinator')) await lab.stopCoordinator('SIGKILL');
      if (who.includes('agent')) await lab.stopAgent(host, 'SIGKILL');
      // It was in the middle: slots that still have their old container, as the case says.
      const still = new Set((await running('web')).map(({ Id }) => Id));
      const picture = before.map(({ Id }) => (still.has(Id) ? '1' : '2')).join('');
      expect(picture).toMatch(new RegExp(`^${then}$`));
      for (const [at, { Id }] of before.entries())
        if (at > 0 && still.has(Id)) expect(await answerOf(slots[at]!)).toBe(old);
      if (who.includes('coordinator')) await lab.startCoordinator();
      if (who.includes('agent')) await lab.startAgent(host);

      // The command that began it found the coordinator again, and tells the end.
      expect(await told).toMatchObject({ code: 0 });
      const { id, state, plan } = await lastOf('web');
      expect(state).toBe('succeeded');
      const planned = plan!.swaps.map((swap) => [swap.slotIndex, swap.placement.nodeName, swap.instanceId]);
      const now = await running('web');
      expect(now.map((container) => [slotIndex(container), container.host, instanceOf(container)])).toEqual(planned);
      expect(await answers()).toEqual([version, version, version]);
      await noOrphans('web', 3);

      const happened = await events(since);
      const instances = plan!.swaps.map(({ instanceId }) => instanceId);
      expect(doneFor(happened, id)).toEqual(
        ['create', 'start'].flatMap((action) => instances.map((instance) => `${action} ${instance}`)).sort(),
      );
      // And each old one ended once and was not woken.
      for (const { Id } of before) {
        const its = happened.filter(({ Actor }) => Actor.ID === Id).map(({ Action }) => Action);
        expect(its.filter((action) => action === 'die' || action === 'start')).toEqual(['die']);
      }
    });

    test('CRD-05: killed: the coordinator, while a failed rollout goes back; it ends rolled back, nothing is left over', async () => {
      const { lab, ok, restow, running, containers, image } = cluster();
      await allAttached();
      const before = await running('web');
      await ok('service', 'update', '--image', image('crash:v1'), 'web');
      const since = new Date().toISOString();
      const told = restow('service', 'redeploy', 'web');
      await untilEvent(since, (event) => isNew(event, 'die', 1) && event.Actor.ID !== before[0]!.Id);
      await lab.stopCoordinator('SIGKILL');
      await lab.startCoordinator();
      expect(await told).toMatchObject({ code: 3 });
      expect((await running('web')).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
      expect(await answers()).toEqual([version, version, version]);
      // Those put aside are kept to be looked at, and go with the next deployment that succeeds.
      expect(await containers('web')).toHaveLength(6);
      await allAttached();
      await ok('service', 'update', '--image', image(`app:${version}`), 'web');
      await ok('service', 'redeploy', 'web');
      await noOrphans('web', 3);
      await ok('service', 'rm', 'web');
    });
  });

  test('CRD-05, CRD-07: a redeploy to what crashes: exit code 3, its words on record, one slot touched, v1 answers everywhere', async () => {
    const { ok, restow, running, events, image } = cluster();
    await allAttached();
    const checked = ['--health-http', '80/', '--watch', '0s'];
    await ok('service', 'run', '--name', 'web', '-t', '3', ...checked, image('app:v1'));
    const before = await running('web');
    await ok('service', 'update', '--image', image('crash:v1'), 'web');

    const since = new Date().toISOString();
    const { code, stderr } = await restow('service', 'redeploy', 'web');
    expect(code).toBe(3);
    expect(stderr).toContain('crash: cannot reach the database, giving up');
    expect(await answers()).toEqual(['v1', 'v1', 'v1']);
    const { state, reason, steps } = await lastOf('web');
    expect(state).toBe('undone');
    expect(reason).toContain('crash: cannot reach the database, giving up');
    expect(steps.find(({ name, state }) => name === 'take' && state === 'failed')).toMatchObject({ slotName: 'web-1' });
    expect(await ok('deployment', 'inspect', String((await lastOf('web')).number))).toContain(
      'cannot reach the database',
    );

    const after = await running('web');
    expect(after.map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
    expect(after.map(({ State }) => State.StartedAt).slice(1)).toEqual(
      before.map(({ State }) => State.StartedAt).slice(1),
    );
    const happened = (await events(since)).filter(({ Type }) => Type === 'container');
    const touched = happened.filter(({ Action }) => ['start', 'kill', 'stop', 'die', 'restart'].includes(Action));
    expect(touched.map((event) => labelOf(event, 'slot-index')).filter((index) => index !== '1')).toEqual([]);
    // The control: the first slot was.
    expect(touched.map(({ Action }) => Action)).toEqual(expect.arrayContaining(['start', 'kill', 'die']));
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

const instanceOf = ({ Config }: { Config: { Labels: Record<string, string> } }): string =>
  Config.Labels['io.restow.instance'] ?? '';
