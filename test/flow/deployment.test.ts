import { defaultRedeployOptions, hasEnded } from '@restow/shared/domain/deployment';
import type { Service, ServiceDefinition } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { reapDisowned, reapSeen } from '../../packages/coordinator/src/deployment/reap-disowned.ts';
import { requestRedeploy } from '../../packages/coordinator/src/deployment/request-redeploy.ts';
import { ServiceQueues } from '../../packages/coordinator/src/deployment/service-queues.ts';
import { createService } from '../../packages/coordinator/src/services/define-service.ts';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';

describe('a rollout', () => {
  let lab: DeploymentLab;
  beforeEach(async () => {
    lab = await DeploymentLab.open();
  });
  afterEach(() => lab.end());

  const define = (changes: Partial<ServiceDefinition> = {}): Promise<Service> =>
    lab.define({ update: quick({ order: 'stop-first' }), ...changes });

  test('of a first deployment makes every instance, all at once, and succeeds', async () => {
    const service = await define({ count: 2 });
    expect(await lab.run(service)).toMatchObject({ state: 'succeeded', number: 1 });
    expect(lab.agents.lines('drain', 'retire')).toEqual([]);
    expect(lab.agents.lines('take').sort()).toEqual(['take web-1 n1', 'take web-2 n2']);
    expect((await lab.store.slots.ofService(service.id)).map(({ address }) => address)).toEqual([
      '10.7.0.1',
      '10.7.0.2',
    ]);
  });

  test('prepares every slot before it stops any, then the gate, then the rest', async () => {
    const service = await define({ count: 3 });
    await lab.run(service);
    lab.agents.sent.length = 0;
    const after = await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    expect(after.state).toBe('succeeded');
    const order = lab.agents.lines('pull-image', 'prepare', 'drain', 'take', 'flip');
    const first = order.findIndex((line) => line.startsWith('drain'));
    expect(order.slice(0, first).map((line) => line.split(' ')[0])).toEqual([
      ...Array(3).fill('pull-image'),
      ...Array(3).fill('prepare'),
    ]);
    expect(order.slice(first, first + 3)).toEqual(['drain web-1 n1', 'take web-1 n1', 'flip web-1 n1']);
    expect(order.slice(first + 3).filter((line) => line.includes('web-1'))).toEqual([]);
    expect(await lab.revisionsRunning(service)).toEqual([2, 2, 2]);
  });

  test('with recreate ends every old instance before any new one starts', async () => {
    const service = await define({ count: 3 });
    await lab.run(service);
    lab.agents.sent.length = 0;
    await lab.run(await lab.edit(service, { image: 'r/app:v2' }), { order: 'recreate' });
    expect(lab.agents.lines('drain', 'take').map((line) => line.split(' ')[0])).toEqual([
      ...Array(3).fill('drain'),
      ...Array(3).fill('take'),
    ]);
  });

  test('that fails at the gate brings the old instance back, touches no other slot, and is rolled back', async () => {
    const service = await define({ count: 3 });
    await lab.run(service);
    lab.agents.sent.length = 0;
    lab.agents.failAt('take', 'web-1', { logTail: ['crash: no database'] });
    const after = await lab.run(await lab.edit(service, { image: 'r/crash:v1' }));
    expect(after).toMatchObject({ state: 'undone' });
    expect(after.reason).toContain('crash: no database');
    expect(lab.agents.lines('drain', 'revive')).toEqual(['drain web-1 n1', 'revive web-1 n1']);
    expect(await lab.revisionsRunning(service)).toEqual([1, 1, 1]);
    expect(lab.agents.announced.at(-1)).toEqual(
      lab.agents.announced[0]!.map((_, index) => expect.stringContaining(`10.7.0.${index + 1} `)),
    );
  });

  test('that fails after the gate takes the slots already swapped back too', async () => {
    const service = await define({ count: 3 });
    await lab.run(service);
    lab.agents.sent.length = 0;
    lab.agents.failAt('take', 'web-3');
    expect((await lab.run(await lab.edit(service, { image: 'r/app:v2' }))).state).toBe('undone');
    expect(lab.agents.lines('revive').sort()).toEqual(['revive web-1 n1', 'revive web-2 n2', 'revive web-3 n3']);
    expect(await lab.revisionsRunning(service)).toEqual([1, 1, 1]);
  });

  test('whose way back fails too has failed, and says both', async () => {
    const service = await define();
    await lab.run(service);
    lab.agents.failAt('take', 'web-1', { message: 'the new one broke' });
    lab.agents.failAt('revive', 'web-1', { message: 'the old one too' });
    const after = await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    expect(after).toMatchObject({ state: 'failed' });
    expect(after.reason).toMatch(/the new one broke[\s\S]*the old one too/);
  });

  test('brings the old instance back though the new one cannot be put aside, and says so', async () => {
    const service = await define();
    await lab.run(service);
    const [n1] = await lab.store.nodes.list();
    await lab.store.nodes.put({ ...n1!, availability: 'cordoned' });
    lab.agents.failAt('take', 'web-1', { message: 'n2 was lost' });
    lab.agents.failAt('put-aside', 'web-1', { message: 'n2 is still lost' });
    const after = await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    expect(after).toMatchObject({ state: 'failed' });
    expect(after.reason).toMatch(/n2 was lost[\s\S]*n2 is still lost/);
    expect(lab.agents.lines('revive')).toEqual(['revive web-1 n1']);
    expect(await lab.revisionsRunning(service)).toEqual([1]);
    expect(lab.agents.announced.at(-1)).toEqual([`10.7.0.1 ${n1!.id}`]);
  });

  test('refused while preparing stays refused, though what was made cannot be put aside', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    lab.agents.failAt('prepare', 'web-2', { message: 'n2 was lost' });
    lab.agents.failAt('put-aside', 'web-2', { message: 'n2 is still lost' });
    const after = await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    expect(after).toMatchObject({ state: 'refused', code: 'failed-precondition' });
    expect(after.reason).toMatch(/n2 was lost[\s\S]*n2 is still lost/);
    expect(lab.agents.lines('drain', 'revive')).toEqual([]);
  });

  test('refused while preparing has stopped nothing', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    lab.agents.sent.length = 0;
    lab.agents.failAt('pull-image', 'web-2', { code: 'disk-full', message: 'no space left on device' });
    const after = await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    expect(after).toMatchObject({ state: 'refused', code: 'failed-precondition' });
    expect(after.reason).toContain('no space left');
    expect(lab.agents.lines('drain', 'take')).toEqual([]);
  });

  test('of a first deployment that fails has nothing to go back to and has failed', async () => {
    const service = await define();
    lab.agents.failAt('take', 'web-1');
    expect((await lab.run(service)).state).toBe('failed');
    expect(await lab.revisionsRunning(service)).toEqual([0]);
  });

  test('retires what an earlier failure put aside as soon as one succeeds', async () => {
    const service = await define();
    await lab.run(service);
    lab.agents.failAt('take', 'web-1');
    await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    lab.agents.cure('take', 'web-1');
    lab.agents.sent.length = 0;
    await lab.run(await lab.edit(service, { image: 'r/app:v3' }));
    expect(lab.agents.lines('retire')).toEqual(['retire web-1 n1', 'retire web-1 n1']);
    const left = (await lab.store.instances.ofService(service.id)).filter(({ state }) => state !== 'gone');
    expect(left.map(({ state }) => state)).toEqual(['running']);
  });

  test('DC-05: an edit while it runs waits for the next redeploy; no slot gets a mix', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    const gate = lab.agents.holdAt('take', 'web-1');
    await lab.ask(await lab.edit(service, { env: { A: '1' } }));
    await gate.reached;
    await lab.edit(service, { env: { A: '2' } });
    gate.open();
    await lab.queues.idle();
    const [, second] = await lab.store.revisions.ofService(service.id);
    expect(second!.definition.env).toEqual({ A: '1' });
    expect(await lab.revisionsRunning(service)).toEqual([2, 2]);
  });

  test('K5: requests that wait are one, and the newest definition wins', async () => {
    const service = await define();
    await lab.run(service);
    const gate = lab.agents.holdAt('take', 'web-1');
    const running = await lab.ask(await lab.edit(service, { env: { A: '1' } }));
    await gate.reached;
    const waiting = await lab.ask(await lab.edit(service, { env: { A: '2' } }));
    const joined = await lab.ask(await lab.edit(service, { env: { A: '3' } }));
    expect(joined.id).toBe(waiting.id);
    expect(waiting.reason).toContain(`deployment ${running.number}`);
    await expect(lab.ask(service, { noQueue: true })).rejects.toMatchObject({ code: 'busy' });
    const other = await lab.ask(service, { reuseVolumes: false });
    expect((await lab.store.deployments.get(waiting.id))?.state).toBe('superseded');
    gate.open();
    await lab.queues.idle();
    expect((await lab.store.deployments.get(other.id))?.state).toBe('succeeded');
    expect((await lab.store.revisions.ofService(service.id)).at(-1)!.definition.env).toEqual({ A: '3' });
  });

  test('left by a coordinator that was killed goes on with the same instances', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    const gate = lab.agents.holdAt('take', 'web-2');
    const { id } = await lab.ask(await lab.edit(service, { image: 'r/app:v2' }));
    await gate.reached;
    await lab.kill();
    const planned = (await lab.store.deployments.get(id))!;
    expect(hasEnded(planned.state)).toBe(false);

    gate.open();
    expect(await lab.restart()).toBe(1);
    expect((await lab.store.deployments.get(id))?.state).toBe('succeeded');
    const slots = await lab.store.slots.ofService(service.id);
    expect(slots.map(({ desired }) => desired?.instanceId)).toEqual(
      planned.plan!.swaps.map(({ instanceId }) => instanceId),
    );
  });

  test('that fails after a restart takes back what it had swapped before it too', async () => {
    const service = await define({ count: 3 });
    await lab.run(service);
    const gate = lab.agents.holdAt('take', 'web-2');
    const { id } = await lab.ask(await lab.edit(service, { image: 'r/app:v2' }));
    await gate.reached;
    await vi.waitFor(() => expect(lab.agents.lines('settle')).toHaveLength(5));
    await lab.kill();

    gate.open();
    lab.agents.failAt('take', 'web-2', { message: 'it ended meanwhile' });
    await lab.restart();
    expect((await lab.store.deployments.get(id))?.state).toBe('undone');
    expect(lab.agents.lines('revive').sort()).toEqual(['revive web-1 n1', 'revive web-2 n2', 'revive web-3 n3']);
    expect(await lab.revisionsRunning(service)).toEqual([1, 1, 1]);
  });

  test('TU-05: leaves an old instance on a node that does not answer alone, and reaps it when the node is back', async () => {
    const service = await define();
    await lab.run(service);
    const [n1] = await lab.store.nodes.list();
    lab.agents.away.add(n1!.id);
    lab.agents.sent.length = 0;
    expect((await lab.run(await lab.edit(service, { image: 'r/app:v2' }))).state).toBe('succeeded');
    expect(lab.agents.lines('drain', 'retire', 'take')).toEqual(['take web-1 n2']);

    lab.agents.away.clear();
    await reapDisowned(lab.world, lab.queues, n1!.id);
    expect(lab.agents.lines('drain', 'retire')).toEqual(['drain web-1 n1', 'retire web-1 n1']);
  });

  test('leaves an old instance alone whose engine does not answer, and ends it when that is back', async () => {
    const service = await define();
    await lab.run(service);
    const [n1] = await lab.store.nodes.list();
    lab.agents.engineless.add(n1!.id);
    const after = await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    expect(after).toMatchObject({ state: 'succeeded' });
    expect(after.plan?.warnings).toContain('The old instance of web-1 cannot be stopped while n1 does not answer.');
    expect(await lab.serving(service)).toEqual(['web-1 n1, though another one is desired', 'web-1 n2']);

    // Its agent told of nothing meanwhile, and its session stood all the time.
    const seen = async () => (await lab.store.instances.list()).filter(({ nodeId }) => nodeId === n1!.id);
    lab.agents.engineless.clear();
    await reapSeen(lab.world, lab.queues, n1!.id, await seen());
    expect(await lab.serving(service)).toEqual(['web-1 n2']);
    expect(lab.agents.engines.of('web-1')).toHaveLength(1);
  });

  test('ends what a removed service left on an engine that did not answer, when that is back', async () => {
    const service = await define();
    await lab.run(service);
    const [n1] = await lab.store.nodes.list();
    lab.agents.engineless.add(n1!.id);
    await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    expect(await lab.remove(service)).toMatchObject({ state: 'succeeded' });
    expect(lab.agents.engines.of('web-1')).toMatchObject([{ nodeId: n1!.id, state: 'running' }]);
    lab.agents.engineless.clear();
    await reapSeen(lab.world, lab.queues, n1!.id, await lab.store.instances.list());
    expect(lab.agents.engines.of('web-1')).toEqual([]);
  });

  test('what runs beside an instance that does not is left to whoever comes for the node', async () => {
    const service = await define();
    await lab.run(service);
    const [n1] = await lab.store.nodes.list();
    lab.agents.engineless.add(n1!.id);
    await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    const slot = (await lab.store.slots.ofService(service.id))[0]!;
    const wanted = (await lab.store.instances.get(slot.desired!.instanceId))!;
    await lab.agents.sees({ ...wanted, state: 'stopped', exitCode: 1 });
    lab.agents.engineless.clear();
    lab.agents.sent.length = 0;
    await reapSeen(lab.world, lab.queues, n1!.id, await lab.store.instances.list());
    expect(lab.agents.lines()).toEqual([]);
  });

  test('planned at the same moment as another for the same port of the same node is refused, and the other is not', async () => {
    lab = await DeploymentLab.open(['n1']);
    const ports = [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' as const, published: true }];
    const web = await define({ ports });
    const api = await createService(lab.world, 'api', { ...web.definition });
    const asked = await Promise.all([lab.ask(web), lab.ask(api)]);
    await lab.queues.idle();
    const ends = await Promise.all(asked.map(({ id }) => lab.store.deployments.get(id)));
    expect(ends.map((end) => end?.state).sort()).toEqual(['refused', 'succeeded']);
    expect(ends.find((end) => end?.state === 'refused')).toMatchObject({
      code: 'unschedulable',
      reason: expect.stringMatching(/8080 of n1|port 8080/),
    });
  });

  test('each step is one row, its order id the same when it is sent again', async () => {
    const service = await define();
    const { id } = await lab.run(service);
    const steps = await lab.store.deployments.steps(id);
    expect(steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'plan done',
      'pull-image done',
      'prepare done',
      'announce-endpoint done',
      'take done',
      'flip done',
      'settle done',
      'announce-name done',
      'watch done',
    ]);
    expect(new Set(steps.map(({ orderId }) => orderId)).size).toBe(steps.length);
  });

  test('with fewer slots wanted ends the highest ones and frees their addresses', async () => {
    const service = await define({ count: 3 });
    await lab.run(service);
    await lab.run(await lab.edit(service, { count: 1 }));
    expect((await lab.store.slots.list()).map(({ address }) => address)).toEqual(['10.7.0.1']);
    const running = (await lab.store.instances.list()).filter(({ state }) => state === 'running');
    expect(running).toHaveLength(1);
  });

  test('VOL-01: the volume of an image’s VOLUME is listed, used again, and replaced where it is not to be', async () => {
    lab.agents.imageVolumes = ['/data'];
    const service = await define();
    const listed = async () =>
      Object.fromEntries(
        (await lab.store.volumes.ofService(service.id)).map(({ name, origin, state }) => [name, `${origin} ${state}`]),
      );
    await lab.run(service);
    const [first] = await lab.store.volumes.ofService(service.id);
    expect(await listed()).toEqual({ [first!.name]: 'image attached' });

    const again = await lab.run(service);
    expect(again.plan!.swaps[0]!.volumes).toEqual([
      { name: first!.name, path: '/data', fresh: false, readOnly: false, mountName: null, from: null },
    ]);
    expect(await listed()).toEqual({ [first!.name]: 'image attached' });

    lab.agents.failAt('take', 'web-1');
    expect((await lab.run(service, { reuseVolumes: false })).state).toBe('undone');
    const fresh = (await lab.store.volumes.ofService(service.id)).find(({ name }) => name !== first!.name);
    expect(await listed()).toEqual({ [first!.name]: 'image attached', [fresh!.name]: 'image detached' });

    lab.agents.cure('take', 'web-1');
    expect((await lab.run(service, { reuseVolumes: false })).state).toBe('succeeded');
    const states = Object.entries(await listed());
    expect(states.filter(([, state]) => state === 'image attached')).toHaveLength(1);
    expect(states).toEqual(expect.arrayContaining([[first!.name, 'image detached']]));
    expect(states).toHaveLength(3);
  });

  test('a volume with a name that is mounted elsewhere now is listed there, once that has worked', async () => {
    const data = { name: 'data', path: '/data', access: 'exclusive', readOnly: false } as const;
    const service = await define({ volumes: [data] });
    await lab.run(service);
    const listed = async () =>
      (await lab.store.volumes.ofService(service.id)).map(({ name, path, state }) => `${name} ${path} ${state}`);
    const moved = await lab.edit(service, { volumes: [{ ...data, path: '/srv' }] });
    lab.agents.failAt('take', 'web-1', {}, { times: 1 });
    expect(await lab.run(moved)).toMatchObject({ state: 'undone' });
    expect(await listed()).toEqual(['data-1 /data attached']);
    expect(await lab.run(moved)).toMatchObject({ state: 'succeeded' });
    expect(await listed()).toEqual(['data-1 /srv attached']);
  });

  test('an address is nobody else’s while an instance runs that had it, though its slot was removed', async () => {
    const service = await define();
    await lab.run(service);
    const [n1] = await lab.store.nodes.list();
    lab.agents.away.add(n1!.id);
    expect(await lab.remove(service)).toMatchObject({ state: 'succeeded' });
    const addressesOf = async (name: string) => {
      const other = await createService(lab.world, name, service.definition);
      await lab.run(other);
      return (await lab.store.slots.ofService(other.id)).map(({ address }) => address);
    };
    expect(await addressesOf('while')).toEqual(['10.7.0.2']);
    lab.agents.comesBack(n1!.id);
    await reapDisowned(lab.world, lab.queues, n1!.id);
    expect(await addressesOf('after')).toEqual(['10.7.0.1']);
  });

  test('a slot keeps its data though the way back from fresh volumes fails', async () => {
    const service = await define({ volumes: [{ name: null, path: '/data', access: 'exclusive', readOnly: false }] });
    await lab.run(service);
    const [first] = await lab.store.volumes.ofService(service.id);
    lab.agents.failAt('take', 'web-1');
    lab.agents.failAt('put-aside', 'web-1');
    expect((await lab.run(service, { reuseVolumes: false })).state).toBe('failed');
    lab.agents.cure('take', 'web-1');
    const after = await lab.run(service);
    expect(after).toMatchObject({ state: 'succeeded' });
    expect(after.plan!.swaps[0]!.volumes.map(({ name }) => name)).toEqual([first!.name]);
  });

  test('volumes of slots that were ended are detached, whatever else could not be ended', async () => {
    const service = await define({
      count: 2,
      volumes: [{ name: null, path: '/data', access: 'exclusive', readOnly: false }],
    });
    await lab.run(service);
    const { slotId } = (await lab.store.volumes.ofService(service.id))[0]!;
    lab.agents.failAt('drain', 'web-2', { message: 'it cannot be stopped' });
    expect((await lab.remove(service)).state).toBe('failed');
    const states = async () =>
      (await lab.store.volumes.ofService(service.id)).map((volume) => [volume.slotId === slotId, volume.state]);
    expect(await states()).toEqual([
      [true, 'detached'],
      [false, 'attached'],
    ]);
    lab.agents.cure('drain', 'web-2');
    expect((await lab.remove(service)).state).toBe('succeeded');
    expect((await states()).map(([, state]) => state)).toEqual(['detached', 'detached']);
  });

  test.each(['rolling', 'watching'] as const)(
    'a removal left %s by a killed coordinator, its service gone already, has succeeded',
    async (state) => {
      const service = await define();
      await lab.run(service);
      const { store } = lab;
      let killed: Promise<void> | null = null;
      const update = store.deployments.update.bind(store.deployments);
      store.deployments.update = async (deployment) => {
        if (killed) throw new Error('killed');
        await update(deployment);
        if (deployment.kind !== 'remove' || deployment.state !== state) return;
        killed = lab.kill();
      };
      const asked = { service, kind: 'remove', options: defaultRedeployOptions, requestedBy: 'test' } as const;
      const { id } = await requestRedeploy(lab.world, lab.queues, asked);
      await lab.queues.idle();
      await killed;
      store.deployments.update = update;
      expect((await store.services.get(service.id))?.removedAt).not.toBeNull();
      await lab.restart();
      expect(await store.deployments.get(id)).toMatchObject({ state: 'succeeded' });
    },
  );

  test('a request that finds another one’s turn just come waits for it', async () => {
    const service = await define();
    await lab.run(service);
    const gate = lab.agents.holdAt('take', 'web-1');
    await lab.ask(await lab.edit(service, { image: 'r/app:v2' }));
    await gate.reached;
    const waiting = await lab.ask(service);
    const { deployments } = lab.store;
    const add = deployments.add.bind(deployments);
    deployments.add = async (deployment) => {
      const added = await add(deployment);
      gate.open();
      await vi.waitFor(async () => expect((await deployments.get(waiting.id))?.state).toBe('succeeded'));
      return added;
    };
    const newest = await lab.ask(service, { order: 'recreate' });
    await lab.queues.idle();
    expect((await deployments.get(newest.id))?.state).toBe('succeeded');
  });

  test('what was watched to its end is not taken back because a restart finds its node still away', async () => {
    const service = await define();
    await lab.run(service);
    const gate = lab.agents.holdAt('retire', 'web-1');
    const { id } = await lab.ask(await lab.edit(service, { image: 'r/app:v2' }));
    await gate.reached;
    await lab.kill();
    gate.open();
    for (const { id } of await lab.store.nodes.list()) lab.agents.away.add(id);
    await lab.restart();
    expect((await lab.store.deployments.get(id))?.state).toBe('succeeded');
    expect(lab.agents.lines('put-aside', 'revive')).toEqual([]);
  });

  test('an old instance whose node comes back while its slot moves away is ended with the rest', async () => {
    const service = await define();
    await lab.run(service);
    const [n1] = await lab.store.nodes.list();
    lab.agents.away.add(n1!.id);
    const gate = lab.agents.holdAt('take', 'web-1', { done: true });
    await lab.ask(await lab.edit(service, { image: 'r/app:v2' }));
    await gate.reached;
    lab.agents.away.clear();
    const reaped = reapDisowned(lab.world, lab.queues, n1!.id);
    gate.open();
    await lab.queues.idle();
    await reaped;
    expect(lab.agents.lines('drain', 'retire')).toEqual(['drain web-1 n1', 'retire web-1 n1']);
  });

  test('an instance no slot wants is stopped when its node is back, and kept until a deployment succeeds', async () => {
    const service = await define();
    await lab.run(service);
    const [n1, n2] = await lab.store.nodes.list();
    lab.agents.away.add(n1!.id);
    await lab.run(await lab.edit(service, { image: 'r/app:v2' }));
    lab.agents.failAt('pull-image', 'web-1');
    expect((await lab.run(service)).state).toBe('refused');
    lab.agents.away.clear();
    await reapDisowned(lab.world, lab.queues, n1!.id);
    expect(lab.agents.lines('drain', 'retire')).toEqual(['drain web-1 n1', 'retire web-1 n1']);

    lab.agents.cure('pull-image', 'web-1');
    lab.agents.sent.length = 0;
    await lab.store.nodes.put({ ...n2!, availability: 'cordoned' });
    lab.agents.failAt('take', 'web-1');
    lab.agents.failAt('put-aside', 'web-1');
    expect((await lab.run(service)).state).toBe('failed');
    const left = (await lab.store.instances.ofService(service.id)).find(({ state }) => state === 'created')!;
    await lab.store.instances.put({ ...left, state: 'running' });
    lab.agents.sent.length = 0;
    await reapDisowned(lab.world, lab.queues, left.nodeId);
    expect(lab.agents.sent.map(({ order }) => order.kind)).toEqual(['drain', 'close']);
  });

  test('after a start no turn comes before the nodes had time to come back', async () => {
    const home = Promise.withResolvers<void>();
    const gated = new ServiceQueues(lab.world, new AbortController().signal, home.promise);
    const service = await define();
    const asked = { service, kind: 'deploy', options: defaultRedeployOptions, requestedBy: 'test' } as const;
    const { id } = await requestRedeploy(lab.world, gated, asked);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await lab.store.deployments.get(id))?.state).toBe('queued');
    home.resolve();
    await gated.idle();
    expect((await lab.store.deployments.get(id))?.state).toBe('succeeded');
  });
});
