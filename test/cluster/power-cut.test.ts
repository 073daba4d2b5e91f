import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeCluster, type EngineContainer } from '../lab/cluster.ts';
import { makeWhole } from '../lab/make-whole.ts';
import { allAnswered, answersTo, kernelOf, placeOf } from '../lab/node-truth.ts';

const quick = ['--min-running', '200ms', '--watch', '0s'];
const soon = { timeout: 20_000, interval: 250 };

describeCluster('a host whose power is cut, and nobody to ask what ran there', (cluster) => {
  let slots: EngineContainer[];
  let all: EngineContainer[];
  let kernel: Record<string, unknown>;

  const answers = (asked = slots) => answersTo(cluster(), asked, 8080);

  beforeAll(async () => {
    const { lab, ok, restow, image, running, containers } = cluster();
    const health = ['--health-http', '80/'];
    await ok('service', 'run', '--name', 'web', '-t', '3', '-p', '8080:80', ...quick, ...health, image('app:v1'));
    await ok('service', 'redeploy', '--order', 'start-first', 'web');
    // One that was put aside is kept, and is to stay where it is.
    await ok('service', 'update', '--image', image('crash:v1'), '--gate', 'off', 'web');
    expect(await restow('service', 'redeploy', '--order', 'stop-first', 'web')).toMatchObject({ code: 3 });
    slots = await running('web');
    all = await containers('web');
    kernel = await kernelOf(cluster(), 'n2');
    await lab.stopCoordinator();
  });
  afterAll(async () => {
    const { lab } = cluster();
    if ((await lab.cli('node', 'ls')).code !== 0) await lab.startCoordinator();
    await makeWhole(lab);
  });

  test('CRD-08, PRT-01: three slots answer, one that was put aside is kept on n2, and nobody coordinates', async () => {
    expect(slots.map(({ host }) => host)).toEqual(['n1', 'n2', 'n3']);
    expect(all.filter(({ State }) => !State.Running).map(({ host }) => host)).toContain('n2');
    expect((await cluster().restow('service', 'ps', 'web')).code).not.toBe(0);
    await vi.waitFor(async () => expect(await answers()).toEqual(allAnswered('v1')), soon);
  });

  test('CRD-08, PRT-01: without power it answers nobody; booted, overlay, ports and what served are as before, by its agent alone', async () => {
    const { lab, restow, running, containers } = cluster();
    await lab.powerOff('n2');
    const [, second] = slots;
    const [others, nobody] = [
      ['v1', null, 'v1'],
      [null, null, null],
    ];
    const atPorts = ['v1', null, 'v1', 'v1'];
    expect(await answers()).toEqual({
      slots: [others, nobody, others],
      hosts: [atPorts, [...nobody, null], atPorts],
    });

    await lab.powerOn('n2');
    await vi.waitFor(async () => expect(await answers()).toEqual(allAnswered('v1')), soon);
    // Nobody else had a word in it.
    expect((await restow('service', 'ps', 'web')).code).not.toBe(0);
    expect(await kernelOf(cluster(), 'n2')).toEqual(kernel);
    const now = await running('web');
    expect(now.map(placeOf)).toEqual(slots.map(placeOf));
    expect(now[1]!.State.StartedAt).not.toBe(second!.State.StartedAt);
    const kept = (each: EngineContainer) => [each.host, each.Id, each.State.Status, each.HostConfig.RestartPolicy.Name];
    expect((await containers('web')).map(kept)).toEqual(all.map(kept));
  });

  test('DC-14: the slot that was away is redeployed with its address when somebody can be asked again', async () => {
    const { lab, ok, image, running } = cluster();
    await lab.startCoordinator();
    await makeWhole(lab);
    await ok('service', 'update', '--image', image('app:v2'), 'web');
    await ok('service', 'redeploy', 'web');
    const after = await running('web');
    expect(after.map((each) => [each.host, placeOf(each).address])).toEqual(
      slots.map((each) => [each.host, placeOf(each).address]),
    );
    await vi.waitFor(async () => expect(await answers(after)).toEqual(allAnswered('v2')), soon);
  });
});
