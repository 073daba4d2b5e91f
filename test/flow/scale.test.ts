import { type Deployment, defaultRedeployOptions } from '@restow/shared/domain/deployment';
import type { Service, ServiceDefinition } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { byItself, NodeFollower } from '../../packages/coordinator/src/deployment/follow-nodes.ts';
import { requestScale } from '../../packages/coordinator/src/deployment/request-scale.ts';
import type { DeploymentRows, Store } from '../../packages/coordinator/src/ports/store.ts';
import { describeService, readService } from '../../packages/coordinator/src/services/describe-service.ts';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';

let lab: DeploymentLab;
let stop: AbortController;
beforeEach(async () => {
  lab = await DeploymentLab.open();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort(new Error('test over'));
  await lab.end();
});

const define = (changes: Partial<ServiceDefinition> = {}): Promise<Service> =>
  lab.define({ update: quick({ order: 'stop-first' }), ...changes });
const ask = (service: Service, to: number) =>
  requestScale(lab.world, lab.queues, {
    service,
    options: { ...defaultRedeployOptions, scaleTo: to },
    requestedBy: 'test',
  });
const scale = async (service: Service, to: number) => lab.settled(await ask(service, to));
const view = async ({ id }: Service) =>
  describeService(await readService(lab.world, (await lab.store.services.get(id))!));
const slotsOf = async ({ id }: Service) =>
  (await lab.store.slots.ofService(id)).map(
    ({ index, address, desired }) => `${index} ${address} ${desired?.instanceId}`,
  );

describe('a scale', () => {
  test('up makes the slots that are missing, of the revision that runs, and asks nothing of the others', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    const before = await slotsOf(service);
    lab.agents.sent.length = 0;
    const ended = await scale(service, 4);
    expect(ended).toMatchObject({ state: 'succeeded', kind: 'scale', plan: { scale: { from: 2, to: 4 } } });
    expect((await slotsOf(service)).slice(0, 2)).toEqual(before);
    expect(await lab.revisionsRunning(service)).toEqual([1, 1, 1, 1]);
    expect(lab.agents.lines().filter((line) => /web-[12]\b/.test(line))).toEqual([]);
    expect(lab.agents.lines('resolve-image')).toEqual([]);
    expect(await view(service)).toMatchObject({ synchronized: true, definition: { count: 4 }, running: { count: 4 } });
  });

  test('counts what runs: the emptiest nodes get the new ones', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    await scale(service, 3);
    expect(await lab.serving(service)).toEqual(['web-1 n1', 'web-2 n2', 'web-3 n3']);
  });

  test('down ends the highest: no name leads there, then it is drained, then its address is free', async () => {
    const service = await define({ count: 3 });
    await lab.run(service);
    const before = await slotsOf(service);
    lab.agents.sent.length = 0;
    let named: boolean[] = [];
    const held = lab.agents.holdAt('drain', 'web-3');
    const deployment = await ask(service, 2);
    await held.reached;
    named = (await lab.store.slots.ofService(service.id)).map(({ desired }) => desired!.named);
    held.open();
    expect((await lab.settled(deployment)).state).toBe('succeeded');
    expect(named).toEqual([true, true, false]);
    expect(await slotsOf(service)).toEqual(before.slice(0, 2));
    expect(lab.agents.lines('drain', 'retire')).toEqual(['drain web-3 n3', 'retire web-3 n3']);
    expect(await view(service)).toMatchObject({ synchronized: true, definition: { count: 2 } });
  });

  test('down that failed leaves a slot without names: no scale counts it as one that runs, a redeploy serves it again', async () => {
    const service = await define({ count: 3 });
    await lab.run(service);
    const named = async () => (await lab.store.slots.ofService(service.id)).map(({ desired }) => desired?.named);
    lab.agents.failAt('drain', 'web-3');
    expect(await scale(service, 2)).toMatchObject({ state: 'failed' });
    expect(await named()).toEqual([true, true, false]);
    lab.agents.cure('drain', 'web-3');
    const now = async () => (await lab.store.services.get(service.id))!;
    expect(await scale(await now(), 4)).toMatchObject({
      state: 'refused',
      code: 'failed-precondition',
      reason:
        'web cannot be scaled to 4: web-3 was to be removed, which failed, and no name leads there any more. Scale it down again, or redeploy it.',
    });
    expect(await view(service)).toMatchObject({ definition: { count: 2 } });
    await lab.run(await lab.edit(await now(), { count: 3 }));
    expect(await named()).toEqual([true, true, true]);
    expect(await scale(await now(), 2)).toMatchObject({ state: 'succeeded' });
    expect(await named()).toEqual([true, true]);
  });

  test('with an edit pending gives the newest definition to new slots only, and the plan says so', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    await lab.edit(service, { image: 'r/app:v2' });
    const { plan } = await scale(service, 3);
    expect(await lab.revisionsRunning(service)).toEqual([1, 1, 2]);
    expect(plan?.warnings).toEqual([
      'New slots get revision 2, made of the newest definition; 2 slots stay as deployed until the service is redeployed.',
    ]);
    expect(await view(service)).toMatchObject({ synchronized: false, pending: ['image'] });
  });

  test('that fails is rolled back: no slot is left of it, and the count is what runs', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    const before = await slotsOf(service);
    lab.agents.failAt('take', 'web-3');
    expect(await scale(service, 4)).toMatchObject({ state: 'undone' });
    expect(await slotsOf(service)).toEqual(before);
    expect(await view(service)).toMatchObject({ synchronized: true, definition: { count: 2 } });
  });

  test('that cannot be placed is refused, and changes nothing', async () => {
    const port = { containerPort: 80, protocol: 'tcp', hostPort: 8080, published: true } as const;
    const service = await define({ count: 2, ports: [port] });
    await lab.run(service);
    const ended = await scale(service, 4);
    expect(ended).toMatchObject({ state: 'refused', code: 'unschedulable' });
    expect(ended.reason).toContain('port 8080 of n1 is held by web-1');
    expect(await view(service)).toMatchObject({ definition: { count: 2 }, version: 1 });
  });

  test('an exhausted subnet is refused in the plan, naming who holds how many', async () => {
    const small = await DeploymentLab.open();
    small.world.overlaySubnet = '10.7.0.0/24';
    const web = await small.define({ count: 3 });
    await small.run(web);
    await small.run(await small.define({ count: 1 }, 'db'));
    const ended = await small.settled(
      await requestScale(small.world, small.queues, {
        service: web,
        options: { ...defaultRedeployOptions, scaleTo: 300 },
        requestedBy: 'test',
      }),
    );
    await small.end();
    expect(ended).toMatchObject({ state: 'refused', code: 'unschedulable', plan: null });
    expect(ended.reason).toMatch(
      /^The overlay 10\.7\.0\.0\/24 has .* left for new slots \(held by web 3, db 1\): scale a service down or remove one that is not needed, then try again\.$/,
    );
  });

  test('refusals before anything is queued: none at all, and EVERY_NODE', async () => {
    const service = await define();
    await lab.run(service);
    await expect(ask(service, 0)).rejects.toMatchObject({ code: 'invalid', problems: [{ field: 'count' }] });
    const every = await lab.define({ strategy: 'EVERY_NODE' }, 'every');
    await expect(ask(every, 2)).rejects.toMatchObject({
      code: 'failed-precondition',
      message: expect.stringContaining('EVERY_NODE puts one slot on every node that fits'),
    });
  });

  test('waits for a redeploy and is not lost to a newer one; a newer scale takes its place', async () => {
    const service = await define({ count: 1 });
    await lab.run(service);
    const held = lab.agents.holdAt('take', 'web-1');
    const first = await lab.ask(service);
    await held.reached;
    const three = await ask(service, 3);
    const two = await ask(service, 2);
    const again = await lab.ask(service);
    held.open();
    const states = await Promise.all([first, three, two, again].map(async (one) => (await lab.settled(one)).state));
    expect(states).toEqual(['succeeded', 'superseded', 'succeeded', 'succeeded']);
    expect(await lab.revisionsRunning(service)).toHaveLength(2);
  });
});

describe('a scale whose coordinator is killed', () => {
  /** The coordinator ends at this write of a deployment: before it, or right after it. What a transaction wrote is rolled back then. */
  const killedAt = (when: 'before' | 'after', isMoment: (deployment: Deployment) => boolean) => {
    const { store } = lab;
    const { deployments } = store;
    const transaction = store.transaction.bind(store);
    let isDead = false;
    const mortal = (rows: DeploymentRows): DeploymentRows => ({
      ...rows,
      update: async (deployment) => {
        const isNow = isMoment(deployment);
        if (when === 'after' && isNow) await rows.update(deployment);
        if (isNow) {
          void lab.kill();
          isDead = true;
        }
        if (isDead) throw new Error('killed');
        return rows.update(deployment);
      },
    });
    store.deployments = mortal(deployments);
    store.transaction = (work) =>
      transaction((inner) => work({ ...inner, deployments: mortal(inner.deployments) } as Store));
    return {
      restart: async () => {
        await lab.queues.idle();
        expect(isDead).toBe(true);
        Object.assign(store, { deployments, transaction });
        return lab.restart();
      },
    };
  };

  test('as its rolling back ends, is rolled back, and leaves no slot', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    const before = await slotsOf(service);
    lab.agents.failAt('take', 'web-3');
    const killed = killedAt('before', ({ state }) => state === 'undone');
    const deployment = await ask(service, 4);
    expect(await killed.restart()).toBe(1);
    const ended = await lab.settled(deployment);
    expect(ended).toMatchObject({ state: 'undone', reason: expect.stringMatching(/^Rolled back\. .*web-3/) });
    expect(await slotsOf(service)).toEqual(before);
    expect(await view(service)).toMatchObject({ synchronized: true, definition: { count: 2 } });
  });

  test('as its refusal is written, is refused, and leaves no slot', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    const before = await slotsOf(service);
    lab.agents.failAt('prepare', 'web-3');
    const killed = killedAt('before', ({ state }) => state === 'refused');
    const deployment = await ask(service, 4);
    expect(await killed.restart()).toBe(1);
    expect(await lab.settled(deployment)).toMatchObject({ state: 'refused' });
    expect(await slotsOf(service)).toEqual(before);
    expect(await view(service)).toMatchObject({ definition: { count: 2 } });
  });

  test('once its plan is recorded, goes on by that plan', async () => {
    const service = await define({ count: 2 });
    await lab.run(service);
    const killed = killedAt('before', ({ kind, state }) => kind === 'scale' && state === 'preparing');
    const deployment = await ask(service, 3);
    await lab.queues.idle();
    const recorded = (await lab.store.deployments.get(deployment.id))?.plan;
    // Whatever a new plan would say.
    await lab.edit((await lab.store.services.get(service.id))!, { tags: ['nowhere'] });
    expect(await killed.restart()).toBe(1);
    expect(await lab.settled(deployment)).toMatchObject({ state: 'succeeded', plan: recorded });
    expect(await lab.revisionsRunning(service)).toEqual([1, 1, 1]);
  });
});

describe('STR-04: EVERY_NODE follows the nodes by itself', () => {
  const everyNode = (changes: Partial<ServiceDefinition> = {}) => define({ strategy: 'EVERY_NODE', ...changes });
  const nodeNamed = async (name: string) => (await lab.store.nodes.list()).find((node) => node.name === name)!;
  const change = async (name: string, changes: object) =>
    lab.store.nodes.put({ ...(await nodeNamed(name)), ...changes });
  const looked = async () => {
    const follower = new NodeFollower(lab.world, lab.queues, stop.signal, 0);
    follower.look();
    await follower.idle();
    await lab.queues.idle();
    return follower;
  };
  const newest = async (service: Service) => (await lab.store.deployments.list({ serviceId: service.id }))[0]!;

  test('a node that gets the tag is given an instance of what runs, not of what was edited since', async () => {
    for (const name of ['n1', 'n2']) await change(name, { tags: ['fit'] });
    const service = await everyNode({ tags: ['fit'] });
    await lab.run(service);
    await lab.edit(service, { image: 'r/app:v2' });
    const before = await slotsOf(service);
    await looked();
    expect((await newest(service)).number).toBe(1);

    await change('n3', { tags: ['fit'] });
    await looked();
    expect(await newest(service)).toMatchObject({ kind: 'scale', state: 'succeeded', requestedBy: byItself });
    expect(await lab.serving(service)).toEqual(['web-1 n1', 'web-2 n2', 'web-3 n3']);
    expect((await slotsOf(service)).slice(0, 2)).toEqual(before);
    expect(await lab.revisionsRunning(service)).toEqual([1, 1, 1]);
    expect(await view(service)).toMatchObject({ pending: ['image'] });
  });

  test('a tag that is taken away and a cordon end nothing that runs', async () => {
    const service = await everyNode();
    await lab.run(service);
    await change('n1', { availability: 'cordoned' });
    await looked();
    expect(await lab.serving(service)).toHaveLength(3);
    expect((await newest(service)).number).toBe(1);
  });

  test('one that was never started is left alone, and so is one that is paused', async () => {
    const never = await everyNode();
    await looked();
    expect(await lab.store.deployments.list({ serviceId: never.id })).toEqual([]);

    await change('n3', { availability: 'cordoned' });
    await lab.run(never);
    await lab.edit(never, { update: quick({ order: 'stop-first', onFailure: 'pause' }), image: 'r/app:v2' });
    lab.agents.failAt('take', 'web-1');
    expect((await lab.run(never)).state).toBe('paused');
    await change('n3', { availability: 'active' });
    await looked();
    expect(await newest(never)).toMatchObject({ kind: 'redeploy', state: 'paused' });
  });

  test('what cannot be done is one row, however often it is looked at; a person who changes something is heard at once', async () => {
    const port = { containerPort: 80, protocol: 'tcp', hostPort: 8080, published: true } as const;
    await change('n3', { availability: 'cordoned' });
    const service = await everyNode({ ports: [port] });
    await lab.run(service);
    const other = await lab.define({ ports: [port] }, 'other');
    await change('n3', { availability: 'active' });
    await lab.run(other);
    const follower = await looked();
    expect(await newest(service)).toMatchObject({ kind: 'scale', state: 'refused' });
    const rows = (await lab.store.deployments.list({})).length;
    for (let times = 0; times < 5; times++) {
      follower.look();
      await follower.idle();
    }
    expect((await lab.store.deployments.list({})).length).toBe(rows);
    await lab.remove(other);
    follower.lookAnew();
    await follower.idle();
    await lab.queues.idle();
    expect(await lab.serving(service)).toEqual(['web-1 n1', 'web-2 n2', 'web-3 n3']);
  });
});
