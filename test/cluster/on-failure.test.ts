import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';

/** What of a deployment these tests look at. */
interface Told {
  number: number;
  state: string;
  reason: string;
  steps: { name: string; slotName: string | null; detail: string }[];
}

/** Ends at once where its slot's volume says so: one slot fails, and the others do not. */
const pickyCommand =
  'if [ -e /data/broken ]; then echo "picky: /data/broken is in the way" >&2; exit 1; fi; exec /app/main';

const idsOf = (containers: readonly EngineContainer[]): string[] => containers.map(({ Id }) => Id);

describeCluster('when a swap fails', (cluster) => {
  const slots = ['web-1', 'web-2', 'web-3'];
  const answers = () =>
    Promise.all(slots.map((slot) => cluster().inside(slot, 'timeout 2 wget -qO- http://127.0.0.1/')));
  const lastOf = async (service: string): Promise<Told> => {
    const [{ number } = { number: 0 }] = await cluster().json<Told[]>('deployment', 'ls', service);
    return (await cluster().json<[Told]>('deployment', 'inspect', String(number)))[0];
  };
  const left = (count: number) =>
    vi.waitFor(async () => expect(await cluster().containers('web')).toHaveLength(count), {
      timeout: 15_000,
      interval: 200,
    });

  beforeAll(async () => {
    const { lab } = cluster();
    await pushImage(lab.registry.address, 'picky', 'v2', sampleApp('v2', { cmd: ['/bin/sh', '-c', pickyCommand] }));
  });
  afterEach(() => cluster().clear());

  /** Three slots run v1; the second one will not run what comes next. */
  const threeOfWhichOneFails = async (onFailure: string, ...flags: string[]): Promise<EngineContainer[]> => {
    const { ok, inside, running, image } = cluster();
    const how = ['--on-failure', onFailure, '--batch', '1', '--health-http', '80/', '--watch', '0s', ...flags];
    await ok('service', 'run', '--name', 'web', '-t', '3', '-v', '/data:shared', ...how, image('app:v1'));
    await inside('web-2', 'touch /data/broken');
    await ok('service', 'update', '--image', image('picky:v2'), 'web');
    return running('web');
  };
  const mend = () => cluster().inside('web-2', 'rm /data/broken');

  test('pause: the failed slot is back, the rest was not begun; a word later it goes on where it stood', async () => {
    const { lab, ok, restow, running } = cluster();
    const before = await threeOfWhichOneFails('pause');
    const paused = await restow('service', 'redeploy', 'web');
    expect(paused.code).toBe(1);
    expect(paused.stderr).toContain('is paused');
    expect(paused.stderr).toContain('picky: /data/broken is in the way');
    expect(await answers()).toEqual(['v2', 'v1', 'v1']);
    const now = await running('web');
    // Not only the same version: the same containers, never stopped.
    expect(now.slice(1).map(({ Id, State }) => [Id, State.StartedAt])).toEqual(
      before.slice(1).map(({ Id, State }) => [Id, State.StartedAt]),
    );
    expect(now.map(({ HostConfig }) => HostConfig.RestartPolicy.Name)).toEqual(['always', 'always', 'always']);
    const told = await lastOf('web');
    expect(told).toMatchObject({ state: 'paused' });
    expect(told.reason).toContain('1 of 3 slots failed, 1 runs revision 2, 1 was not begun.');

    // It waits, whoever coordinates.
    await lab.stopCoordinator('SIGKILL');
    await lab.startCoordinator();
    expect(await lastOf('web')).toMatchObject({ number: told.number, state: 'paused' });
    expect(await answers()).toEqual(['v2', 'v1', 'v1']);
    await vi.waitFor(
      async () => {
        const nodes = await cluster().json<{ unreachableSince: number | null }[]>('node', 'ls');
        expect(nodes.map(({ unreachableSince }) => unreachableSince)).toEqual([null, null, null]);
      },
      { timeout: 20_000, interval: 200 },
    );

    await mend();
    expect(await restow('deployment', 'resume', String(told.number))).toMatchObject({ code: 0 });
    expect(await answers()).toEqual(['v2', 'v2', 'v2']);
    expect(await lastOf('web')).toMatchObject({ number: told.number, state: 'succeeded' });
    expect((await running('web'))[0]!.Id).toBe(now[0]!.Id);
    await left(3);
    // There is nothing to take up any more.
    const again = await restow('deployment', 'rollback', String(told.number));
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is not paused')]);
    await ok('service', 'rm', 'web');
  });

  test.each(['start-first', 'stop-first'])(
    'pause, %s: a word later it goes back: every slot is in the container it was in',
    async (order) => {
      const { restow, running } = cluster();
      const before = await threeOfWhichOneFails('pause', '--order', order);
      expect(await restow('service', 'redeploy', 'web')).toMatchObject({ code: 1 });
      const { number } = await lastOf('web');
      expect(await answers()).toEqual(['v2', 'v1', 'v1']);
      // To be rolled back is what was asked for.
      expect(await restow('deployment', 'rollback', String(number))).toMatchObject({ code: 0 });
      expect(await lastOf('web')).toMatchObject({ number, state: 'undone' });
      expect(await answers()).toEqual(['v1', 'v1', 'v1']);
      expect(idsOf(await running('web'))).toEqual(idsOf(before));
      const overlay = (containers: EngineContainer[]) =>
        containers.map(({ NetworkSettings }) => NetworkSettings.Networks['restow-overlay']!.IPAddress);
      expect(overlay(await running('web'))).toEqual(overlay(before));
    },
  );

  test('pause: what is asked for next takes its place, and nothing of it is left', async () => {
    const { ok, restow } = cluster();
    await threeOfWhichOneFails('pause');
    expect(await restow('service', 'redeploy', 'web')).toMatchObject({ code: 1 });
    const { number } = await lastOf('web');
    await mend();
    await ok('service', 'redeploy', '--no-queue', 'web');
    expect(await answers()).toEqual(['v2', 'v2', 'v2']);
    const [paused] = await cluster().json<[Told]>('deployment', 'inspect', String(number));
    expect(paused).toMatchObject({ state: 'superseded' });
    await left(3);
  });

  test('continue: the rest is swapped all the same; it has failed, exit code 1, and says which slot stayed and why', async () => {
    const { restow, running } = cluster();
    const before = await threeOfWhichOneFails('continue');
    const { code, stderr } = await restow('service', 'redeploy', 'web');
    expect(code).toBe(1);
    expect(stderr).toContain('1 of 3 slots failed, 2 run revision 2.');
    expect(stderr).toMatch(/web-2 is back on its old instance: .*\n.*picky: \/data\/broken is in the way/);
    expect(await answers()).toEqual(['v2', 'v1', 'v2']);
    expect((await running('web'))[1]).toMatchObject({
      Id: before[1]!.Id,
      State: { StartedAt: before[1]!.State.StartedAt },
    });
    const { state, steps } = await lastOf('web');
    expect(state).toBe('failed');
    // What was replaced is gone and so is what failed; its last words are not.
    await left(3);
    const aside = steps.find(({ name }) => name === 'put-aside');
    expect(aside).toMatchObject({ slotName: 'web-2', detail: expect.stringContaining('picky: /data/broken') });
  });
});
