import { randomUUID } from 'node:crypto';
import { systemClock } from '@restow/shared/base/clock';
import { openLog } from '@restow/shared/base/log';
import {
  type Deployment,
  defaultRedeployOptions,
  hasEnded,
  type RedeployOptions,
} from '@restow/shared/domain/deployment';
import type { Node } from '@restow/shared/domain/node';
import { defaultDefinition, type Service, type ServiceDefinition } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { localAnnouncer } from '../../packages/coordinator/src/adapters/local-announcer.ts';
import { openMemoryStore } from '../../packages/coordinator/src/adapters/memory-store.ts';
import { reapDisowned } from '../../packages/coordinator/src/deployment/reap-disowned.ts';
import { requestRedeploy } from '../../packages/coordinator/src/deployment/request-redeploy.ts';
import { resume } from '../../packages/coordinator/src/deployment/resume.ts';
import { ServiceQueues } from '../../packages/coordinator/src/deployment/service-queues.ts';
import type { World } from '../../packages/coordinator/src/deployment/world.ts';
import { createService, updateService } from '../../packages/coordinator/src/services/define-service.ts';
import { ScriptedAgents } from '../lib/scripted-agents.ts';

const node = (name: string): Node => ({
  id: randomUUID(),
  name,
  tags: [],
  availability: 'active',
  unreachableSince: null,
  underlayAddress: '192.0.2.1',
  publicAddress: '192.0.2.1',
  agentVersion: '0',
  engine: { id: name, version: '20.10.24', apiVersion: '1.41', storageDriver: 'overlay2' },
  facts: {
    hostname: name,
    os: 'linux',
    arch: 'x64',
    kernel: '6',
    cores: 2,
    memoryBytes: 1,
    memoryFreeBytes: 1,
    diskBytes: 1,
    diskFreeBytes: 1,
    load1: 0,
  },
  foreignContainers: 0,
  createdAt: 0,
  lastSeenAt: 0,
});

/** A coordinator's thinking and acting parts on a store in memory and agents on paper. */
const aCluster = async (names = ['n1', 'n2', 'n3']) => {
  const store = openMemoryStore();
  const announcer = localAnnouncer();
  const agents = new ScriptedAgents(store, announcer);
  const world: World = {
    store,
    agents,
    announcer,
    clock: systemClock,
    log: openLog('test', 'silent'),
    newId: randomUUID,
    overlaySubnet: '10.7.0.0/16',
    dynamicPorts: { first: 32_000, last: 32_767 },
  };
  for (const name of names) await store.nodes.put(node(name));
  return { world, agents, store };
};

describe('a rollout', () => {
  let cluster: Awaited<ReturnType<typeof aCluster>>;
  let stop: AbortController;
  let queues: ServiceQueues;

  beforeEach(async () => {
    cluster = await aCluster();
    stop = new AbortController();
    queues = new ServiceQueues(cluster.world, stop.signal);
  });
  afterEach(async () => {
    stop.abort(new Error('test over'));
    await queues.idle();
  });

  const quick = {
    order: 'stop-first',
    gate: null,
    batch: null,
    minRunningMs: 0,
    healthDeadlineMs: 1000,
    watchMs: 0,
    onFailure: 'rollback',
  } as const;
  const define = (changes: Partial<ServiceDefinition> = {}): Promise<Service> =>
    createService(cluster.world, 'web', { ...defaultDefinition('r/app:v1'), update: quick, ...changes });
  const edit = async (service: Service, changes: Partial<ServiceDefinition>): Promise<Service> =>
    updateService(cluster.world, service.id, { ...service.definition, ...changes }, 0);
  const ask = (service: Service, options: Partial<RedeployOptions> = {}): Promise<Deployment> =>
    requestRedeploy(cluster.world, queues, {
      service,
      kind: 'redeploy',
      options: { ...defaultRedeployOptions, ...options },
      requestedBy: 'test',
    });
  const run = async (service: Service, options: Partial<RedeployOptions> = {}): Promise<Deployment> => {
    const { id } = await ask(service, options);
    await queues.idle();
    return (await cluster.store.deployments.get(id))!;
  };
  const remove = async (service: Service): Promise<Deployment> => {
    const asked = { service, kind: 'remove', options: defaultRedeployOptions, requestedBy: 'test' } as const;
    const { id } = await requestRedeploy(cluster.world, queues, asked);
    await queues.idle();
    return (await cluster.store.deployments.get(id))!;
  };
  const revisionsRunning = async (service: Service): Promise<number[]> => {
    const revisions = await cluster.store.revisions.ofService(service.id);
    const slots = await cluster.store.slots.ofService(service.id);
    return slots.map(({ desired }) => revisions.find(({ id }) => id === desired?.revisionId)?.number ?? 0);
  };

  test('of a first deployment makes every instance, all at once, and succeeds', async () => {
    const service = await define({ count: 2 });
    expect(await run(service)).toMatchObject({ state: 'succeeded', number: 1 });
    expect(cluster.agents.lines('drain', 'retire')).toEqual([]);
    expect(cluster.agents.lines('take').sort()).toEqual(['take web-1 n1', 'take web-2 n2']);
    expect((await cluster.store.slots.ofService(service.id)).map(({ address }) => address)).toEqual([
      '10.7.0.1',
      '10.7.0.2',
    ]);
  });

  test('prepares every slot before it stops any, then the gate, then the rest', async () => {
    const service = await define({ count: 3 });
    await run(service);
    cluster.agents.sent.length = 0;
    const after = await run(await edit(service, { image: 'r/app:v2' }));
    expect(after.state).toBe('succeeded');
    const order = cluster.agents.lines('pull-image', 'prepare', 'drain', 'take', 'flip');
    const first = order.findIndex((line) => line.startsWith('drain'));
    expect(order.slice(0, first).map((line) => line.split(' ')[0])).toEqual([
      ...Array(3).fill('pull-image'),
      ...Array(3).fill('prepare'),
    ]);
    expect(order.slice(first, first + 3)).toEqual(['drain web-1 n1', 'take web-1 n1', 'flip web-1 n1']);
    expect(order.slice(first + 3).filter((line) => line.includes('web-1'))).toEqual([]);
    expect(await revisionsRunning(service)).toEqual([2, 2, 2]);
  });

  test('with recreate ends every old instance before any new one starts', async () => {
    const service = await define({ count: 3 });
    await run(service);
    cluster.agents.sent.length = 0;
    await run(await edit(service, { image: 'r/app:v2' }), { order: 'recreate' });
    expect(cluster.agents.lines('drain', 'take').map((line) => line.split(' ')[0])).toEqual([
      ...Array(3).fill('drain'),
      ...Array(3).fill('take'),
    ]);
  });

  test('that fails at the gate brings the old instance back, touches no other slot, and is rolled back', async () => {
    const service = await define({ count: 3 });
    await run(service);
    cluster.agents.sent.length = 0;
    cluster.agents.failAt('take', 'web-1', { logTail: ['crash: no database'] });
    const after = await run(await edit(service, { image: 'r/crash:v1' }));
    expect(after).toMatchObject({ state: 'undone' });
    expect(after.reason).toContain('crash: no database');
    expect(cluster.agents.lines('drain', 'revive')).toEqual(['drain web-1 n1', 'revive web-1 n1']);
    expect(await revisionsRunning(service)).toEqual([1, 1, 1]);
    expect(cluster.agents.announced.at(-1)).toEqual(
      cluster.agents.announced[0]!.map((_, index) => expect.stringContaining(`10.7.0.${index + 1} `)),
    );
  });

  test('that fails after the gate takes the slots already swapped back too', async () => {
    const service = await define({ count: 3 });
    await run(service);
    cluster.agents.sent.length = 0;
    cluster.agents.failAt('take', 'web-3');
    expect((await run(await edit(service, { image: 'r/app:v2' }))).state).toBe('undone');
    expect(cluster.agents.lines('revive').sort()).toEqual(['revive web-1 n1', 'revive web-2 n2', 'revive web-3 n3']);
    expect(await revisionsRunning(service)).toEqual([1, 1, 1]);
  });

  test('whose way back fails too has failed, and says both', async () => {
    const service = await define();
    await run(service);
    cluster.agents.failAt('take', 'web-1', { message: 'the new one broke' });
    cluster.agents.failAt('revive', 'web-1', { message: 'the old one too' });
    const after = await run(await edit(service, { image: 'r/app:v2' }));
    expect(after).toMatchObject({ state: 'failed' });
    expect(after.reason).toMatch(/the new one broke[\s\S]*the old one too/);
  });

  test('brings the old instance back though the new one cannot be put aside, and says so', async () => {
    const service = await define();
    await run(service);
    const [n1] = await cluster.store.nodes.list();
    await cluster.store.nodes.put({ ...n1!, availability: 'cordoned' });
    cluster.agents.failAt('take', 'web-1', { message: 'n2 was lost' });
    cluster.agents.failAt('put-aside', 'web-1', { message: 'n2 is still lost' });
    const after = await run(await edit(service, { image: 'r/app:v2' }));
    expect(after).toMatchObject({ state: 'failed' });
    expect(after.reason).toMatch(/n2 was lost[\s\S]*n2 is still lost/);
    expect(cluster.agents.lines('revive')).toEqual(['revive web-1 n1']);
    expect(await revisionsRunning(service)).toEqual([1]);
    expect(cluster.agents.announced.at(-1)).toEqual([`10.7.0.1 ${n1!.id}`]);
  });

  test('refused while preparing stays refused, though what was made cannot be put aside', async () => {
    const service = await define({ count: 2 });
    await run(service);
    cluster.agents.failAt('prepare', 'web-2', { message: 'n2 was lost' });
    cluster.agents.failAt('put-aside', 'web-2', { message: 'n2 is still lost' });
    const after = await run(await edit(service, { image: 'r/app:v2' }));
    expect(after).toMatchObject({ state: 'refused', code: 'failed-precondition' });
    expect(after.reason).toMatch(/n2 was lost[\s\S]*n2 is still lost/);
    expect(cluster.agents.lines('drain', 'revive')).toEqual([]);
  });

  test('refused while preparing has stopped nothing', async () => {
    const service = await define({ count: 2 });
    await run(service);
    cluster.agents.sent.length = 0;
    cluster.agents.failAt('pull-image', 'web-2', { code: 'disk-full', message: 'no space left on device' });
    const after = await run(await edit(service, { image: 'r/app:v2' }));
    expect(after).toMatchObject({ state: 'refused', code: 'failed-precondition' });
    expect(after.reason).toContain('no space left');
    expect(cluster.agents.lines('drain', 'take')).toEqual([]);
  });

  test('of a first deployment that fails has nothing to go back to and has failed', async () => {
    const service = await define();
    cluster.agents.failAt('take', 'web-1');
    expect((await run(service)).state).toBe('failed');
    expect(await revisionsRunning(service)).toEqual([0]);
  });

  test('retires what an earlier failure put aside as soon as one succeeds', async () => {
    const service = await define();
    await run(service);
    cluster.agents.failAt('take', 'web-1');
    await run(await edit(service, { image: 'r/app:v2' }));
    cluster.agents.cure('take', 'web-1');
    cluster.agents.sent.length = 0;
    await run(await edit(service, { image: 'r/app:v3' }));
    expect(cluster.agents.lines('retire')).toEqual(['retire web-1 n1', 'retire web-1 n1']);
    const left = (await cluster.store.instances.ofService(service.id)).filter(({ state }) => state !== 'gone');
    expect(left.map(({ state }) => state)).toEqual(['running']);
  });

  test('DC-05: an edit while it runs waits for the next redeploy; no slot gets a mix', async () => {
    const service = await define({ count: 2 });
    await run(service);
    const gate = cluster.agents.holdAt('take', 'web-1');
    await ask(await edit(service, { env: { A: '1' } }));
    await gate.reached;
    await edit(service, { env: { A: '2' } });
    gate.open();
    await queues.idle();
    const [, second] = await cluster.store.revisions.ofService(service.id);
    expect(second!.definition.env).toEqual({ A: '1' });
    expect(await revisionsRunning(service)).toEqual([2, 2]);
  });

  test('K5: requests that wait are one, and the newest definition wins', async () => {
    const service = await define();
    await run(service);
    const gate = cluster.agents.holdAt('take', 'web-1');
    const running = await ask(await edit(service, { env: { A: '1' } }));
    await gate.reached;
    const waiting = await ask(await edit(service, { env: { A: '2' } }));
    const joined = await ask(await edit(service, { env: { A: '3' } }));
    expect(joined.id).toBe(waiting.id);
    expect(waiting.reason).toContain(`deployment ${running.number}`);
    await expect(ask(service, { noQueue: true })).rejects.toMatchObject({ code: 'busy' });
    const other = await ask(service, { reuseVolumes: false });
    expect((await cluster.store.deployments.get(waiting.id))?.state).toBe('superseded');
    gate.open();
    await queues.idle();
    expect((await cluster.store.deployments.get(other.id))?.state).toBe('succeeded');
    expect((await cluster.store.revisions.ofService(service.id)).at(-1)!.definition.env).toEqual({ A: '3' });
  });

  test('left by a coordinator that was killed goes on with the same instances', async () => {
    const service = await define({ count: 2 });
    await run(service);
    const gate = cluster.agents.holdAt('take', 'web-2');
    const { id } = await ask(await edit(service, { image: 'r/app:v2' }));
    await gate.reached;
    stop.abort(new Error('killed'));
    await queues.idle();
    const planned = (await cluster.store.deployments.get(id))!;
    expect(hasEnded(planned.state)).toBe(false);

    gate.open();
    const again = new ServiceQueues(cluster.world, new AbortController().signal);
    expect(await resume(cluster.world, again)).toBe(1);
    await again.idle();
    expect((await cluster.store.deployments.get(id))?.state).toBe('succeeded');
    const slots = await cluster.store.slots.ofService(service.id);
    expect(slots.map(({ desired }) => desired?.instanceId)).toEqual(
      planned.plan!.swaps.map(({ instanceId }) => instanceId),
    );
  });

  test('that fails after a restart takes back what it had swapped before it too', async () => {
    const service = await define({ count: 3 });
    await run(service);
    const gate = cluster.agents.holdAt('take', 'web-2');
    const { id } = await ask(await edit(service, { image: 'r/app:v2' }));
    await gate.reached;
    await vi.waitFor(() => expect(cluster.agents.lines('settle')).toHaveLength(5));
    stop.abort(new Error('killed'));
    await queues.idle();

    gate.open();
    cluster.agents.failAt('take', 'web-1', { message: 'it ended meanwhile' });
    const again = new ServiceQueues(cluster.world, new AbortController().signal);
    await resume(cluster.world, again);
    await again.idle();
    expect((await cluster.store.deployments.get(id))?.state).toBe('undone');
    expect(cluster.agents.lines('revive').sort()).toEqual(['revive web-1 n1', 'revive web-2 n2', 'revive web-3 n3']);
    expect(await revisionsRunning(service)).toEqual([1, 1, 1]);
  });

  test('TU-05: leaves an old instance on a node that does not answer alone, and reaps it when the node is back', async () => {
    const service = await define();
    await run(service);
    const [n1] = await cluster.store.nodes.list();
    cluster.agents.away.add(n1!.id);
    cluster.agents.sent.length = 0;
    expect((await run(await edit(service, { image: 'r/app:v2' }))).state).toBe('succeeded');
    expect(cluster.agents.lines('drain', 'retire', 'take')).toEqual(['take web-1 n2']);

    cluster.agents.away.clear();
    await reapDisowned(cluster.world, queues, n1!.id);
    expect(cluster.agents.lines('drain', 'retire')).toEqual(['drain web-1 n1', 'retire web-1 n1']);
  });

  test('planned at the same moment as another for the same port of the same node is refused, and the other is not', async () => {
    cluster = await aCluster(['n1']);
    queues = new ServiceQueues(cluster.world, stop.signal);
    const ports = [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' as const, published: true }];
    const web = await define({ ports });
    const api = await createService(cluster.world, 'api', { ...web.definition });
    const asked = await Promise.all([ask(web), ask(api)]);
    await queues.idle();
    const ends = await Promise.all(asked.map(({ id }) => cluster.store.deployments.get(id)));
    expect(ends.map((end) => end?.state).sort()).toEqual(['refused', 'succeeded']);
    expect(ends.find((end) => end?.state === 'refused')).toMatchObject({
      code: 'unschedulable',
      reason: expect.stringMatching(/8080 of n1|port 8080/),
    });
  });

  test('each step is one row, its order id the same when it is sent again', async () => {
    const service = await define();
    const { id } = await run(service);
    const steps = await cluster.store.deployments.steps(id);
    expect(steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'plan done',
      'pull-image done',
      'prepare done',
      'announce-endpoint done',
      'take done',
      'flip done',
      'settle done',
      'watch done',
    ]);
    expect(new Set(steps.map(({ orderId }) => orderId)).size).toBe(steps.length);
  });

  test('with fewer slots wanted ends the highest ones and frees their addresses', async () => {
    const service = await define({ count: 3 });
    await run(service);
    await run(await edit(service, { count: 1 }));
    expect((await cluster.store.slots.list()).map(({ address }) => address)).toEqual(['10.7.0.1']);
    const running = (await cluster.store.instances.list()).filter(({ state }) => state === 'running');
    expect(running).toHaveLength(1);
  });

  test('VOL-01: the volume of an image’s VOLUME is listed, used again, and replaced where it is not to be', async () => {
    cluster.agents.imageVolumes = ['/data'];
    const service = await define();
    const listed = async () =>
      Object.fromEntries(
        (await cluster.store.volumes.ofService(service.id)).map(({ name, origin, state }) => [
          name,
          `${origin} ${state}`,
        ]),
      );
    await run(service);
    const [first] = await cluster.store.volumes.ofService(service.id);
    expect(await listed()).toEqual({ [first!.name]: 'image attached' });

    const again = await run(service);
    expect(again.plan!.swaps[0]!.volumes).toEqual([
      { name: first!.name, path: '/data', fresh: false, readOnly: false, mountName: null, from: null },
    ]);
    expect(await listed()).toEqual({ [first!.name]: 'image attached' });

    cluster.agents.failAt('take', 'web-1');
    expect((await run(service, { reuseVolumes: false })).state).toBe('undone');
    const fresh = (await cluster.store.volumes.ofService(service.id)).find(({ name }) => name !== first!.name);
    expect(await listed()).toEqual({ [first!.name]: 'image attached', [fresh!.name]: 'image detached' });

    cluster.agents.cure('take', 'web-1');
    expect((await run(service, { reuseVolumes: false })).state).toBe('succeeded');
    const states = Object.entries(await listed());
    expect(states.filter(([, state]) => state === 'image attached')).toHaveLength(1);
    expect(states).toEqual(expect.arrayContaining([[first!.name, 'image detached']]));
    expect(states).toHaveLength(3);
  });

  test('a slot keeps its data though the way back from fresh volumes fails', async () => {
    const service = await define({ volumes: [{ name: null, path: '/data', access: 'exclusive', readOnly: false }] });
    await run(service);
    const [first] = await cluster.store.volumes.ofService(service.id);
    cluster.agents.failAt('take', 'web-1');
    cluster.agents.failAt('put-aside', 'web-1');
    expect((await run(service, { reuseVolumes: false })).state).toBe('failed');
    cluster.agents.cure('take', 'web-1');
    const after = await run(service);
    expect(after).toMatchObject({ state: 'succeeded' });
    expect(after.plan!.swaps[0]!.volumes.map(({ name }) => name)).toEqual([first!.name]);
  });

  test('volumes of slots that were ended are detached, whatever else could not be ended', async () => {
    const service = await define({
      count: 2,
      volumes: [{ name: null, path: '/data', access: 'exclusive', readOnly: false }],
    });
    await run(service);
    const { slotId } = (await cluster.store.volumes.ofService(service.id))[0]!;
    cluster.agents.failAt('drain', 'web-2', { message: 'it cannot be stopped' });
    expect((await remove(service)).state).toBe('failed');
    const states = async () =>
      (await cluster.store.volumes.ofService(service.id)).map((volume) => [volume.slotId === slotId, volume.state]);
    expect(await states()).toEqual([
      [true, 'detached'],
      [false, 'attached'],
    ]);
    cluster.agents.cure('drain', 'web-2');
    expect((await remove(service)).state).toBe('succeeded');
    expect((await states()).map(([, state]) => state)).toEqual(['detached', 'detached']);
  });

  test.each(['rolling', 'watching'] as const)(
    'a removal left %s by a killed coordinator, its service gone already, has succeeded',
    async (state) => {
      const service = await define();
      await run(service);
      const { store } = cluster;
      const update = store.deployments.update.bind(store.deployments);
      store.deployments.update = async (deployment) => {
        if (stop.signal.aborted) throw stop.signal.reason;
        await update(deployment);
        if (deployment.kind === 'remove' && deployment.state === state) stop.abort(new Error('killed'));
      };
      const asked = { service, kind: 'remove', options: defaultRedeployOptions, requestedBy: 'test' } as const;
      const { id } = await requestRedeploy(cluster.world, queues, asked);
      await queues.idle();
      store.deployments.update = update;
      expect((await store.services.get(service.id))?.removedAt).not.toBeNull();
      const again = new ServiceQueues(cluster.world, new AbortController().signal);
      await resume(cluster.world, again);
      await again.idle();
      expect(await store.deployments.get(id)).toMatchObject({ state: 'succeeded' });
    },
  );

  test('a request that finds another one’s turn just come waits for it', async () => {
    const service = await define();
    await run(service);
    const gate = cluster.agents.holdAt('take', 'web-1');
    await ask(await edit(service, { image: 'r/app:v2' }));
    await gate.reached;
    const waiting = await ask(service);
    const { deployments } = cluster.store;
    const add = deployments.add.bind(deployments);
    deployments.add = async (deployment) => {
      const added = await add(deployment);
      gate.open();
      await vi.waitFor(async () => expect((await deployments.get(waiting.id))?.state).toBe('succeeded'));
      return added;
    };
    const newest = await ask(service, { order: 'recreate' });
    await queues.idle();
    expect((await deployments.get(newest.id))?.state).toBe('succeeded');
  });

  test('what was watched to its end is not taken back because a restart finds its node still away', async () => {
    const service = await define();
    await run(service);
    const gate = cluster.agents.holdAt('retire', 'web-1');
    const { id } = await ask(await edit(service, { image: 'r/app:v2' }));
    await gate.reached;
    stop.abort(new Error('killed'));
    await queues.idle();
    gate.open();
    for (const { id } of await cluster.store.nodes.list()) cluster.agents.away.add(id);
    const again = new ServiceQueues(cluster.world, new AbortController().signal);
    await resume(cluster.world, again);
    await again.idle();
    expect((await cluster.store.deployments.get(id))?.state).toBe('succeeded');
    expect(cluster.agents.lines('put-aside', 'revive')).toEqual([]);
  });

  test('an old instance whose node comes back while its slot moves away is ended with the rest', async () => {
    const service = await define();
    await run(service);
    const [n1] = await cluster.store.nodes.list();
    cluster.agents.away.add(n1!.id);
    const gate = cluster.agents.holdAt('take', 'web-1');
    await ask(await edit(service, { image: 'r/app:v2' }));
    await gate.reached;
    cluster.agents.away.clear();
    const reaped = reapDisowned(cluster.world, queues, n1!.id);
    gate.open();
    await queues.idle();
    await reaped;
    expect(cluster.agents.lines('drain', 'retire')).toEqual(['drain web-1 n1', 'retire web-1 n1']);
  });

  test('an instance no slot wants is stopped when its node is back, and kept until a deployment succeeds', async () => {
    const service = await define();
    await run(service);
    const [n1, n2] = await cluster.store.nodes.list();
    cluster.agents.away.add(n1!.id);
    await run(await edit(service, { image: 'r/app:v2' }));
    cluster.agents.failAt('pull-image', 'web-1');
    expect((await run(service)).state).toBe('refused');
    cluster.agents.away.clear();
    await reapDisowned(cluster.world, queues, n1!.id);
    expect(cluster.agents.lines('drain', 'retire')).toEqual(['drain web-1 n1', 'retire web-1 n1']);

    cluster.agents.cure('pull-image', 'web-1');
    cluster.agents.sent.length = 0;
    await cluster.store.nodes.put({ ...n2!, availability: 'cordoned' });
    cluster.agents.failAt('take', 'web-1');
    cluster.agents.failAt('put-aside', 'web-1');
    expect((await run(service)).state).toBe('failed');
    const left = (await cluster.store.instances.ofService(service.id)).find(({ state }) => state === 'created')!;
    await cluster.store.instances.put({ ...left, state: 'running' });
    cluster.agents.sent.length = 0;
    await reapDisowned(cluster.world, queues, left.nodeId);
    expect(cluster.agents.sent.map(({ order }) => order.kind)).toEqual(['drain']);
  });

  test('after a start no turn comes before the nodes had time to come back', async () => {
    const home = Promise.withResolvers<void>();
    const gated = new ServiceQueues(cluster.world, stop.signal, home.promise);
    const service = await define();
    const asked = { service, kind: 'deploy', options: defaultRedeployOptions, requestedBy: 'test' } as const;
    const { id } = await requestRedeploy(cluster.world, gated, asked);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await cluster.store.deployments.get(id))?.state).toBe('queued');
    home.resolve();
    await gated.idle();
    expect((await cluster.store.deployments.get(id))?.state).toBe('succeeded');
  });
});
