import type { DefinitionField } from '@restow/shared/domain/service';
import type { ServiceView } from '@restow/shared/domain/view';
import type { RestowClient } from '@restow/shared/rpc/restow-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { engineActs } from '../lab/engine-acts.ts';
import { clientOf } from '../lab/lab-client.ts';

const quick = ['--min-running', '200ms', '--watch', '0s'];
const note = '(*) does not run as it is defined now; `restow service redeploy` brings the newest definition.\n';

/** Containers that are the same ones as before, never stopped in between. */
const lives = (containers: readonly EngineContainer[]): string[] =>
  containers.map(({ host, Id, State }) => `${host} ${Id} ${State.StartedAt}`);

describeCluster('whether what runs is what is defined', (cluster) => {
  let client: RestowClient;
  beforeAll(() => {
    client = clientOf(cluster().lab);
  });
  afterAll(() => client?.close());

  /** Slots marked in `service ps`, the service in `service ls`, and whether the lists explain their mark. */
  const marks = async (): Promise<{ service: boolean; slots: string[] }> => {
    const { restow } = cluster();
    const [ls, ps] = [await restow('service', 'ls'), await restow('service', 'ps', 'web')];
    const slots = [...ps.stdout.matchAll(/^(web-\d+) .* \(\*\) /gm)].map(([, name]) => name!);
    const service = /^web +.*\(\*\)/m.test(ls.stdout);
    expect([ls.stderr, ps.stderr]).toEqual([service ? note : '', slots.length > 0 ? note : '']);
    return { service, slots };
  };
  /** What `service inspect` says a redeploy would change, a line each. */
  const toRedeploy = async (): Promise<string[]> => {
    const text = await cluster().ok('service', 'inspect', 'web');
    const [, lines = ''] = /\n\nto redeploy\n((?: {2}.*\n)+)/.exec(text) ?? [];
    return lines.split('\n').flatMap((line) => line.trim() || []);
  };
  /** As a program is told of it, the same by the command line and by the API. */
  const told = async (): Promise<ServiceView> => {
    const [view] = await cluster().json<[ServiceView]>('service', 'inspect', 'web');
    expect(await client.getService('web')).toEqual(view);
    return view;
  };
  const pendingOf = (view: ServiceView): DefinitionField[][] => view.slots.map(({ pending }) => pending);
  const asDefined = async (slots: number): Promise<void> => {
    expect(await marks()).toEqual({ service: false, slots: [] });
    expect(await toRedeploy()).toEqual([]);
    const view = await told();
    // How a redeploy is done is no part of it.
    const { update: _, ...definition } = view.definition;
    expect(view).toMatchObject({ synchronized: true, pending: [], running: definition });
    expect(view.slots.map(({ synchronized }) => synchronized)).toEqual(Array(slots).fill(true));
    expect(pendingOf(view)).toEqual(Array(slots).fill([]));
  };
  const untouched = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    const { events, running } = cluster();
    const before = lives(await running('web'));
    const since = new Date().toISOString();
    const value = await act();
    expect(engineActs(await events(since))).toEqual([]);
    expect(lives(await running('web'))).toEqual(before);
    return value;
  };

  describe('DC-03: an edit of several fields', () => {
    beforeAll(async () => {
      const { ok, image } = cluster();
      await ok('service', 'run', '--name', 'web', '-t', '2', '-e', 'MODE=old', ...quick, image('app:v1'));
    });
    afterAll(() => cluster().clear());
    const edit = () => [
      ...['--image', cluster().image('app:v2'), '-e', 'MODE=new', '-e', 'SECRET=hunter2', '--memory', '64M'],
      ...['--label', 'team=blue', '-p', '8080:80', '--stop-grace', '3s', '-t', '3'],
    ];
    const ofSlot: DefinitionField[] = ['env', 'image', 'labels', 'memoryBytes', 'ports', 'stopGraceMs'];

    test('touches nothing that runs, marks service, slots and instances, and shows each old value with the new one', async () => {
      const { ok, image, running } = cluster();
      const before = await running('web');
      await asDefined(2);
      await untouched(async () => {
        await ok('service', 'update', ...edit(), 'web');
        expect(await marks()).toEqual({ service: true, slots: ['web-1', 'web-2'] });
        const lines = await toRedeploy();
        expect(lines.toSorted()).toEqual(
          [
            `image: ${image('app:v1')} -> ${image('app:v2')}`,
            'containers: 2 -> 3',
            'ports: - -> 8080->80/tcp',
            'environment: MODE changed, SECRET added',
            'labels: - -> team=blue',
            'memory: no limit -> 64 MiB',
            "stop: the image's own signal, then 10s -> the image's own signal, then 3s",
          ].toSorted(),
        );
        expect(lines.join()).not.toContain('hunter2');

        const view = await told();
        expect(view).toMatchObject({
          synchronized: false,
          running: { image: image('app:v1'), count: 2, env: { MODE: 'old' }, memoryBytes: null, ports: [] },
          definition: { image: image('app:v2'), count: 3, env: { MODE: 'new', SECRET: 'hunter2' } },
        });
        expect(view.pending.toSorted()).toEqual([...ofSlot, 'count'].toSorted());
        // How many there are is no slot's own.
        expect(pendingOf(view).map((fields) => fields.toSorted())).toEqual([ofSlot, ofSlot]);
        expect(view.slots.map(({ containerId, synchronized }) => [containerId, synchronized])).toEqual(
          before.map(({ Id }) => [Id, false]),
        );
        // How a redeploy is done is nothing that runs.
        await ok('service', 'update', '--batch', '1', 'web');
        expect((await told()).pending.toSorted()).toEqual([...ofSlot, 'count'].toSorted());
      });
    });

    test('is taken back, a part at a time, without a redeploy', async () => {
      const { ok, image } = cluster();
      await untouched(async () => {
        const back = ['--image', image('app:v1'), '--memory', '0', '--label', '', '-p', '', '--stop-grace', '10s'];
        await ok('service', 'update', ...back, '-e', 'MODE=old', 'web');
        expect(await toRedeploy()).toEqual(['containers: 2 -> 3']);
        // One container too few is the service's business, and each of those there is as it should be.
        expect(await marks()).toEqual({ service: true, slots: [] });
        expect(await told()).toMatchObject({
          synchronized: false,
          pending: ['count'],
          slots: [{ synchronized: true }, {}],
        });
        await ok('service', 'update', '-t', '2', 'web');
        await asDefined(2);
      });
    });

    test('is brought by a redeploy; one that is rolled back brings nothing, and takes no mark away', async () => {
      const { ok, restow, image, running, ask } = cluster();
      await ok('service', 'update', ...edit(), '--image', image('crash:v1'), 'web');
      expect((await restow('service', 'redeploy', 'web')).code).toBe(3);
      expect(await marks()).toEqual({ service: true, slots: ['web-1', 'web-2'] });
      expect((await told()).pending).toContain('image');
      expect((await running('web')).map(({ Config }) => Config.Env.includes('MODE=old'))).toEqual([true, true]);

      await ok('service', 'update', ...edit(), 'web');
      await ok('service', 'redeploy', 'web');
      await asDefined(3);
      const now = await running('web');
      expect(now.map(({ Config, HostConfig }) => [Config.Labels.team, HostConfig.Memory])).toEqual(
        Array(3).fill(['blue', 64 * 2 ** 20]),
      );
      expect(now.every(({ Config }) => Config.Env.includes('SECRET=hunter2'))).toBe(true);
      expect(await ask('n1', `http://${now[0]!.host}:8080/`)).toBe('v2');
    });
  });

  test('what never ran is not marked, edited or not', async () => {
    const { ok, image } = cluster();
    await ok('service', 'create', '--name', 'web', image('app:v1'));
    await ok('service', 'update', '-e', 'A=1', 'web');
    expect(await marks()).toEqual({ service: false, slots: [] });
    expect(await told()).toMatchObject({ synchronized: true, pending: [], running: null, slots: [] });
    await ok('service', 'rm', 'web');
  });

  describe('a rollout that is paused, slots of two revisions', () => {
    const picky = 'if [ -e /data/broken ]; then exit 1; fi; exec /app/main';
    const wordsOf = (containers: readonly EngineContainer[]) =>
      containers.map(({ Config }) => Config.Cmd?.at(-1) ?? '');

    beforeAll(async () => {
      const { ok, restow, inside, running, image } = cluster();
      const how = ['--on-failure', 'pause', '--batch', '1', '--health-http', '80/', '-v', '/data:shared'];
      await ok('service', 'run', '--name', 'web', '-t', '3', ...how, ...quick, image('app:v1'));
      await inside('web-2', 'touch /data/broken');
      await ok('service', 'update', '-r', `sh -c "${picky}"`, 'web');
      expect((await restow('service', 'redeploy', 'web')).stderr).toContain('is paused');
      expect(wordsOf(await running('web'))).toEqual([picky, '/app/main', '/app/main']);
    });

    test('marks the service and just the slots that run the old one; with the edit taken back the others', async () => {
      const { ok, running } = cluster();
      await untouched(async () => {
        expect(await marks()).toEqual({ service: true, slots: ['web-2', 'web-3'] });
        expect(await toRedeploy()).toEqual(['command: not in every slot as it is defined']);
        const view = await told();
        expect(view).toMatchObject({ synchronized: false, pending: ['command'], revisionNumber: 2 });
        expect(
          view.slots.map(({ revisionNumber, synchronized, pending }) => [revisionNumber, synchronized, pending]),
        ).toEqual([
          [2, true, []],
          [1, false, ['command']],
          [1, false, ['command']],
        ]);
        await ok('service', 'update', '-r', '', 'web');
        expect(await marks()).toEqual({ service: true, slots: ['web-1'] });
        expect(await toRedeploy()).toEqual([`command: sh -c '${picky}' -> the image's own`]);
        expect((await told()).slots.map(({ pending }) => pending)).toEqual([['command'], [], []]);
      });
      // Back where the definition is by now: nothing is left to be done.
      const { deploymentNumber } = await told();
      await ok('deployment', 'rollback', String(deploymentNumber));
      expect(wordsOf(await running('web'))).toEqual(['/app/main', '/app/main', '/app/main']);
      await asDefined(3);
    });
  });
});
