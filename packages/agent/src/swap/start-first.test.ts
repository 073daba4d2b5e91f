import type { InstanceSpec, Order, OrderKind } from '@restow/shared/domain/order';
import { describe, expect, it } from 'vitest';
import { aSwapNode } from '../../../../test/lib/a-swap-node.ts';
import { anInstance, refOf, theNext } from '../../../../test/lib/an-instance.ts';
import type { FakeImage } from '../../../../test/lib/fake-engine.ts';
import { cutOf } from './held-connections.ts';

const port = { containerPort: 80, hostPort: 8080, protocol: 'tcp' } as const;
const towards = { underlay: '192.0.2.2', ports: [{ ...port, hostPort: 9090 }] };

/** A node on which `web-1` runs with its port, and the next instance of it, prepared. */
const running = async (image: FakeImage = {}, given: Partial<InstanceSpec> = {}) => {
  const node = await aSwapNode();
  const { engine, network, order } = node;
  const v1 = engine.registry.push('r:5000/app:v1');
  const v2 = engine.registry.push('r:5000/app:v2', image);
  for (const each of [v1, v2]) await order({ kind: 'pull-image', image: each });
  const old = anInstance(v1, { ports: [port], ...given });
  const next = theNext(old, v2);
  await order({ kind: 'prepare', instance: old });
  await order({ kind: 'take', instance: old, relayed: false });
  await order({ kind: 'flip', instance: refOf(old), towards: null });
  engine.did.length = 0;
  const found = async ({ instanceId }: InstanceSpec) => (await engine.find(instanceId))!;
  /** Whom the port leads to, and who is called by the overlay. */
  const led = async () => (await network.portMap()).map(({ toAddress, overlayAddress }) => [toAddress, overlayAddress]);
  const both = { old: refOf(old), next: refOf(next) };
  const { handovers } = network;
  return { ...node, handovers, old, next, both, found, led };
};

type Running = Awaited<ReturnType<typeof running>>;

/** As far as the new one being healthy. */
const taken = async ({ order, next, both }: Running) => {
  await order({ kind: 'prepare', instance: next });
  await order({ kind: 'open', instance: both.old, towards: null });
  await order({ kind: 'take', instance: next, relayed: false });
};

const sameTwice = async ({ engine, network, order, handovers }: Running, orders: readonly Order[]) => {
  const world = async () => ({
    map: await network.portMap(),
    instances: await engine.list(),
    handovers: await handovers.list(),
    relays: [...handovers.relays],
  });
  for (const each of orders) {
    const first = await order<OrderKind>(each);
    const after = await world();
    engine.did.length = 0;
    const second = await order<OrderKind>(each);
    expect(await world(), each.kind).toEqual(after);
    expect(engine.did, each.kind).toEqual([]);
    const { tookMs: _, healthyAfterMs: __, ...same } = { ...first } as Record<string, unknown>;
    expect(second, each.kind).toMatchObject(same);
  }
};

describe('a handover on one node', () => {
  it('frees the address first, has the new one healthy before it is led anything, and stops the old one last', async () => {
    const node = await running();
    const { engine, order, handovers, old, next, both, found, led } = node;
    await order({ kind: 'prepare', instance: next });
    await order({ kind: 'open', instance: both.old, towards: null });
    const { nodeAddress: oldAddress } = await found(old);
    expect(await found(old)).toMatchObject({ state: 'running', docked: false, restartPolicy: 'no' });
    expect(await led()).toEqual([[oldAddress, old.address]]);
    await order({ kind: 'take', instance: next, relayed: false });
    expect(await found(next)).toMatchObject({ overlayAddress: old.address, restartPolicy: 'no' });
    expect(await led()).toEqual([[oldAddress, old.address]]);
    await order({ kind: 'flip', instance: both.next, towards: null });
    const { nodeAddress } = await found(next);
    expect(await led()).toEqual([[nodeAddress, next.address]]);
    await order({ kind: 'settle', instance: both.next });
    await order({ kind: 'drain', instance: both.old });
    await order({ kind: 'close', instance: both.old });
    expect(engine.did).toEqual([
      ...['create web-1', 'policy no web-1', 'undock web-1', 'start web-1', 'policy always web-1'],
      ...['die web-1', 'stop web-1'],
    ]);
    expect(handovers.did).toEqual([...['open here 10.7.0.5', 'lead 10.7.0.5 to the new one', 'close 10.7.0.5']]);
    expect(await led()).toEqual([[nodeAddress, next.address]]);
    expect(await order({ kind: 'retire', instance: both.old })).toEqual({ removedNow: true });
  });

  it('has every order sent twice leave the node as once', async () => {
    const node = await running();
    const { next, both } = node;
    await sameTwice(node, [
      { kind: 'prepare', instance: next },
      { kind: 'open', instance: both.old, towards: null },
      { kind: 'take', instance: next, relayed: false },
      { kind: 'flip', instance: both.next, towards: null },
      { kind: 'open', instance: both.old, towards: null },
      { kind: 'flip', instance: both.next, towards: null },
      { kind: 'settle', instance: both.next },
      { kind: 'drain', instance: both.old },
      { kind: 'close', instance: both.old },
      { kind: 'put-aside', instance: both.next, tailLines: 20 },
      { kind: 'revive', instance: both.old },
    ]);
  });

  it('gives the old one everything again when the new one never becomes healthy', async () => {
    const node = await running({ crashesWith: 3 });
    const { order, give, handovers, old, next, both, found, led } = node;
    const before = [await found(old), await led()];
    await order({ kind: 'prepare', instance: next });
    await order({ kind: 'open', instance: both.old, towards: null });
    expect(await give({ kind: 'take', instance: next, relayed: false })).toMatchObject({
      failure: { code: 'instance-exited' },
    });
    await order({ kind: 'put-aside', instance: both.next, tailLines: 0 });
    await order({ kind: 'revive', instance: both.old });
    expect([await found(old), await led()]).toEqual(before);
    expect(await handovers.list()).toEqual([]);
  });

  it.each([
    ['that still runs', 'open'],
    ['that was drained', 'drain'],
  ] as const)('goes back to the old one %s', async (_, last) => {
    const node = await running();
    const { order, handovers, old, next, both, found, led } = node;
    await taken(node);
    await order({ kind: 'flip', instance: both.next, towards: null });
    const { startedAt } = await found(old);
    if (last === 'open') {
      await order({ kind: 'open', instance: both.old, towards: null });
      expect(await led()).toEqual([[(await found(old)).nodeAddress, old.address]]);
      expect(await handovers.find(old.address)).toMatchObject({ leads: 'old' });
    } else await order({ kind: 'drain', instance: both.old });
    await order({ kind: 'put-aside', instance: both.next, tailLines: 0 });
    await order({ kind: 'revive', instance: both.old });
    const back = await found(old);
    expect(back).toMatchObject({ state: 'running', overlayAddress: old.address, restartPolicy: 'always' });
    if (last === 'open') expect(back.startedAt).toBe(startedAt);
    expect(await led()).toEqual([[back.nodeAddress, old.address]]);
    expect(await found(next)).toMatchObject({ state: 'stopped', restartPolicy: 'no' });
    expect(await handovers.list()).toEqual([]);
  });

  it('has nothing to open of one that is gone or ended, and leaves that one where it is', async () => {
    const { order, handovers, both, found, old } = await running();
    expect(await order({ kind: 'open', instance: both.next, towards: null })).toEqual({});
    await order({ kind: 'drain', instance: both.old });
    await order({ kind: 'open', instance: both.old, towards: null });
    expect(await found(old)).toMatchObject({ state: 'stopped', docked: true, restartPolicy: 'no' });
    expect(handovers.did).toEqual([]);
  });
});

describe('a handover to another node', () => {
  it('keeps the old one docked, relays its ports at the flip, and takes the relay away at last', async () => {
    const { order, handovers, old, both, found, led } = await running();
    await order({ kind: 'open', instance: both.old, towards });
    expect(await found(old)).toMatchObject({ docked: true, restartPolicy: 'no' });
    expect(handovers.relays.size).toBe(0);
    const ledBefore = await led();
    await order({ kind: 'flip', instance: both.old, towards });
    expect(handovers.relays.get(old.address)).toEqual({
      underlay: '192.0.2.2',
      ports: [{ protocol: 'tcp', hostPort: 8080, thereHostPort: 9090 }],
    });
    expect(await led()).toEqual(ledBefore);
    await order({ kind: 'open', instance: both.old, towards });
    expect(handovers.relays.size).toBe(0);
    await order({ kind: 'flip', instance: both.old, towards });
    await order({ kind: 'drain', instance: both.old });
    expect(await led()).toEqual([]);
    expect(handovers.relays.size).toBe(1);
    await order({ kind: 'close', instance: both.old });
    expect([handovers.relays.size, await handovers.list()]).toEqual([0, []]);
  });

  it('has every order sent twice leave the old one’s node as once', async () => {
    const node = await running();
    const { both } = node;
    await sameTwice(node, [
      { kind: 'open', instance: both.old, towards },
      { kind: 'flip', instance: both.old, towards },
      { kind: 'open', instance: both.old, towards },
      { kind: 'flip', instance: both.old, towards },
      { kind: 'drain', instance: both.old },
      { kind: 'close', instance: both.old },
    ]);
  });

  it('is called by the node network alone until the new node forwards by itself', async () => {
    const { engine, order, handovers, old, both, led, found } = await running();
    await order({ kind: 'drain', instance: both.old });
    await engine.remove((await found(old)).containerId);
    const coming = theNext(old, old.image);
    await order({ kind: 'take', instance: coming, relayed: true });
    expect(await handovers.find(old.address)).toMatchObject({ kind: 'receiving', isSettled: false });
    await order({ kind: 'flip', instance: refOf(coming), towards: null });
    const { nodeAddress } = await found(coming);
    expect(await led()).toEqual([[nodeAddress, null]]);
    await order({ kind: 'settle', instance: refOf(coming) });
    expect(await led()).toEqual([[nodeAddress, old.address]]);
    await order({ kind: 'close', instance: refOf(coming) });
    expect(await handovers.list()).toEqual([]);
  });

  it('is received no more when the new one is put aside', async () => {
    const { engine, order, handovers, old, both, found } = await running();
    await order({ kind: 'drain', instance: both.old });
    await engine.remove((await found(old)).containerId);
    const coming = theNext(old, old.image);
    await order({ kind: 'take', instance: coming, relayed: true });
    await order({ kind: 'put-aside', instance: refOf(coming), tailLines: 0 });
    expect(await handovers.list()).toEqual([]);
  });

  it('leaves nothing that leads away once the address is back, though its end never came', async () => {
    const { order, handovers, old, next, both } = await running();
    await order({ kind: 'open', instance: both.old, towards });
    await order({ kind: 'flip', instance: both.old, towards });
    await order({ kind: 'drain', instance: both.old });
    expect(await handovers.find(old.address)).toMatchObject({ kind: 'towards', leads: 'new' });
    await order({ kind: 'take', instance: next, relayed: false });
    await order({ kind: 'flip', instance: both.next, towards: null });
    await order({ kind: 'settle', instance: both.next });
    expect(await handovers.list()).toEqual([]);
    expect(handovers.relays.size).toBe(0);
  });
});

describe('what an instance holds as it ends', () => {
  const connection = (local: string, localPort: number, state: number) => ({
    local: { address: local, port: localPort },
    remote: { address: '10.7.0.9', port: 4000 + localPort },
    state,
  });
  const holding = async (image: FakeImage) => {
    const node = await running();
    const { engine, order, handovers } = node;
    const stubborn = anInstance(engine.buildLocally('app', image), {
      slotId: 'slot-2',
      address: '10.7.0.6',
      stopGraceMs: 30,
    });
    await order({ kind: 'take', instance: stubborn, relayed: false });
    const { pid, nodeAddress, address } = await node.found(stubborn);
    handovers.held.set(pid!, [
      connection('0.0.0.0', 80, 10),
      connection(address, 80, 1),
      connection(nodeAddress!, 80, 8),
      // Over, on its way out, at another address, and opened by itself.
      ...[connection(address, 80, 6), connection(address, 80, 4)],
      ...[connection('127.0.0.1', 80, 1), connection(address, 45_000, 1)],
    ]);
    return { ...node, instance: refOf(stubborn) };
  };

  it.each([
    ['is killed', { stubborn: true }],
    ['ends as soon as it is asked', {}],
  ] as const)('is cut where its callers would notice, when it %s', async (_, image) => {
    const { order, instance } = await holding(image);
    expect(await order({ kind: 'drain', instance })).toMatchObject({ cut: 2 });
    expect(await order({ kind: 'drain', instance })).toMatchObject({ cut: 0 });
  });

  it.each([
    ['took its time to finish', { exitCode: 0, tookMs: 700 }, 0],
    ['ended at once', { exitCode: 0, tookMs: 5 }, 7],
    ['was killed', { exitCode: 137, tookMs: 700 }, 2],
    ['did not heed the signal', { exitCode: 143, tookMs: 5 }, 2],
  ] as const)('is judged by how it ended: one that %s', (_, ended, cut) => {
    expect(cutOf({ first: 7, last: 2 }, ended)).toBe(cut);
  });
});

describe('an instance with the node’s own network', () => {
  it('has no address of ours, no end to look at and no port to lead, all its life', async () => {
    const { engine, network, order, give } = await aSwapNode();
    network.badEnds.set('10.7.0.5', 'nobody looks at that');
    const image = engine.buildLocally('app');
    const old = anInstance(image, { net: 'host' });
    const next = theNext(old, image);
    for (const kind of ['prepare', 'take'] as const)
      await order<'prepare' | 'take'>({ kind, instance: old, relayed: true });
    for (const kind of ['flip', 'settle', 'close'] as const)
      await order<'flip' | 'settle' | 'close'>({ kind, instance: refOf(old), towards: null });
    expect(await engine.find(old.instanceId)).toMatchObject({
      ...{ net: 'host', nodeAddress: null, docked: false, state: 'running', restartPolicy: 'always' },
    });
    expect(await engine.nodeAddresses()).toEqual([]);
    await order({ kind: 'prepare', instance: next });
    await order({ kind: 'drain', instance: refOf(old) });
    await order({ kind: 'take', instance: next, relayed: false });
    await order({ kind: 'put-aside', instance: refOf(next), tailLines: 0 });
    await order({ kind: 'revive', instance: refOf(old) });
    for (const towards of [null, { underlay: '192.0.2.2', ports: [] }])
      for (const kind of ['open', 'flip'] as const)
        await order<'open' | 'flip'>({ kind, instance: refOf(old), towards });
    expect(engine.did.filter((did) => did.includes('dock'))).toEqual([]);
    expect(network.handovers.did).toEqual([]);
    expect(await network.portMap()).toEqual([]);
    expect(await give({ kind: 'settle', instance: refOf(next) })).toMatchObject({
      failure: { code: 'instance-exited' },
    });
  });

  it('is asked at 127.0.0.1 whether it is healthy', async () => {
    const { engine, order, probe } = await aSwapNode();
    probe.answer = { ok: true };
    const healthCheck = { kind: 'http', port: 8081, path: '/up' } as const;
    await order({
      kind: 'take',
      instance: anInstance(engine.buildLocally('app'), { net: 'host', healthCheck }),
      relayed: false,
    });
    expect(probe.asked).toEqual(['http://127.0.0.1:8081/up']);
  });
});
