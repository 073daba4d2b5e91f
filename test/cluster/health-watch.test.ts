import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import { beforeAll, expect, test, vi } from 'vitest';
import { describeCluster } from '../lab/cluster.ts';

/** Two failures, half a second apart, make a slot unhealthy. */
const checked = [
  ...['--health-http', '80/', '--health-interval', '500ms', '--health-timeout', '300ms', '--health-retries', '2'],
];
const quick = ['--min-running', '200ms', '--watch', '0s'];

/** What the failures take, and what news and a busy machine add to it. */
const soon = { timeout: 6_000, interval: 200 };

describeCluster('the health of what runs', (cluster) => {
  /** Health of each slot as the command line tells it. */
  const told = async (): Promise<string[]> => {
    const [service] = await cluster().json<{ slots: { health: string }[] }[]>('service', 'inspect', 'web');
    return service!.slots.map(({ health }) => health);
  };
  /** Nobody accepts connections any more, and everything runs on: what the engine sees is a running container. */
  const hang = (slot: string) => cluster().inside(slot, 'kill -STOP $(pidof nc)');
  const goOn = (slot: string) => cluster().inside(slot, 'kill -CONT $(pidof nc)');
  const becomes = (...healths: string[]) => vi.waitFor(async () => expect(await told()).toEqual(healths), soon);

  beforeAll(async () => {
    const { lab, ok, image } = cluster();
    const hanging = ['/bin/sh', '-c', '/app/main & sleep 1; kill -STOP $(pidof nc); wait'];
    await pushImage(lab.registry.address, 'hangs', 'v2', sampleApp('v2', { cmd: hanging }));
    await ok('service', 'run', '--name', 'web', '-t', '2', ...checked, ...quick, image('app:v1'));
  });

  test('DFA-01: one that hangs is unhealthy though it runs, the others are not; when it answers again it is healthy', async () => {
    expect(await told()).toEqual(['healthy', 'healthy']);
    const before = await cluster().running('web');
    await hang('web-2');
    await becomes('healthy', 'unhealthy');
    expect((await cluster().running('web')).map(({ State }) => State.StartedAt)).toEqual(
      before.map(({ State }) => State.StartedAt),
    );
    await goOn('web-2');
    await becomes('healthy', 'healthy');
  });

  test('CRD-05: an agent that was killed goes on looking when it is back', async () => {
    const { lab, running } = cluster();
    const { host } = (await running('web'))[0]!;
    await lab.stopAgent(host, 'SIGKILL');
    await hang('web-1');
    await lab.startAgent(host);
    await becomes('unhealthy', 'healthy');
    await goOn('web-1');
    await becomes('healthy', 'healthy');
  });

  test('CRD-05, DFA-01: a redeploy to what is healthy at first and hangs then is undone while it is watched', async () => {
    const { ok, restow, image, running, json } = cluster();
    const before = await running('web');
    await ok('service', 'update', '--image', image('hangs:v2'), '--watch', '8s', 'web');
    expect(await restow('service', 'redeploy', 'web')).toMatchObject({ code: 3 });
    const [last] = await json<{ reason: string }[]>('deployment', 'ls', 'web');
    expect(last!.reason).toMatch(/became unhealthy/);
    expect((await running('web')).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
    await becomes('healthy', 'healthy');
  });
});
