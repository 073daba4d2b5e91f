import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer, slotIndex } from '../lab/cluster.ts';
import { makeWhole } from '../lab/make-whole.ts';

const hasty = ['--min-running', '200ms', '--watch', '0s'];
/** One slot on each host. */
const everywhere = ['-t', '3', '--deployment-strategy', 'HIGH_AVAILABILITY', '--batch', 'all', '--gate', 'off'];

/**
 * Ends with the code it finds in a file of the memory, which the next start finds empty; asked to end, with 7, so that an
 * end the engine asked for looks like a failure.
 */
const untilTold = [
  'sh',
  '-c',
  `trap 'exit 7' TERM; echo ready; while [ ! -f /dev/shm/end ]; do usleep 20000 & wait $!; done; exit $(cat /dev/shm/end)`,
];

/** The same; but the four runs after the first end at once, with 1. */
const failingFourTimes = [
  'sh',
  '-c',
  `n=$(cat /run/n || echo 0); echo $((n + 1)) >/run/n; if [ $n -ge 1 ] && [ $n -le 4 ]; then exit 1; fi; ${untilTold[2]}`,
];

describeCluster('restart policies', (cluster) => {
  const run = (name: string, policies: string[], words: string[], ...flags: string[]) =>
    cluster().ok(
      'service',
      'run',
      '--name',
      name,
      ...policies,
      ...hasty,
      ...flags,
      cluster().image('app:v1'),
      '--',
      ...words,
    );
  const asked = (autorestart: string, autodestroy = 'OFF') => [
    ...['--autorestart', autorestart, '--autodestroy', autodestroy],
  ];
  const one = async (service: string, slot: number): Promise<EngineContainer | undefined> =>
    (await cluster().containers(service)).find((each) => slotIndex(each) === slot);
  /** It ends by itself, with this code. */
  const tell = (slot: string, code: number) =>
    cluster().inside(slot, `echo ${code} >/dev/shm/end.new; mv /dev/shm/end.new /dev/shm/end`);
  const eventually = (check: () => Promise<void>, timeout = 15_000) => vi.waitFor(check, { timeout, interval: 100 });
  const stateOf = async (service: string) =>
    (await cluster().json<{ name: string; state: string }[]>('service', 'ls')).find(({ name }) => name === service)
      ?.state;

  describe('ends', () => {
    /** Each pair that may be had, what is left of a slot that ended with 0 and of one that ended with 1. */
    const pairs = [
      { name: 'oo', policies: asked('OFF'), left: ['stopped 0', 'stopped 1'], state: 'Stopped' },
      { name: 'os', policies: asked('OFF', 'ON_SUCCESS'), left: ['gone', 'stopped 1'], state: 'Stopped' },
      {
        name: 'oa',
        policies: asked('OFF', 'ALWAYS'),
        flags: ['-v', '/data'],
        left: ['gone', 'gone'],
        state: 'Stopped',
      },
      { name: 'fo', policies: asked('ON_FAILURE'), left: ['stopped 0', 'running'], state: 'Partly running' },
      { name: 'fs', policies: asked('ON_FAILURE', 'ON_SUCCESS'), left: ['gone', 'running'], state: 'Partly running' },
      { name: 'fa', policies: asked('ON_FAILURE', 'ALWAYS'), left: ['gone', 'running'], state: 'Partly running' },
      { name: 'always', policies: [], left: ['running', 'running'], state: 'Running' },
    ];
    const looping = { 'loop-failure': asked('ON_FAILURE'), 'loop-always': asked('ALWAYS') };
    const before = new Map<string, EngineContainer[]>();
    let begun: string;
    let loops: EngineContainer[];

    /** Starts and ends of one container, as its engine tells them. Milliseconds of the host's clock. */
    const livesOf = async ({ Id }: EngineContainer, since = begun) =>
      (await cluster().events(since))
        .filter(
          ({ Type, Action, Actor }) => Type === 'container' && Actor.ID === Id && ['start', 'die'].includes(Action),
        )
        .map(({ Action, timeNano }) => ({ action: Action, at: timeNano / 1e6 }));
    /** Between each end and the start after it. */
    const gapsIn = (lives: Awaited<ReturnType<typeof livesOf>>): number[] =>
      lives.flatMap(({ action, at }, index) => (action === 'start' && index > 0 ? [at - lives[index - 1]!.at] : []));

    beforeAll(async () => {
      begun = new Date().toISOString();
      await Promise.all([
        ...pairs.map(({ name, policies, flags = [] }) => run(name, policies, untilTold, '-t', '2', ...flags)),
        ...Object.entries(looping).map(([name, policies]) => run(name, policies, failingFourTimes)),
      ]);
      for (const { name } of pairs) before.set(name, await cluster().running(name));
      loops = (await Promise.all(Object.keys(looping).map((name) => one(name, 1)))).map((found) => found!);
      await Promise.all(Object.keys(looping).map((name) => tell(`${name}-1`, 1)));
    });
    afterAll(async () => {
      await Promise.all(
        [...pairs.map(({ name }) => name), ...Object.keys(looping)].map((name) =>
          cluster().restow('service', 'rm', name),
        ),
      );
    });

    const leftOf = async (service: string, slot: number): Promise<string> => {
      const found = await one(service, slot);
      if (!found) return 'gone';
      const old = before.get(service)!.find((each) => slotIndex(each) === slot)!;
      expect(found.Id).toBe(old.Id);
      if (found.State.Running) return found.State.StartedAt === old.State.StartedAt ? 'running on' : 'running';
      return `stopped ${found.State.ExitCode}`;
    };

    test('RES-02: the pauses grow, made by the engine or by the agent', async () => {
      for (const loop of loops) {
        await eventually(async () => expect(await livesOf(loop)).toHaveLength(11));
        const gaps = gapsIn(await livesOf(loop));
        for (const [index, gap] of gaps.entries()) expect(gap).toBeGreaterThan(95 * 2 ** index);
        expect(gaps[4]).toBeGreaterThan(gaps[0]!);
      }
    });

    describe('once one slot has ended with 0 and one with 1', () => {
      beforeAll(async () => {
        await Promise.all(pairs.flatMap(({ name }) => [tell(`${name}-1`, 0), tell(`${name}-2`, 1)]));
      });

      test.each(pairs)(
        'RES-01, RES-05, RES-06: with $policies they are $left, and the service $state',
        async ({ name, left, state }) => {
          await eventually(async () => expect([await leftOf(name, 1), await leftOf(name, 2)]).toEqual(left));
          await eventually(async () => expect(await stateOf(name)).toBe(state));
          const shown = await cluster().json<{ name: string; state: string; exitCode: number | null }[]>(
            'service',
            'ps',
            name,
          );
          expect(shown.map((slot) => (slot.state === 'stopped' ? `stopped ${slot.exitCode}` : slot.state))).toEqual(
            left,
          );
        },
      );

      test('RES-01: what ran again is the same container, with the address it had', async () => {
        for (const service of ['always', 'fo']) {
          const [old, now] = [before.get(service)![1]!, (await one(service, 2))!];
          expect([now.Id, addressOf(now)]).toEqual([old.Id, addressOf(old)]);
        }
      });

      test('RES-05: the last line of one that was removed is in the logs, and a redeploy makes it anew, with its volume', async () => {
        const { ok, running } = cluster();
        expect(await ok('service', 'logs', 'oa', '--tail', '50')).toContain('ready');
        const volumes = () => before.get('oa')!.map(({ Mounts }) => Mounts[0]!.Name);
        for (const { host, Mounts } of before.get('oa')!)
          await cluster().lab.docker(host, 'volume', 'inspect', Mounts[0]!.Name);
        await ok('service', 'redeploy', 'oa');
        const made = await running('oa');
        expect(made.map(({ Mounts }) => Mounts[0]!.Name)).toEqual(volumes());
        expect(await stateOf('oa')).toBe('Running');
      });
    });

    test('RES-02: and are short again after a run of 10 s', async () => {
      const runsSince = async ({ host, Id }: EngineContainer) =>
        Date.parse(await cluster().lab.docker(host, 'inspect', '-f', '{{.State.StartedAt}}', Id));
      await eventually(async () => {
        for (const loop of loops) expect(Date.now() - (await runsSince(loop))).toBeGreaterThan(10_000);
      });
      const told = new Date().toISOString();
      await Promise.all(Object.keys(looping).map((name) => tell(`${name}-1`, 1)));
      for (const loop of loops) {
        await eventually(async () => expect(await livesOf(loop, told)).toHaveLength(2));
        // The sixth pause would be 3.2 s; how long the engine takes to start one is beside the point.
        expect(gapsIn(await livesOf(loop, told))[0]).toBeLessThan(3_000);
      }
    });
  });

  test('RES-01: a job that is done before it counts as healthy has succeeded; one that fails has not, and goes back', async () => {
    const { ok, restow, image, containers } = cluster();
    const job = (line: string) => ['--', 'sh', '-c', line];
    const flags = [...asked('OFF'), '--min-running', '2s', '--watch', '0s'];
    await ok(
      'service',
      'run',
      '--name',
      'job',
      ...flags,
      '-v',
      '/data',
      image('app:v1'),
      ...job('echo once >>/data/runs'),
    );
    expect(await stateOf('job')).toBe('Stopped');
    const [done] = await containers('job');
    expect(done).toMatchObject({ State: { Running: false, ExitCode: 0 } });
    await ok('service', 'update', 'job', '-r', `sh -c 'exit 4'`);
    const { code, stdout, stderr } = await restow('service', 'redeploy', 'job');
    expect(code, stdout + stderr).toBe(3);
    expect(stdout + stderr).toContain('exit code 4');
    // Back at what was: it has done its work, and does not do it a second time.
    expect((await containers('job')).find(({ Id }) => Id === done!.Id)?.State).toEqual(done!.State);
    const volume = await cluster().lab.docker(
      done!.host,
      'volume',
      'inspect',
      '-f',
      '{{.Mountpoint}}',
      done!.Mounts[0]!.Name,
    );
    expect((await cluster().lab.exec(done!.host, ['cat', `${volume}/runs`])).stdout).toBe('once\n');
    await ok('service', 'rm', 'job');
    // The negative control: with ALWAYS an end is an end too soon.
    const crash = await restow(
      'service',
      'run',
      '--name',
      'job-always',
      '--min-running',
      '2s',
      image('app:v1'),
      ...job('true'),
    );
    expect(crash.code).not.toBe(0);
    await restow('service', 'rm', 'job-always');
  });

  test('RES-05: a job that ends at once and is removed then has succeeded, each time it is deployed', async () => {
    const { ok, restow, image, containers } = cluster();
    const flags = [...asked('OFF', 'ALWAYS'), '--min-running', '2s', '--watch', '1s'];
    await ok('service', 'run', '--name', 'job-gone', ...flags, image('app:v1'), '--', 'echo', 'done');
    await eventually(async () => expect(await containers('job-gone')).toEqual([]));
    await ok('service', 'redeploy', 'job-gone');
    await eventually(async () => expect(await containers('job-gone')).toEqual([]));
    expect((await ok('service', 'logs', 'job-gone', '--tail', '10')).match(/done/g)).toHaveLength(2);
    // The negative control: removed or not, one that fails is a failure.
    await ok('service', 'update', 'job-gone', '-r', `sh -c 'exit 4'`);
    expect((await restow('service', 'redeploy', 'job-gone')).code).toBe(3);
    await ok('service', 'rm', 'job-gone');
  });

  test('RES-04: ALWAYS needs autodestroy OFF; otherwise it is refused by the field, and nothing is changed', async () => {
    const { ok, restow, image, json } = cluster();
    for (const autodestroy of ['ON_SUCCESS', 'ALWAYS']) {
      const { code, stderr } = await restow(
        'service',
        'create',
        '--name',
        'refused',
        ...asked('ALWAYS', autodestroy),
        image('app:v1'),
      );
      expect(code).not.toBe(0);
      expect(stderr).toContain('autodestroy: with autorestart ALWAYS');
    }
    await ok('service', 'create', '--name', 'offered', ...asked('ON_FAILURE', 'ALWAYS'), image('app:v1'));
    expect((await restow('service', 'update', 'offered', '--autorestart', 'ALWAYS')).stderr).toContain(
      'autodestroy: with',
    );
    const services = await json<{ name: string }[]>('service', 'ls');
    const names = services.map(({ name }) => name);
    expect([names.includes('refused'), names.includes('offered')]).toEqual([false, true]);
    await ok('service', 'rm', 'offered');
  });

  describe('after its engine or its machine was restarted', () => {
    const kept = { 'back-off': asked('OFF', 'ALWAYS'), 'back-failure': asked('ON_FAILURE', 'ALWAYS') };
    let always: EngineContainer[];
    afterAll(async () => {
      await makeWhole(cluster().lab);
      for (const name of ['back-always', ...Object.keys(kept)]) await cluster().restow('service', 'rm', name);
    });

    test('RES-03, NOD-06: only ALWAYS returns, with its address and port; the others stay stopped, and are shown so', async () => {
      const { lab, ok, image, running, containers, ask, inside, json } = cluster();
      await Promise.all([
        ok(
          'service',
          'run',
          '--name',
          'back-always',
          ...asked('ALWAYS'),
          '-p',
          '8088:80',
          ...everywhere,
          ...hasty,
          image('app:v1'),
        ),
        ...Object.entries(kept).map(([name, policies]) => run(name, policies, untilTold, ...everywhere)),
      ]);
      always = await running('back-always');
      expect(always.map(({ host }) => host).sort()).toEqual(['n1', 'n2', 'n3']);

      await Promise.all([
        lab.engineRestart('n1'),
        lab.engineKill('n2').then(() => lab.engineStart('n2')),
        lab.powerOff('n3').then(() => lab.powerOn('n3')),
      ]);
      await eventually(async () => {
        const now = await running('back-always');
        expect(now.map(({ Id }) => Id)).toEqual(always.map(({ Id }) => Id));
        for (const [index, { host, NetworkSettings, State }] of now.entries()) {
          const [old, { IPAddress, MacAddress }] = [always[index]!, NetworkSettings.Networks['restow-overlay']!];
          expect({ IPAddress, MacAddress }).toMatchObject(addressOf(old));
          expect(State.StartedAt).not.toBe(old.State.StartedAt);
          const neighbour = now[(index + 1) % 3]!;
          const askIt = `timeout 1 wget -q -O - http://${IPAddress}/`;
          expect(await inside(`back-always-${slotIndex(neighbour)}`, askIt)).toBe('v1');
          expect(await ask(neighbour.host, `http://${host}:8088/`)).toBe('v1');
        }
      }, 30_000);
      expect(await stateOf('back-always')).toBe('Running');
      for (const name of Object.keys(kept)) {
        await eventually(async () => {
          const shown = await json<{ state: string; exitCode: number | null }[]>('service', 'ps', name);
          expect(shown.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']);
          expect(shown.every(({ exitCode }) => exitCode !== null && exitCode !== 0)).toBe(true);
        });
        expect(await stateOf(name)).toBe('Stopped');
        expect((await containers(name)).map(({ State }) => State.Running)).toEqual([false, false, false]);
      }
    });

    test('RES-03: a redeploy starts them, and an end of their own counts again', async () => {
      const { ok } = cluster();
      await ok('service', 'redeploy', 'back-failure');
      const [old] = await cluster().running('back-failure');
      await tell('back-failure-1', 1);
      await eventually(async () => {
        const now = await one('back-failure', 1);
        expect(now).toMatchObject({ Id: old!.Id, State: { Running: true } });
        expect(now!.State.StartedAt).not.toBe(old!.State.StartedAt);
      });
    });

    test('RES-01: an agent that starts anew goes on with what failed while there was none', async () => {
      const [old] = await cluster().running('back-failure');
      const { lab } = cluster();
      await lab.stopAgent(old!.host, 'SIGKILL');
      await tell('back-failure-1', 1);
      await eventually(async () =>
        expect(await one('back-failure', 1)).toMatchObject({ State: { Running: false, ExitCode: 1 } }),
      );
      await lab.startAgent(old!.host);
      await eventually(async () =>
        expect(await one('back-failure', 1)).toMatchObject({ Id: old!.Id, State: { Running: true } }),
      );
    });
  });
});

const addressOf = ({ NetworkSettings }: EngineContainer) => {
  const { IPAddress, MacAddress } = NetworkSettings.Networks['restow-overlay']!;
  return { IPAddress, MacAddress };
};
