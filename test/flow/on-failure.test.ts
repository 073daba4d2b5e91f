import type { Deployment } from '@restow/shared/domain/deployment';
import type { OnFailure, Service, UpdatePolicy } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { followDeployment } from '../../packages/coordinator/src/deployment/follow-deployment.ts';
import { reapDisowned } from '../../packages/coordinator/src/deployment/reap-disowned.ts';
import { resumePaused } from '../../packages/coordinator/src/deployment/resume-paused.ts';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';

describe('when a swap fails', () => {
  let lab: DeploymentLab;
  beforeEach(async () => {
    lab = await DeploymentLab.open();
  });
  afterEach(() => lab.end());

  /** `web` of five slots runs v1, and is to be v2: gate, then two, then two. */
  const five = async (onFailure: OnFailure, update: Partial<UpdatePolicy> = {}): Promise<Service> => {
    const service = await lab.define({ count: 5, update: quick({ batch: 2, onFailure, ...update }) });
    await lab.run(service);
    lab.agents.sent.length = 0;
    lab.agents.engines.happened.length = 0;
    return lab.edit(service, { image: 'r/app:v2' });
  };
  const takeUp = async (deployment: Deployment, to: 'rolling' | 'undoing'): Promise<Deployment> =>
    lab.settled(await resumePaused({ world: lab.world, queues: lab.queues }, deployment, to));
  const stepNames = async ({ id }: Deployment) => (await lab.store.deployments.steps(id)).map(({ name }) => name);
  const running = (slot: string) =>
    lab.agents.engines.of(slot).flatMap(({ state, docked, policy }) => (state === 'running' && docked ? [policy] : []));
  /** Every slot has one instance that serves, and no second one that runs. */
  const oneEach = () => expect([1, 2, 3, 4, 5].map((index) => running(`web-${index}`))).toEqual(Array(5).fill([true]));

  describe.each(['start-first', 'stop-first'] as const)('%s, and the policy says pause', (order) => {
    test('the failed slot goes back, those swapped stay, nothing more is begun, and it waits', async () => {
      const service = await five('pause', { order });
      lab.agents.failAt('take', 'web-3', { message: 'no database', logTail: ['bye'] });
      const after = await lab.run(service);
      expect(after).toMatchObject({ state: 'paused', code: 'failed-precondition', endedAt: null });
      expect(after.reason.split('\n').slice(0, 2)).toEqual([
        '1 of 5 slots failed, 2 run revision 2, 2 were not begun.',
        'web-3 is back on its old instance: web-3 on n3, take: no database',
      ]);
      expect(after.reason).toContain('bye');
      expect(await lab.revisionsRunning(service)).toEqual([2, 2, 1, 1, 1]);
      expect(lab.agents.lines('take', 'put-aside').toSorted()).toEqual([
        ...['put-aside web-3 n3', 'take web-1 n1', 'take web-2 n2', 'take web-3 n3'],
      ]);
      // What it may have to go back to is kept.
      expect(lab.agents.lines('retire')).toEqual([]);
      oneEach();
    });

    test('taken up again it tries what failed, does the rest, and succeeds', async () => {
      const service = await five('pause', { order });
      lab.agents.failAt('take', 'web-3', {}, { times: 1 });
      const paused = await lab.run(service);
      const prepared = lab.agents.lines('prepare').toSorted();
      lab.agents.sent.splice(
        0,
        lab.agents.sent.findIndex(({ line }) => line.startsWith('take web-3')),
      );
      const after = await takeUp(paused, 'rolling');
      expect(after).toMatchObject({ state: 'succeeded', reason: '', code: null });
      // What was prepared may have gone meanwhile.
      expect(lab.agents.lines('prepare').toSorted()).toEqual(prepared);
      expect(await lab.revisionsRunning(service)).toEqual([2, 2, 2, 2, 2]);
      oneEach();
      // Made once, and started once but for the one that failed, whose start was never its own.
      expect(lab.agents.engines.happened.filter((what) => what.startsWith('create'))).toHaveLength(5);
      expect(lab.agents.engines.happened.filter((what) => what.startsWith('start'))).toHaveLength(
        order === 'start-first' ? 5 : 6,
      );
      const again = lab.agents.sent.filter(({ line }) => line === 'take web-3 n3').map(({ orderId }) => orderId);
      expect(again).toHaveLength(2);
      expect(new Set(again).size).toBe(2);
      const steps = await lab.store.deployments.steps(paused.id);
      expect(steps.map(({ name }) => name).filter((name) => name === 'resume' || name === 'go-back')).toEqual([
        'go-back',
        'resume',
      ]);
    });

    test('taken up again, and failing again, it pauses again', async () => {
      const service = await five('pause', { order });
      lab.agents.failAt('take', 'web-3');
      const again = await takeUp(await lab.run(service), 'rolling');
      expect(again).toMatchObject({ state: 'paused' });
      lab.agents.cure('take', 'web-3');
      expect(await takeUp(again, 'rolling')).toMatchObject({ state: 'succeeded' });
      expect(await lab.revisionsRunning(service)).toEqual([2, 2, 2, 2, 2]);
    });

    test('taken back, every slot it swapped returns to its old instance, and no other is touched', async () => {
      const service = await five('pause', { order });
      lab.agents.failAt('take', 'web-3');
      const paused = await lab.run(service);
      lab.agents.sent.length = 0;
      const after = await takeUp(paused, 'undoing');
      expect(after).toMatchObject({ state: 'undone' });
      expect(after.reason).toMatch(/^Rolled back\. 1 of 5 slots failed/);
      expect(lab.agents.lines('revive').toSorted()).toEqual(['revive web-1 n1', 'revive web-2 n2']);
      expect(await lab.revisionsRunning(service)).toEqual([1, 1, 1, 1, 1]);
      oneEach();
    });
  });

  describe('paused', () => {
    let service: Service;
    let paused: Deployment;
    beforeEach(async () => {
      service = await five('pause');
      lab.agents.failAt('take', 'web-3');
      paused = await lab.run(service);
      lab.agents.cure('take', 'web-3');
    });

    test('it holds up nothing: what is asked for next takes its place and begins where it stands', async () => {
      const next = await lab.run(await lab.edit(service, { image: 'r/app:v3' }), { noQueue: true });
      expect(next).toMatchObject({ state: 'succeeded' });
      expect(next.plan?.swaps.map(({ from }) => from?.revisionNumber)).toEqual([2, 2, 1, 1, 1]);
      const before = await lab.store.deployments.get(paused.id);
      expect(before).toMatchObject({ state: 'superseded' });
      expect(before!.reason).toMatch(
        new RegExp(`no database|exit code 1[\\s\\S]*Deployment ${next.number} was asked for`),
      );
      oneEach();
      // Everything else it left is gone.
      expect([1, 2, 3, 4, 5].flatMap((index) => lab.agents.engines.of(`web-${index}`))).toHaveLength(5);
      await expect(takeUp(paused, 'rolling')).rejects.toMatchObject({ code: 'failed-precondition' });
    });

    test('so does the removal of its service', async () => {
      expect(await lab.remove(service)).toMatchObject({ state: 'succeeded' });
      expect((await lab.store.deployments.get(paused.id))?.state).toBe('superseded');
      expect([1, 2, 3, 4, 5].flatMap((index) => lab.agents.engines.of(`web-${index}`))).toEqual([]);
    });

    test('whoever follows it is told that it is at rest', async () => {
      const told: string[] = [];
      for await (const event of followDeployment(lab.world, paused.id, new AbortController().signal))
        if (event.kind !== 'step') told.push(event.kind);
      expect(told).toEqual(['accepted', 'ended']);
    });

    test('it stays so over a restart, and can be taken up then', async () => {
      await lab.kill();
      expect(await lab.restart()).toBe(0);
      expect((await lab.store.deployments.get(paused.id))?.state).toBe('paused');
      expect(await takeUp(paused, 'rolling')).toMatchObject({ state: 'succeeded' });
    });

    test.each([
      ['rolling', [2, 2, 2, 2, 2], 'succeeded'],
      ['undoing', [1, 1, 1, 1, 1], 'undone'],
    ] as const)('taken up (%s) by a coordinator that is killed, the next one ends that', async (to, revisions, end) => {
      const gate = to === 'rolling' ? lab.agents.holdAt('take', 'web-3') : lab.agents.holdAt('revive', 'web-2');
      await resumePaused({ world: lab.world, queues: lab.queues }, paused, to);
      await gate.reached;
      await lab.kill();
      gate.open();
      await lab.restart();
      expect(await lab.store.deployments.get(paused.id)).toMatchObject({ state: end });
      expect(await lab.revisionsRunning(service)).toEqual(revisions);
      oneEach();
    });
  });

  test('a node that comes back while one is paused keeps what that may go back to', async () => {
    const service = await lab.define({ strategy: 'EVERY_NODE', update: quick({ onFailure: 'pause' }) });
    await lab.run(service);
    const n3 = (await lab.store.nodes.list()).find(({ name }) => name === 'n3')!;
    await lab.store.nodes.put({ ...n3, unreachableSince: 1 });
    lab.agents.away.add(n3.id);
    // Succeeds without the slot on n3, whose instance is older than this deployment from here on.
    expect(await lab.run(service)).toMatchObject({ state: 'succeeded' });
    await lab.store.nodes.put(n3);
    lab.agents.comesBack(n3.id);
    lab.agents.failAt('take', 'web-2');
    const paused = await lab.run(service);
    expect(paused).toMatchObject({ state: 'paused' });
    expect(lab.agents.engines.of('web-3').map(({ state }) => state)).toEqual(['stopped', 'running']);
    await reapDisowned(lab.world, lab.queues, n3.id);
    expect(lab.agents.lines('retire').filter((line) => line.includes('web-3'))).toEqual([]);
    expect(await takeUp(paused, 'undoing')).toMatchObject({ state: 'undone' });
    expect(await lab.serving(service)).toEqual(['web-1 n1', 'web-2 n2', 'web-3 n3']);
  });

  test('taken up again, what was put aside is not judged by how it was seen then', async () => {
    const service = await five('pause');
    lab.agents.failAt('take', 'web-3', {}, { done: true, times: 1 });
    const paused = await lab.run(service);
    const { sees } = lab.agents;
    const late: (() => Promise<void>)[] = [];
    const { instanceId } = lab.agents.engines.of('web-3').at(-1)!;
    expect(await lab.store.instances.get(instanceId)).toMatchObject({ state: 'stopped' });
    // News of its new start come when everything has been done.
    lab.agents.sees = async (instance) => {
      const tell = () => sees.call(lab.agents, instance);
      if (instance.instanceId === instanceId && instance.state === 'running') late.push(tell);
      else await tell();
    };
    const resumed = await resumePaused({ world: lab.world, queues: lab.queues }, paused, 'rolling');
    await vi.waitFor(async () => expect(await stepNames(resumed)).toContain('watch'));
    for (const tell of late) await tell();
    expect(await lab.settled(resumed)).toMatchObject({ state: 'succeeded' });
  });

  test('paused while another one waits already, that one takes its place as its turn comes', async () => {
    const service = await five('pause');
    const gate = lab.agents.holdAt('take', 'web-3');
    lab.agents.failAt('take', 'web-3', {}, { times: 1 });
    const first = await lab.ask(service);
    await gate.reached;
    const second = await lab.ask(service);
    await expect(resumePaused({ world: lab.world, queues: lab.queues }, first, 'rolling')).rejects.toThrow(
      /is not paused \(rolling\)/,
    );
    gate.open();
    expect(await lab.settled(second)).toMatchObject({ state: 'succeeded' });
    expect((await lab.store.deployments.get(first.id))?.state).toBe('superseded');
    expect(await lab.revisionsRunning(service)).toEqual([2, 2, 2, 2, 2]);
  });

  test('paused it holds the ports it gave to slots that still wait', async () => {
    lab = await DeploymentLab.open(['n1', 'n2']);
    const port = { containerPort: 80, hostPort: 8080, protocol: 'tcp', published: true } as const;
    const service = await lab.define({ count: 2, update: quick({ batch: 1, onFailure: 'pause' }) });
    await lab.run(service);
    lab.agents.failAt('take', 'web-1', {}, { times: 1 });
    const paused = await lab.run(await lab.edit(service, { ports: [port] }));
    expect(paused).toMatchObject({ state: 'paused' });
    const other = await lab.define({ count: 1, ports: [port] }, 'other');
    const refused = await lab.run(other);
    expect(refused).toMatchObject({ state: 'refused', code: 'unschedulable' });
    expect(refused.reason).toContain('port 8080 of n2 is held by web-2');
    expect(await takeUp(paused, 'undoing')).toMatchObject({ state: 'undone' });
    // The control: nobody waits for it any more.
    expect(await lab.run(other)).toMatchObject({ state: 'succeeded' });
  });

  test('paused, an old instance that could not be reached is started again once it can be', async () => {
    const service = await lab.define({ count: 2, update: quick({ onFailure: 'pause' }) });
    await lab.run(service);
    const [n1] = await lab.store.nodes.list();
    lab.agents.away.add(n1!.id);
    lab.agents.failAt('take', 'web-2', {}, { times: 1 });
    const paused = await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    expect(paused).toMatchObject({ state: 'paused' });
    expect(paused.plan?.swaps[0]).toMatchObject({ from: { away: true }, placement: { nodeName: 'n3' } });
    lab.agents.comesBack(n1!.id);
    await reapDisowned(lab.world, lab.queues, n1!.id);
    expect(await lab.serving(service)).toEqual(['web-1 n3', 'web-2 n2']);
    expect(await takeUp(paused, 'undoing')).toMatchObject({ state: 'undone' });
    expect(await lab.serving(service)).toEqual(['web-1 n1', 'web-2 n2']);
  });

  test('pause, with recreate: what has ended is not left so, though it is sequential', async () => {
    const service = await lab.define({
      count: 3,
      sequential: true,
      update: quick({ order: 'recreate', onFailure: 'pause' }),
    });
    await lab.run(service);
    lab.agents.failAt('take', 'web-2');
    expect(await lab.run(service)).toMatchObject({ state: 'paused' });
    expect(await lab.serving(service)).toEqual(['web-1 n1', 'web-2 n2', 'web-3 n3']);
  });

  test('pause, with recreate: taken up again, nothing ends before everything is prepared anew', async () => {
    const service = await five('pause', { order: 'recreate' });
    lab.agents.failAt('take', 'web-3', {}, { times: 1 });
    const paused = await lab.run(service);
    expect(paused).toMatchObject({ state: 'paused' });
    lab.agents.sent.length = 0;
    lab.agents.failAt('prepare', 'web-3', { message: 'the image is gone' });
    const again = await takeUp(paused, 'rolling');
    expect(again).toMatchObject({ state: 'paused' });
    expect(again.reason).toContain('web-3 is back on its old instance: web-3 on n3, prepare: the image is gone');
    expect(lab.agents.lines('drain', 'revive').filter((line) => line.includes('web-3'))).toEqual([]);
    oneEach();
    lab.agents.cure('prepare', 'web-3');
    expect(await takeUp(again, 'rolling')).toMatchObject({ state: 'succeeded' });
    expect(await lab.revisionsRunning(service)).toEqual([2, 2, 2, 2, 2]);
  });

  test('paused at a first deployment there is nothing to go back to, which it says', async () => {
    const service = await lab.define({ count: 3, update: quick({ onFailure: 'pause' }) });
    lab.agents.failAt('take', 'web-2', { message: 'no database' });
    const paused = await lab.run(service);
    expect(paused).toMatchObject({ state: 'paused' });
    expect(paused.reason).toBe(
      '1 of 3 slots failed, 2 run revision 1.\nweb-2 does not run, since nothing ran there before: web-2 on n2, take: no database',
    );
    expect(await lab.revisionsRunning(service)).toEqual([1, 0, 1]);
    lab.agents.cure('take', 'web-2');
    expect(await takeUp(paused, 'rolling')).toMatchObject({ state: 'succeeded' });
    expect(await lab.revisionsRunning(service)).toEqual([1, 1, 1]);
  });

  describe.each(['start-first', 'stop-first', 'recreate'] as const)('%s, and the policy says continue', (order) => {
    test('the failed slots go back, all others are swapped, and it has failed, naming those that stayed', async () => {
      const service = await five('continue', { order });
      lab.agents.failAt('take', 'web-1', { message: 'no database' });
      lab.agents.failAt('flip', 'web-4', { message: 'no port' });
      const after = await lab.run(service);
      expect(after).toMatchObject({ state: 'failed', code: 'failed-precondition' });
      expect(after.reason.split('\n')).toEqual([
        '2 of 5 slots failed, 3 run revision 2.',
        'web-1 is back on its old instance: web-1 on n1, take: no database',
        'web-4 is back on its old instance: web-4 on n1, flip: no port',
      ]);
      expect(await lab.revisionsRunning(service)).toEqual([1, 2, 2, 1, 2]);
      oneEach();
      // What was replaced is gone, and so is what failed; its last words are on record.
      expect([1, 2, 3, 4, 5].flatMap((index) => lab.agents.engines.of(`web-${index}`))).toHaveLength(5);
      const aside = (await lab.store.deployments.steps(after.id)).filter(({ name }) => name === 'put-aside');
      expect(aside.map(({ slotName }) => slotName).toSorted()).toEqual(['web-1', 'web-4']);
      for (const { detail } of aside) expect(detail).toContain('last words');
    });
  });

  test('continue with none left to go on with has failed and retires nothing', async () => {
    const service = await five('continue');
    for (const index of [1, 2, 3, 4, 5]) lab.agents.failAt('take', `web-${index}`);
    const after = await lab.run(service);
    expect(after).toMatchObject({ state: 'failed' });
    expect(after.reason).toMatch(/^5 of 5 slots failed\.\n/);
    expect(lab.agents.lines('retire')).toEqual([]);
    expect(await lab.revisionsRunning(service)).toEqual([1, 1, 1, 1, 1]);
    oneEach();
  });

  test('continue gives up the slots the definition no longer wants all the same', async () => {
    const service = await five('continue');
    lab.agents.failAt('take', 'web-2');
    expect(await lab.run(await lab.edit(service, { count: 3 }))).toMatchObject({ state: 'failed' });
    expect(await lab.revisionsRunning(service)).toEqual([2, 1, 2]);
    expect(running('web-5')).toEqual([]);
  });

  test('continue: a volume that was let go stays with the slot that stayed', async () => {
    const volumes = [{ name: null, path: '/data', access: 'exclusive', readOnly: false } as const];
    const service = await lab.define({ count: 2, volumes, update: quick({ onFailure: 'continue' }) });
    await lab.run(service);
    const attached = async () =>
      (await lab.store.volumes.ofService(service.id))
        .filter(({ state }) => state === 'attached')
        .map(({ name }) => name)
        .toSorted();
    const before = await attached();
    lab.agents.failAt('take', 'web-1');
    expect(await lab.run(service, { reuseVolumes: false })).toMatchObject({ state: 'failed' });
    const after = await attached();
    expect(after).toHaveLength(2);
    expect(after.filter((name) => before.includes(name))).toEqual([expect.stringMatching(/^web-1-/)]);
  });

  describe('pause, with fresh volumes asked for', () => {
    const data = { name: null, path: '/data', access: 'exclusive', readOnly: false } as const;
    /** Names of the volumes slots have, by slot, as their newest containers mount them. */
    const mounted = () =>
      [1, 2, 3].map((index) => {
        const made = lab.agents.sent.findLast(({ line }) => line.startsWith(`take web-${index} `));
        return made?.order.kind === 'take' ? made.order.instance.volumes.map(({ name }) => name) : [];
      });
    const attached = async (service: Service) =>
      (await lab.store.volumes.ofService(service.id))
        .filter(({ state }) => state === 'attached')
        .map(({ name }) => name)
        .toSorted();
    let service: Service;
    let paused: Deployment;
    let before: string[][];
    beforeEach(async () => {
      service = await lab.define({ count: 3, volumes: [data], update: quick({ batch: 1, onFailure: 'pause' }) });
      await lab.run(service);
      before = mounted();
      lab.agents.failAt('take', 'web-2', {}, { times: 1 });
      paused = await lab.run(service, { reuseVolumes: false });
      expect(paused).toMatchObject({ state: 'paused' });
    });

    test('a slot it has not come to keeps its data, whatever takes its place', async () => {
      expect(await lab.run(await lab.edit(service, { image: 'r/app:v2' }))).toMatchObject({ state: 'succeeded' });
      expect(mounted().slice(1)).toEqual(before.slice(1));
      expect(mounted()[0]).not.toEqual(before[0]);
      expect(await attached(service)).toEqual(mounted().flat().toSorted());
    });

    test('taken up again it gives every slot the fresh one it was to have', async () => {
      expect(await takeUp(paused, 'rolling')).toMatchObject({ state: 'succeeded' });
      const after = mounted();
      expect(after.filter(([name], at) => name === before[at]![0])).toEqual([]);
      expect(await attached(service)).toEqual(after.flat().toSorted());
    });

    test('taken back every slot has its data again', async () => {
      expect(await takeUp(paused, 'undoing')).toMatchObject({ state: 'undone' });
      expect(await attached(service)).toEqual(before.flat().toSorted());
    });
  });

  test.each(['pause', 'continue'] as const)(
    '%s: killed while a slot goes back, the next coordinator does not try it again, it goes back',
    async (onFailure) => {
      const service = await five(onFailure);
      lab.agents.failAt('flip', 'web-2', { message: 'no port' }, { times: 1 });
      const gate = lab.agents.holdAt('revive', 'web-2');
      const asked = await lab.ask(service);
      await gate.reached;
      await lab.kill();
      gate.open();
      lab.agents.sent.length = 0;
      await lab.restart();
      expect(lab.agents.lines('take').filter((line) => line.includes('web-2'))).toEqual([]);
      const after = await lab.settled(asked);
      expect(after).toMatchObject({ state: onFailure === 'pause' ? 'paused' : 'failed' });
      expect(after.reason).toContain('web-2 is back on its old instance: web-2 on n2, flip: no port');
      expect(await lab.revisionsRunning(service)).toEqual(onFailure === 'pause' ? [2, 1, 2, 1, 1] : [2, 1, 2, 2, 2]);
      oneEach();
    },
  );

  test.each(['pause', 'continue'] as const)('%s: a way back that fails too is told with it', async (onFailure) => {
    const service = await five(onFailure, { order: 'stop-first' });
    lab.agents.failAt('take', 'web-2', { message: 'no database' });
    lab.agents.failAt('revive', 'web-2', { message: 'the old one neither' });
    const after = await lab.run(service);
    expect(after).toMatchObject({ state: onFailure === 'pause' ? 'paused' : 'failed' });
    expect(after.reason).toMatch(
      /web-2 is on neither instance for certain: .*no database\nThe way back failed too: .*the old one neither/,
    );
    if (onFailure === 'continue') return;
    lab.agents.cure('revive', 'web-2');
    expect(await takeUp(after, 'undoing')).toMatchObject({ state: 'undone' });
    oneEach();
  });

  test.each(['rollback', 'pause', 'continue'] as const)(
    '%s: what cannot be prepared is refused, and nothing that runs was touched',
    async (onFailure) => {
      const service = await five(onFailure);
      lab.agents.failAt('prepare', 'web-4');
      expect(await lab.run(service)).toMatchObject({ state: 'refused' });
      expect(lab.agents.lines('take', 'open', 'drain')).toEqual([]);
    },
  );
});
