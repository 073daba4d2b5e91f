import { afterEach, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { makeWhole } from '../lab/make-whole.ts';

describeCluster('a node whose engine does not answer, though its agent does', (cluster) => {
  afterEach(() => makeWhole(cluster().lab));

  const onOverlay = ({ NetworkSettings: { Networks } }: EngineContainer) =>
    Object.values(Networks).flatMap(({ IPAddress }) => (IPAddress.startsWith('10.7.') ? IPAddress : []));

  test('is left by a redeploy, and rid of what it had as soon as its engine is back, without a new session', async () => {
    const { lab, image, ok, restow, running, containers } = cluster();
    await ok('service', 'run', '--name', 'web', '--min-running', '200ms', '--watch', '0s', image('app:v1'));
    const [old] = await running('web');
    await lab.engineKill(old!.host);
    expect(await ok('plan', 'web')).toContain(
      `The old instance of web-1 cannot be stopped while ${old!.host} does not answer.`,
    );
    expect(await restow('service', 'redeploy', '--image', image('app:v2'), 'web')).toMatchObject({ code: 0 });

    await lab.engineStart(old!.host);
    // It starts what it had with the policy always: for a moment there are two.
    await vi.waitFor(async () => expect(await containers('web')).toHaveLength(1), { timeout: 30_000, interval: 500 });
    const [now] = await running('web');
    expect(now!.host).not.toBe(old!.host);
    expect(now!.Image).not.toBe(old!.Image);
    expect(onOverlay(now!)).toEqual(onOverlay(old!));
  });
});
