import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { HealthWatch } from '@restow/agent/health/health-watch';
import type { AgentWorld } from '@restow/agent/session/agent-world';
import { OrderRunner } from '@restow/agent/swap/order-runner';
import { systemClock } from '@restow/shared/base/clock';
import { openLog } from '@restow/shared/base/log';
import { type Order, type OrderProgress, protocolVersion } from '@restow/shared/domain/order';
import { defaultHealthTiming } from '@restow/shared/domain/service';
import { describe, expect, test } from 'vitest';
import { aDeployment, aRevision, aService, aSlot } from '../contract/store-samples.ts';
import { FakeProbe, swapDeps } from '../lib/a-swap-node.ts';
import { anInstance, refOf } from '../lib/an-instance.ts';
import { FakeEngine } from '../lib/fake-engine.ts';
import { FakeNetwork } from '../lib/fake-network.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { aHello, type Door, dialDoor, facts, startDoor, startNode, startRelayed, until } from '../lib/session-lab.ts';

const resolveImage: Order = { kind: 'resolve-image', reference: 'r/app:v1' };
const image = { kind: 'digest', reference: 'r/app:v1', repository: 'r/app', digest: 'sha256:aa' } as const;
const resolved = { ok: true, value: { image, bytes: 7 } } as const;
const ask = (orderId = 'o-1', deadlineMs = 30_000) => ({ orderId, order: resolveImage, deadlineMs }) as const;

describe('a session begins', () => {
  test('the node says hello and is in the roster, reachable, at the address it came from', async () => {
    await using door = await startDoor();
    await using node = startNode(door);
    await node.attached();
    expect(await door.store.nodes.get(node.nodeId)).toMatchObject({
      ...{ name: 'n1', tags: [], availability: 'active', unreachableSince: null, facts },
      ...{ underlayAddress: '127.0.0.1', publicAddress: '127.0.0.1', agentVersion: '0.0.0-test' },
      engine: { id: `fake-${node.nodeId}` },
    });
    expect(door.agents.isConnected(node.nodeId)).toBe(true);
  });

  test('the welcome sets the node up: networks, overlay, NATS at the host it dialled', async () => {
    await using door = await startDoor();
    await using node = startNode(door);
    await node.attached();
    expect(node.engine.did).toEqual(['network restow-node', 'network restow-overlay']);
    expect(node.network.settings).toEqual({
      ...{ subnet: '10.7.0.0/16', gateway: '10.7.255.254', vxlanId: 77, vxlanPort: 4789, mtu: 1450 },
      ...{ underlay: '127.0.0.1', nodeId: node.nodeId },
    });
    expect(node.logs.used).toEqual([{ url: 'nats://127.0.0.1:4000', token: 'nats-token' }]);
  });

  test('a node with addresses of its own keeps them', async () => {
    await using door = await startDoor();
    await using node = startNode(door, { underlay: '192.0.2.7', publicAddress: '203.0.113.7' });
    await node.attached();
    const row = await door.store.nodes.get(node.nodeId);
    expect(row).toMatchObject({ underlayAddress: '192.0.2.7', publicAddress: '203.0.113.7' });
    expect(node.network.settings?.underlay).toBe('192.0.2.7');
  });

  test("people's words on a node outlive its sessions", async () => {
    await using door = await startDoor();
    const nodeId = randomUUID();
    {
      await using node = startNode(door, { nodeId });
      await node.attached();
      const row = await door.store.nodes.get(nodeId);
      await door.store.nodes.put({ ...row!, tags: ['prod'], availability: 'cordoned' });
    }
    await using again = startNode(door, { nodeId, nodeName: 'renamed' });
    await again.attached();
    expect(await door.store.nodes.get(nodeId)).toMatchObject({
      ...{ name: 'renamed', tags: ['prod'], availability: 'cordoned', unreachableSince: null },
    });
  });
});

describe('a session is refused, and the agent gives up with a sentence', () => {
  test('with a wrong token', async () => {
    await using door = await startDoor();
    const node = startNode({ ...door, token: 'guessed' });
    await expect(node.ended).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining("The token is not this coordinator's."),
    });
    expect(await door.store.nodes.list()).toEqual([]);
  });

  test('with a name another node has', async () => {
    await using door = await startDoor();
    await using first = startNode(door);
    await first.attached();
    const second = startNode(door);
    await expect(second.ended).rejects.toMatchObject({
      code: 'already-exists',
      message: expect.stringContaining(
        `Another node is named n1 (id ${first.nodeId}). Start this agent with another --name`,
      ),
    });
    expect(await door.store.nodes.list()).toHaveLength(1);
    expect(door.agents.isConnected(first.nodeId)).toBe(true);
  });

  test('of another version of the protocol, naming both and what to upgrade', async () => {
    await using door = await startDoor();
    using client = dialDoor(door);
    client.call.write(aHello({ protocolVersion: 99 }));
    expect(await client.ended).toMatchObject({
      code: status.FAILED_PRECONDITION,
      details: `This agent speaks version 99 of the session's protocol, the coordinator version ${protocolVersion}. Both must be the same: upgrade the coordinator.`,
    });
  });

  test.each([
    ['that does not begin with a hello', { heartbeat: { facts } }, 'must be a hello'],
    ['of a node whose id is no uuid', aHello({ nodeId: 'n1' }), 'is not a version-4 uuid'],
    ['of a node whose name is no DNS label', aHello({ nodeName: 'N 1' }), 'must be a DNS label'],
    ['of a node whose underlay is no address', aHello({ underlayAddress: '1 dev eth0' }), 'is not an IP address'],
  ])('%s', async (_, message, sentence) => {
    await using door = await startDoor();
    using client = dialDoor(door);
    client.call.write(message);
    expect(await client.ended).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining(sentence),
    });
    expect(await door.store.nodes.list()).toEqual([]);
  });

  test('that says nothing for 10 s', async () => {
    const clock = new ManualClock();
    await using door = await startDoor({ clock });
    using client = dialDoor(door);
    await clock.untilAsleep();
    await clock.advance(10_000);
    expect(await client.ended).toMatchObject({ code: status.DEADLINE_EXCEEDED });
  });
});

describe('a session ends', () => {
  test('when the agent is stopped: the node is unreachable at once, and the coordinator hears no error', async () => {
    await using door = await startDoor();
    const node = startNode(door);
    await node.attached();
    await node.stop();
    const row = await until(async () => {
      const found = await door.store.nodes.get(node.nodeId);
      return found!.unreachableSince === null ? null : found;
    });
    expect(row?.unreachableSince).toBeGreaterThan(0);
    expect(door.agents.isConnected(node.nodeId)).toBe(false);
  });

  test('when another agent of the same node opens one: the newest counts, the older gives up', async () => {
    await using door = await startDoor();
    const first = startNode(door);
    await first.attached();
    await using second = startNode(door, { nodeId: first.nodeId });
    await expect(first.ended).rejects.toMatchObject({
      code: 'failed-precondition',
      message: expect.stringContaining('Only one agent may run for a node.'),
    });
    await second.attached();
    expect((await door.store.nodes.get(first.nodeId))?.unreachableSince).toBeNull();
    const outcome = door.agents.send(first.nodeId, ask());
    await second.runner.arrived('o-1');
    second.runner.answer('o-1', resolved);
    expect(await outcome).toEqual(resolved);
    expect(first.runner.runs).toEqual([]);
  });

  test('when three heartbeats were missed; one that comes back is reachable again', async () => {
    const clock = new ManualClock();
    await using door = await startDoor({ clock });
    const nodeId = randomUUID();
    using silent = dialDoor(door);
    silent.call.write(aHello({ nodeId }));
    await until(() => (door.agents.isConnected(nodeId) ? true : null));
    await clock.advance(15_000);
    expect((await door.store.nodes.get(nodeId))?.unreachableSince).toBeNull();
    await clock.advance(500);
    expect(await silent.ended).toMatchObject({
      code: status.UNAVAILABLE,
      details: 'Nothing was heard of node n1 for 15.5 s.',
    });
    const row = await until(async () => {
      const found = await door.store.nodes.get(nodeId);
      return found!.unreachableSince === null ? null : found;
    });
    expect(row!.unreachableSince).toBe(clock.now());

    using back = dialDoor(door);
    back.call.write(aHello({ nodeId }));
    await until(() => (door.agents.isConnected(nodeId) ? true : null));
    expect((await door.store.nodes.get(nodeId))?.unreachableSince).toBeNull();
  });

  test('never while heartbeats come; they carry facts', async () => {
    const clock = new ManualClock();
    await using door = await startDoor({ clock });
    const nodeId = randomUUID();
    using client = dialDoor(door);
    client.call.write(aHello({ nodeId }));
    await until(() => (door.agents.isConnected(nodeId) ? true : null));
    for (let beat = 1; beat <= 4; beat++) {
      await clock.advance(5_000);
      client.call.write({ heartbeat: { facts: { ...facts, load1: beat }, foreignContainers: beat } });
      await until(async () => ((await door.store.nodes.get(nodeId))?.foreignContainers === beat ? true : null));
    }
    await clock.advance(14_000);
    expect(await door.store.nodes.get(nodeId)).toMatchObject({
      ...{ unreachableSince: null, foreignContainers: 4, lastSeenAt: clock.now() - 14_000 },
      facts: { load1: 4 },
    });
    expect(door.agents.isConnected(nodeId)).toBe(true);
  });
});

describe('an order', () => {
  test('goes to its node, its news come back, and its outcome', async () => {
    await using door = await startDoor({ clock: new ManualClock() });
    await using node = startNode(door);
    await node.attached();
    const news: OrderProgress[] = [];
    const outcome = door.agents.send(node.nodeId, ask(), { onProgress: (progress) => news.push(progress) });
    await node.runner.arrived('o-1');
    node.runner.say('o-1', { text: 'asking', current: 1, total: null });
    node.runner.answer('o-1', resolved);
    expect(await outcome).toEqual(resolved);
    expect(news).toEqual([{ text: 'asking', current: 1, total: null }]);
    expect(node.runner.runs).toEqual([{ orderId: 'o-1', order: resolveImage, deadlineMs: 30_000 }]);
  });

  test('asked twice at the same time is one order', async () => {
    await using door = await startDoor();
    await using node = startNode(door);
    await node.attached();
    const outcomes = [door.agents.send(node.nodeId, ask()), door.agents.send(node.nodeId, ask())];
    await node.runner.arrived('o-1');
    node.runner.answer('o-1', resolved);
    expect(await Promise.all(outcomes)).toEqual([resolved, resolved]);
    expect(node.runner.runs).toHaveLength(1);
  });

  test('that runs when the connection breaks runs once, and its outcome arrives by the next session', async () => {
    await using relayed = await startRelayed();
    const { door, node } = relayed;
    const outcome = door.agents.send(node.nodeId, ask());
    await node.runner.arrived('o-1');
    await relayed.cut();
    relayed.mend();
    await node.attached(2);
    node.runner.answer('o-1', resolved);
    expect(await outcome).toEqual(resolved);
    expect(node.runner.runs).toHaveLength(1);
  });

  test('that ends while nobody is there is answered when somebody is', async () => {
    await using relayed = await startRelayed();
    const { door, node } = relayed;
    const outcome = door.agents.send(node.nodeId, ask());
    await node.runner.arrived('o-1');
    await relayed.cut();
    node.runner.answer('o-1', resolved);
    relayed.mend();
    expect(await outcome).toEqual(resolved);
    expect(node.runner.runs).toHaveLength(1);
  });

  test('given while the node is away is carried out when it comes', async () => {
    await using door = await startDoor();
    const nodeId = randomUUID();
    const outcome = door.agents.send(nodeId, ask());
    await using node = startNode(door, { nodeId });
    await node.runner.arrived('o-1');
    node.runner.answer('o-1', resolved);
    expect(await outcome).toEqual(resolved);
  });

  test('of a node that does not come back fails 15 s after its deadline', async () => {
    const clock = new ManualClock();
    await using door = await startDoor({ clock });
    let ended = false;
    const outcome = door.agents.send(randomUUID(), ask('o-1', 30_000)).finally(() => {
      ended = true;
    });
    await clock.advance(44_999);
    expect(ended).toBe(false);
    await clock.advance(1);
    expect(await outcome).toMatchObject({
      ok: false,
      failure: { code: 'engine-unavailable', message: expect.stringContaining('is not connected; start it') },
    });
  });

  test('that touches nothing fails as soon as its node was away for as long as it may be', async () => {
    const clock = new ManualClock();
    await using relayed = await startRelayed({ clock });
    const { door, node } = relayed;
    let ended = false;
    const envelope = { ...ask('o-1', 1_800_000), absenceMs: 15_000 };
    const outcome = door.agents.send(node.nodeId, envelope).finally(() => {
      ended = true;
    });
    await node.runner.arrived('o-1');

    // A flap is no absence.
    await relayed.cut();
    relayed.mend();
    await node.attached(2);
    await until(() => (door.agents.isConnected(node.nodeId) ? true : null));
    await relayed.cut();
    await clock.advance(14_999);
    expect(ended).toBe(false);
    await clock.advance(1);
    expect(await outcome).toMatchObject({
      ok: false,
      failure: {
        code: 'engine-unavailable',
        message: expect.stringContaining('No outcome of resolve-image within 15 s'),
      },
    });
    relayed.mend();
    await node.attached(3);
  });

  test('whoever waits for a node hears of its session, or of its own end', async () => {
    await using door = await startDoor();
    const nodeId = randomUUID();
    const stop = new AbortController();
    const waiting = door.agents.whenConnected(nodeId, stop.signal);
    const leaving = door.agents.whenConnected(randomUUID(), stop.signal);
    await using node = startNode(door, { nodeId });
    await waiting;
    expect(door.agents.isConnected(node.nodeId)).toBe(true);
    stop.abort(new Error('over'));
    await expect(leaving).rejects.toThrow('over');
  });

  test('that nobody wants any more is called off at its node', async () => {
    await using door = await startDoor();
    await using node = startNode(door);
    await node.attached();
    const stop = new AbortController();
    const outcome = door.agents.send(node.nodeId, ask(), { signal: stop.signal });
    await node.runner.arrived('o-1');
    stop.abort(new Error('enough'));
    await expect(outcome).rejects.toThrow('enough');
    await until(() => (node.runner.cancelled.length > 0 ? true : null));
    expect(node.runner.cancelled).toEqual(['o-1']);
    // Its outcome is dropped; the same id is a new order.
    const again = door.agents.send(node.nodeId, ask('o-2'));
    await node.runner.arrived('o-2');
    node.runner.answer('o-2', resolved);
    expect(await again).toEqual(resolved);
  });

  test('called off while the node is away is called off when it comes back', async () => {
    await using relayed = await startRelayed();
    const { door, node } = relayed;
    const stop = new AbortController();
    const outcome = door.agents.send(node.nodeId, ask(), { signal: stop.signal });
    await node.runner.arrived('o-1');
    await relayed.cut();
    stop.abort(new Error('enough'));
    await expect(outcome).rejects.toThrow('enough');
    relayed.mend();
    await until(() => (node.runner.cancelled.length > 0 ? true : null));
    expect(node.runner.cancelled).toEqual(['o-1']);
  });
});

describe('what runs on a node', () => {
  /** A node whose orders are carried out by the real runner, on a fake engine. */
  const startRealNode = async (door: Door, own: Pick<Partial<AgentWorld>, 'health'> = {}) => {
    const nodeId = randomUUID();
    const [engine, network] = [new FakeEngine({ nodeId }), new FakeNetwork()];
    const { deps } = swapDeps({ engine, network });
    const node = startNode(door, {
      nodeId,
      engine,
      network,
      runner: new OrderRunner(deps),
      nodeSubnet: '10.201.0.0/24',
      ...own,
    });
    await node.attached();
    const pinned = engine.registry.push('r:5000/app:v1');
    let given = 0;
    const order = async (what: Order) => {
      const outcome = await door.agents.send(nodeId, { orderId: `o-${++given}`, order: what, deadlineMs: 10_000 });
      if (!outcome.ok) throw new Error(`${what.kind}: ${outcome.failure.message}`);
    };
    await order({ kind: 'pull-image', image: pinned });
    return { ...node, engine, order, instance: anInstance(pinned) };
  };

  test('is in the store before the outcome of the order that made it so', async () => {
    await using door = await startDoor();
    await using node = await startRealNode(door);
    const { instance } = node;
    const seen = async () => (await door.store.instances.get(instance.instanceId))?.state;
    expect(await seen()).toBeUndefined();
    await node.order({ kind: 'prepare', instance });
    expect(await seen()).toBe('created');
    await node.order({ kind: 'take', instance, relayed: false });
    expect(await seen()).toBe('running');
    await node.order({ kind: 'drain', instance: refOf(instance) });
    expect(await seen()).toBe('stopped');
    await node.order({ kind: 'retire', instance: refOf(instance) });
    expect(await seen()).toBe('gone');
  });

  test('is told as it changes, with nobody asking', async () => {
    await using door = await startDoor();
    await using node = await startRealNode(door);
    const { instance, engine } = node;
    await node.order({ kind: 'prepare', instance });
    await node.order({ kind: 'take', instance, relayed: false });
    door.news.length = 0;
    engine.end(instance.instanceId, 3);
    const news = await until(() => door.news[0] ?? null);
    expect(news).toMatchObject({
      kind: 'instance',
      instance: { instanceId: instance.instanceId, nodeId: node.nodeId, state: 'stopped', exitCode: 3 },
    });
    expect(await door.store.instances.get(instance.instanceId)).toMatchObject({ state: 'stopped', exitCode: 3 });
  });

  test('is told with the health that its agent finds it in, as long as it serves', async () => {
    await using door = await startDoor();
    const probe = new FakeProbe();
    const health = new HealthWatch({ probe, clock: systemClock, log: openLog('test', 'silent'), random: () => 0 });
    await using node = await startRealNode(door, { health });
    const instance = {
      ...node.instance,
      healthCheck: { kind: 'tcp', port: 80 } as const,
      healthTiming: { ...defaultHealthTiming, intervalMs: 10, retries: 2 },
    };
    const told = (wanted: string) =>
      until(async () => ((await door.store.instances.get(instance.instanceId))?.health === wanted ? true : null));
    await node.order({ kind: 'prepare', instance });
    await node.engine.start((await node.engine.find(instance.instanceId))!.containerId);
    await told('starting');
    probe.answer = { ok: true };
    await node.order({ kind: 'flip', instance: refOf(instance), towards: null });
    await told('healthy');
    probe.answer = { ok: false, because: 'nothing listens' };
    await told('unhealthy');
    await node.order({ kind: 'drain', instance: refOf(instance) });
    await told('none');
    await health.close();
  });

  test('is exactly what a hello names: what ended while the node was away is gone', async () => {
    await using door = await startDoor();
    const node = await startRealNode(door);
    const { instance, engine } = node;
    await node.order({ kind: 'prepare', instance });
    await node.stop();
    await engine.remove((await engine.find(instance.instanceId))!.containerId);
    door.news.length = 0;
    await using back = startNode(door, { nodeId: node.nodeId, engine, nodeSubnet: '10.201.0.0/24' });
    await back.attached();
    expect(await door.store.instances.list()).toEqual([]);
    expect(door.news).toMatchObject([
      { kind: 'instance', instance: { state: 'gone' } },
      { kind: 'node', nodeId: node.nodeId },
    ]);
  });

  test('is followed for its logs from its birth, and again when it starts', async () => {
    await using door = await startDoor();
    await using node = await startRealNode(door);
    const { instance, engine, logs } = node;
    await node.order({ kind: 'prepare', instance });
    await until(() => logs.followed[0] ?? null);
    logs.followed.length = 0;
    await node.order({ kind: 'take', instance, relayed: false });
    await node.order({ kind: 'flip', instance: refOf(instance), towards: null });
    engine.end(instance.instanceId, 1);
    await until(() => (logs.followed.length > 1 ? true : null));
    expect(new Set(logs.followed)).toEqual(new Set([instance.instanceId]));
  });
});

describe('the published ports of a node', () => {
  const ports = [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' as const }];
  const nowhere = { address: '127.0.0.1:1', token: 'none' };
  const remembered = {
    ...{ overlaySubnet: '10.7.0.0/16', vxlanId: 77, underlay: '192.0.2.1', endpoints: { version: 4, endpoints: [] } },
  };
  /** An agent that remembers its network and has nobody to speak to. */
  const startAlone = async ({ nodeId, engine }: { nodeId: string; engine: FakeEngine }) => {
    const memory = { nodeId, network: remembered, remember: () => undefined, flush: async () => undefined };
    const network = new FakeNetwork();
    const agent = startNode(nowhere, { nodeId, engine, network, memory, nodeSubnet: '10.201.0.0/24' });
    await until(async () => ((await network.portMap()).length > 0 ? true : null));
    return { network, [Symbol.asyncDispose]: agent[Symbol.asyncDispose] };
  };

  /** An engine on which one instance serves with port 8080, and a kernel that has just booted. */
  const booted = async () => {
    const nodeId = randomUUID();
    const engine = new FakeEngine({ nodeId });
    const { order, network: before } = swapDeps({ engine, network: new FakeNetwork() });
    await before.ensure({ subnet: '10.7.0.0/16', gateway: '10.7.255.254', vxlanId: 77, underlay: '192.0.2.1', nodeId });
    const instance = anInstance(engine.buildLocally('app'), { ports });
    await order({ kind: 'take', instance, relayed: false });
    await order({ kind: 'flip', instance: refOf(instance), towards: null });
    return { nodeId, engine, instance, map: await before.portMap() };
  };

  test('are led to what serves by the agent alone, with no coordinator to be heard of', async () => {
    const { map, ...node } = await booted();
    await using alone = await startAlone(node);
    expect(await alone.network.portMap()).toEqual(map);
  });

  test('are led again to what the engine starts by itself', async () => {
    const { instance, map, ...node } = await booted();
    await using alone = await startAlone(node);
    const { network } = alone;
    await network.setPorts([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await network.portMap()).toEqual([]);
    node.engine.end(instance.instanceId, 1);
    await until(async () => ((await network.portMap()).length > 0 ? true : null));
    expect(await network.portMap()).toEqual(map);
  });
});

describe('the endpoint table', () => {
  const slotId = randomUUID();

  /** `web-1`, wanted on that node. */
  const place = async ({ store }: Door, nodeId: string) => {
    const [service] = await store.services.list();
    const before = service && (await store.revisions.ofService(service.id))[0];
    if (service && before) {
      const { desired } = (await store.slots.get(slotId))!;
      return store.slots.setDesired(slotId, { ...desired!, nodeId });
    }
    const web = aService();
    const revision = aRevision(web);
    await store.services.add(web);
    await store.revisions.add(revision);
    const deployment = await store.deployments.add(aDeployment(web, { revisionId: revision.id }));
    const desired = {
      instanceId: randomUUID(),
      revisionId: revision.id,
      nodeId,
      deploymentId: deployment.id,
      ports: [],
      named: true,
    };
    await store.slots.add(aSlot(web, { id: slotId, desired }));
  };
  const endpoint = (node: { nodeId: string }, underlay: string) => ({
    ...{ slotId, slotName: 'web-1', slotIndex: 1, serviceId: expect.any(String), serviceName: 'web', stack: 'shop' },
    ...{ named: true, everyNode: false, address: '10.7.0.1', nodeId: node.nodeId, underlay },
  });

  test('is applied everywhere when its announcement ends, and follows a slot that moves', async () => {
    await using door = await startDoor();
    await using n1 = startNode(door, { nodeName: 'n1', underlay: '192.0.2.1' });
    await using n2 = startNode(door, { nodeName: 'n2', underlay: '192.0.2.2' });
    await n1.attached();
    await n2.attached();
    await place(door, n1.nodeId);
    await door.agents.announceEndpoints();
    for (const { network } of [n1, n2]) expect(network.table?.endpoints).toEqual([endpoint(n1, '192.0.2.1')]);
    const before = n1.network.table!.version;
    await place(door, n2.nodeId);
    await door.agents.announceEndpoints();
    for (const { network } of [n1, n2]) {
      expect(network.table?.endpoints).toEqual([endpoint(n2, '192.0.2.2')]);
      expect(network.table?.version).toBe(before + 1);
    }
    await door.store.slots.remove(slotId, 1);
    await door.agents.announceEndpoints();
    for (const { network, names } of [n1, n2]) {
      expect(network.table?.endpoints).toEqual([]);
      // Whoever asks by name was told of each as well, in that order.
      expect(names.tables.map(({ endpoints }) => endpoints[0]?.nodeId)).toEqual([
        undefined,
        n1.nodeId,
        n2.nodeId,
        undefined,
      ]);
    }
  });

  test('says of a slot whether it was deployed on every node, whatever its service is defined as since', async () => {
    await using door = await startDoor();
    await using n1 = startNode(door, { nodeName: 'n1', underlay: '192.0.2.1' });
    await n1.attached();
    await place(door, n1.nodeId);
    const { store } = door;
    const [web] = await store.services.list();
    const definition = { ...web!.definition, strategy: 'EVERY_NODE' as const };
    await store.services.update({ ...web!, definition });
    await door.agents.announceEndpoints();
    expect(n1.network.table?.endpoints).toEqual([endpoint(n1, '192.0.2.1')]);
    const everywhere = aRevision(web!, { number: 2, definition });
    await store.revisions.add(everywhere);
    const { desired } = (await store.slots.get(slotId))!;
    await store.slots.setDesired(slotId, { ...desired!, revisionId: everywhere.id });
    await door.agents.announceEndpoints();
    expect(n1.network.table?.endpoints).toEqual([{ ...endpoint(n1, '192.0.2.1'), everyNode: true }]);
  });

  test('leaves out a slot whose instance has the node’s own network: nobody answers at its address', async () => {
    await using door = await startDoor();
    await using n1 = startNode(door, { nodeName: 'n1', underlay: '192.0.2.1' });
    await n1.attached();
    await place(door, n1.nodeId);
    await door.agents.announceEndpoints();
    expect(n1.network.table?.endpoints).toEqual([endpoint(n1, '192.0.2.1')]);
    const { store } = door;
    const [web] = await store.services.list();
    const onHost = aRevision(web!, { number: 2, definition: { ...web!.definition, net: 'host' } });
    await store.revisions.add(onHost);
    const { desired } = (await store.slots.get(slotId))!;
    await store.slots.setDesired(slotId, { ...desired!, revisionId: onHost.id });
    await door.agents.announceEndpoints();
    expect(n1.network.table?.endpoints).toEqual([]);
    await store.slots.setDesired(slotId, desired);
    await door.agents.announceEndpoints();
    expect(n1.network.table?.endpoints).toEqual([endpoint(n1, '192.0.2.1')]);
  });

  test('is sent whole to a node that comes, and its new address to all others', async () => {
    await using door = await startDoor();
    await using n1 = startNode(door, { nodeName: 'n1' });
    const n2 = startNode(door, { nodeName: 'n2', underlay: '192.0.2.2' });
    await n1.attached();
    await n2.attached();
    await place(door, n2.nodeId);
    await door.agents.announceEndpoints();
    await n2.stop();
    await using back = startNode(door, { nodeName: 'n2', nodeId: n2.nodeId, underlay: '192.0.2.22' });
    await back.attached();
    expect(back.network.table?.endpoints).toEqual([endpoint(n2, '192.0.2.22')]);
    await until(() => (n1.network.table?.version === back.network.table?.version ? true : null));
    expect(n1.network.table).toEqual(back.network.table);
  });

  test('that a node cannot apply is a timeout naming the node and why, and is tried on there', async () => {
    const clock = new ManualClock();
    await using door = await startDoor({ clock });
    await using n1 = startNode(door, { nodeName: 'n1' });
    await n1.attached();
    const { applyEndpoints } = n1.network;
    const refused = Promise.withResolvers<void>();
    n1.network.applyEndpoints = async () => {
      refused.resolve();
      throw new Error('the bridge is gone');
    };
    await place(door, n1.nodeId);
    const announced = door.agents.announceEndpoints();
    announced.catch(() => undefined);
    await refused.promise;
    await clock.advance(10_000);
    await expect(announced).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/after 10 s: n1( \(the bridge is gone\))?\. Look at the agent's log there\.$/),
    });
    n1.network.applyEndpoints = applyEndpoints;
    await door.agents.announceEndpoints();
    expect(n1.network.table?.endpoints).toHaveLength(1);
  });

  test('does not wait for a node that went away', async () => {
    await using door = await startDoor();
    const n1 = startNode(door, { nodeName: 'n1' });
    await n1.attached();
    const held = Promise.withResolvers<void>();
    n1.network.applyEndpoints = () => held.promise;
    await place(door, n1.nodeId);
    const announced = door.agents.announceEndpoints();
    await n1.stop();
    await announced;
    held.resolve();
  });
});
