import { pushImage } from '@restow/lab/push-image';
import { sampleApp } from '@restow/lab/sample-app';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { answeredBy, type ClientLoop, longestGap, startClientLoop } from '../lab/client-loop.ts';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { engineActs } from '../lab/engine-acts.ts';
import { placeOf } from '../lab/node-truth.ts';

/** What of a plan these tests look at. */
interface Planned {
  order: { asked: string; chosen: string; because: string };
  predictedOutage: { seconds: number };
}

const hasty = ['--min-running', '200ms', '--watch', '0s'];
/** How long the application takes to listen: what a client is spared by start-first. Milliseconds. */
const bootMs = 800;
const patient = ['-e', `BOOT_MS=${bootMs}`, '--health-http', '80/', '--watch', '0s'];

const overlayOf = ({ NetworkSettings }: EngineContainer) => NetworkSettings.Networks['restow-overlay'];
/** What the container itself calls its host, and answers with. */
const shortId = ({ Id }: EngineContainer): string => Id.slice(0, 12);
const idsOf = (containers: readonly EngineContainer[]): string[] => containers.map(({ Id }) => Id);

describeCluster('start-first', (cluster) => {
  const clients: ClientLoop[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.stop();
  });
  const planOf = async (...words: string[]) => (await cluster().json<[{ plan: Planned }]>('plan', ...words))[0].plan;

  describe('of a service that keeps nothing', () => {
    const port = 'http://n1:8080/';
    const address = 'http://10.7.0.1/';

    beforeAll(async () => {
      const { ok, image, running } = cluster();
      await ok('service', 'run', '--name', 'web', '-p', '8080:80', ...patient, image('app:v1'));
      await ok('service', 'run', '--name', 'client', ...hasty, image('app:v1'));
      const [[web], [client]] = await Promise.all([running('web'), running('client')]);
      expect([web!.host, overlayOf(web!)!.IPAddress, client!.host]).toEqual(['n1', '10.7.0.1', 'n2']);
    });

    /** Asks at those targets while `act` is done: at the port from another host, at the address from a container. */
    const askWhile = async (targets: string[], act: () => Promise<unknown>) => {
      const { lab, running } = cluster();
      const [client] = await running('client');
      const [before] = await running('web');
      const loops = targets.map((target) =>
        startClientLoop(lab, target === port ? 'n3' : client!, [target], { timeoutMs: 200 }),
      );
      clients.push(...loops);
      const asked = () => loops.map((loop, at) => loop.of(targets[at]!));
      const areAnsweredBy = (container: EngineContainer | undefined) =>
        vi.waitFor(() => expect(asked().map((all) => all.at(-1)?.by)).toEqual(targets.map(() => shortId(container!))), {
          timeout: 10_000,
          interval: 50,
        });
      await areAnsweredBy(before);
      await act();
      const [after] = await running('web');
      await areAnsweredBy(after);
      for (const loop of clients.splice(0)) await loop.stop();
      // The old one, and then the new one: nobody else, and never again the old one.
      for (const all of asked()) {
        const by = answeredBy(all).filter((who) => who !== null);
        expect(by.filter((who, at) => who !== by[at - 1])).toEqual([shortId(before!), shortId(after!)]);
      }
      const gaps = asked().map(longestGap);
      console.info(`longest time without an answer at ${targets.join(' and ')}: ${gaps.join(' and ')} ms`);
      return { before: before!, after: after!, gaps };
    };
    const holdsTheAddress = (before: EngineContainer, after: EngineContainer) => {
      const { IPAddress, MacAddress } = overlayOf(before)!;
      expect(overlayOf(after)).toMatchObject({ IPAddress, MacAddress });
      expect(after.HostConfig.RestartPolicy.Name).toBe('always');
    };

    test('K3, K4: auto is start-first: the new instance runs before the old one ends, at the same address and port', async () => {
      const { ok, events, containers } = cluster();
      expect(await planOf('web')).toMatchObject({
        order: { asked: 'auto', chosen: 'start-first', because: expect.stringContaining('nothing forbids') },
        predictedOutage: { seconds: 0 },
      });
      const since = new Date().toISOString();
      const { before, after, gaps } = await askWhile([port, address], () => ok('service', 'redeploy', 'web'));
      expect(after.host).toBe(before.host);
      holdsTheAddress(before, after);
      expect(Math.max(...gaps)).toBeLessThan(bootMs);

      await vi.waitFor(async () => expect(await containers('web')).toHaveLength(1), 10_000);
      const acts = engineActs(await events(since)).filter(({ name }) => name.startsWith('restow-web'));
      expect(acts.map(({ action, id }) => `${action} ${id === after.Id ? 'new' : 'old'}`)).toEqual([
        ...['create new', 'start new', 'kill old', 'die old', 'stop old', 'destroy old'],
      ]);
    });

    test('the control: stop-first keeps clients waiting until the application has booted, and says so before', async () => {
      const { ok } = cluster();
      const planned = await planOf('--order', 'stop-first', 'web');
      expect(planned.order).toMatchObject({ chosen: 'stop-first' });
      expect(planned.predictedOutage.seconds).toBeGreaterThan(bootMs / 1000);
      const redeploy = () => ok('service', 'redeploy', '--order', 'stop-first', 'web');
      const { gaps } = await askWhile([port, address], redeploy);
      expect(Math.min(...gaps)).toBeGreaterThan(bootMs);
    });

    test('K4: on its way to another node the address goes along, and a client there does not wait for the application to boot', async () => {
      const { ok } = cluster();
      await ok('node', 'cordon', 'n1');
      const { before, after, gaps } = await askWhile([address], () => ok('service', 'redeploy', 'web'));
      await ok('node', 'uncordon', 'n1');
      expect([before.host, after.host]).toEqual(['n1', 'n3']);
      holdsTheAddress(before, after);
      expect(Math.max(...gaps)).toBeLessThan(bootMs);
    });

    test('a new instance that ends at once is put aside, and the old one ran on and has all it had', async () => {
      const { ok, restow, running, events, image } = cluster();
      const [before] = await running('web');
      await ok('service', 'update', '--image', image('crash:v1'), 'web');
      const since = new Date().toISOString();
      const { code, stderr } = await restow('service', 'redeploy', 'web');
      expect(code).toBe(3);
      expect(stderr).toContain('crash: cannot reach the database, giving up');
      const [after] = await running('web');
      expect([placeOf(after!), after!.State]).toEqual([placeOf(before!), before!.State]);
      const acts = engineActs(await events(since)).filter(({ name }) => name.startsWith('restow-web'));
      expect(acts.filter(({ id }) => id === before!.Id)).toEqual([]);
      // The control: another one was begun.
      expect(acts.map(({ action }) => action)).toEqual(expect.arrayContaining(['create', 'start', 'die']));
      await ok('service', 'update', '--image', image('app:v2'), 'web');
      await ok('service', 'redeploy', 'web');
      expect(await cluster().inside('web-1', 'wget -qO- http://127.0.0.1/')).toBe('v2');
    });
  });

  describe('forbidden', () => {
    test.each<[string, string[], string]>([
      ['an exclusive volume', ['-v', '/data'], 'volume /data is exclusive'],
      ['an exclusive path of the node', ['-v', '/srv/kept:/data'], 'host path /srv/kept is exclusive'],
      ['host networking', ['--net', 'host', '-e', 'PORT=8123'], 'with host networking'],
      ['a MAC of its own', ['--mac-address', '02:99:00:00:00:01'], 'two instances cannot both have the MAC'],
    ])(
      'K3: by %s: auto is stop-first, saying why and for how long; by name it is refused, and nothing is touched',
      async (_what, flags, why) => {
        const { ok, restow, running, events, image } = cluster();
        await ok('service', 'run', '--name', 'kept', ...flags, ...hasty, image('app:v1'));
        const { order, predictedOutage } = await planOf('kept');
        expect(order).toMatchObject({ asked: 'auto', chosen: 'stop-first' });
        expect(order.because).toContain(why);
        expect(order.because).toContain(`not to answer for ${predictedOutage.seconds} s`);
        expect(predictedOutage.seconds).toBeGreaterThan(0.1);
        const before = await running('kept');
        const since = new Date().toISOString();
        const { code, stderr } = await restow('service', 'redeploy', '--order', 'start-first', 'kept');
        expect(code).toBe(1);
        expect(stderr).toContain('start-first, which this deployment asks for, cannot be had');
        expect(stderr).toContain(why);
        expect(await running('kept')).toEqual(before);
        expect(engineActs(await events(since)).filter(({ name }) => name.startsWith('restow-kept'))).toEqual([]);

        await ok('service', 'redeploy', 'kept');
        const after = await running('kept');
        expect(idsOf(after)).not.toEqual(idsOf(before));
        const acts = engineActs(await events(since)).filter(({ name }) => name.startsWith('restow-kept'));
        const timeOf = (action: string) => acts.find((act) => act.action === action)!.at;
        expect(timeOf('die')).toBeLessThan(timeOf('start'));
        await ok('service', 'rm', 'kept');
      },
    );

    test("K3: by a volume that the image itself asks for, since two of them would write to one slot's data", async () => {
      const { lab, ok, image } = cluster();
      await pushImage(lab.registry.address, 'keeps', 'v1', sampleApp('keeps', { volumes: ['/data'] }));
      await ok('service', 'run', '--name', 'kept', ...hasty, image('keeps:v1'));
      const { order } = await planOf('kept');
      expect(order).toMatchObject({ chosen: 'stop-first' });
      expect(order.because).toContain("the image's volume /data is exclusive");
      await ok('service', 'rm', 'kept');
    });
  });
});
