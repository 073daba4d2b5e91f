import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { allAnswered, answersTo, kernelOf, placeOf } from '../lab/node-truth.ts';

const quick = ['--min-running', '200ms', '--watch', '0s'];

describeCluster('nodes whose agents were killed', (cluster) => {
  let slots: EngineContainer[];
  let kernels: Record<string, unknown>[];

  const places = async () => (await cluster().running('web')).map(placeOf);
  const readKernels = () => Promise.all(cluster().hosts.map((host) => kernelOf(cluster(), host)));
  const allAnswer = () =>
    vi.waitFor(async () => expect(await answersTo(cluster(), slots, 8080)).toEqual(allAnswered('v2')), {
      ...{ timeout: 20_000, interval: 250 },
    });
  const startsOf = async () => (await cluster().running('web')).map(({ State }) => State.StartedAt);

  beforeAll(async () => {
    const { lab, hosts, ok, image, running } = cluster();
    await ok('service', 'run', '--name', 'web', '-t', '3', '-p', '8080:80', ...quick, image('app:v1'));
    await ok('service', 'update', '--image', image('app:v2'), 'web');
    // Each was made beside the one before it.
    await ok('service', 'redeploy', '--order', 'start-first', 'web');
    slots = await running('web');
    kernels = await readKernels();
    for (const host of hosts) await lab.stopAgent(host, 'SIGKILL');
  });
  afterAll(async () => {
    const { lab, hosts } = cluster();
    for (const host of hosts) {
      await lab.stopAgent(host);
      await lab.startAgent(host);
    }
  });

  test('PRT-01: published ports and addresses answer, from every host, at its own address and at 127.0.0.1', async () => {
    expect(slots.map(({ host }) => host)).toEqual(['n1', 'n2', 'n3']);
    await allAnswer();
    // The control: a port nobody published.
    const { ask, addressOf } = cluster();
    expect(await ask('n1', `http://${addressOf('n2')}:8081/`)).toBeNull();
  });

  test('CRD-08: a container that is restarted, by hand or after a crash, keeps address, MAC and ports', async () => {
    const { lab } = cluster();
    const [before, starts] = [await places(), await startsOf()];
    const [first, second] = slots as [EngineContainer, EngineContainer];
    await lab.docker('n1', 'restart', '-t', '1', first.Id);
    await lab.exec('n2', ['kill', '-9', String(second.State.Pid)]);
    await vi.waitFor(async () => expect(await startsOf()).not.toContain(starts[1]), 10_000);
    await allAnswer();
    expect(await places()).toEqual(before);
    const now = await startsOf();
    expect(now.map((start, at) => start === starts[at])).toEqual([false, false, true]);
  });

  test('CRD-08: an engine that is restarted, politely or after a kill -9, brings them back with address, MAC and ports', async () => {
    const { lab } = cluster();
    const [before, starts] = [await places(), await startsOf()];
    await lab.engineRestart('n2');
    await lab.engineKill('n3');
    await lab.engineStart('n3');
    await allAnswer();
    expect(await places()).toEqual(before);
    expect((await startsOf()).map((start, at) => start === starts[at])).toEqual([true, false, false]);
  });

  test('CRD-08: an engine with live-restore that is killed or restarted does not stop them, and knows them again', async () => {
    const { lab } = cluster();
    const live = { 'live-restore': true };
    await lab.engineStop('n1');
    await lab.engineStart('n1', live);
    await allAnswer();
    const [before, starts] = [await places(), await startsOf()];
    for (const end of [lab.engineKill, lab.engineStop]) {
      await end('n1');
      // Nobody can be sent into its containers now; they answer everybody else.
      const { slots: bySlots, hosts: byHosts } = await answersTo(cluster(), slots, 8080);
      expect([bySlots.slice(1), byHosts]).toEqual([allAnswered('v2').slots.slice(1), allAnswered('v2').hosts]);
      await lab.engineStart('n1', live);
      await allAnswer();
    }
    expect([await places(), await startsOf()]).toEqual([before, starts]);
    // And one that the kernel ends while that engine looks on.
    const [first] = slots as [EngineContainer];
    const [{ State }] = JSON.parse(await lab.docker('n1', 'inspect', first.Id)) as [EngineContainer];
    await lab.exec('n1', ['kill', '-9', String(State.Pid)]);
    await vi.waitFor(async () => expect(await startsOf()).not.toContain(starts[0]), 10_000);
    await allAnswer();
    expect(await places()).toEqual(before);
    await lab.engineRestart('n1');
    await allAnswer();
    expect(await places()).toEqual(before);
  });

  test('CRD-05: agents that come back change nothing', async () => {
    const { lab, hosts, events, json } = cluster();
    const [before, starts] = [await places(), await startsOf()];
    const since = new Date().toISOString();
    for (const host of hosts) await lab.startAgent(host);
    const told = await json<{ name: string; unreachableSince: number | null }[]>('node', 'ls');
    expect(told.map(({ unreachableSince }) => unreachableSince)).toEqual([null, null, null]);
    await allAnswer();
    expect([await places(), await startsOf()]).toEqual([before, starts]);
    expect(await readKernels()).toEqual(kernels);
    const done = (await events(since)).map(({ Type, Action }) => `${Type} ${Action}`);
    expect(done.filter((what) => !what.startsWith('container exec_'))).toEqual([]);
  });
});
