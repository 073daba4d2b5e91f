import type { InstanceSpec, Order, OrderKind } from '@restow/shared/domain/order';
import { describe, expect, it } from 'vitest';
import { aSwapNode } from '../../../../test/lib/a-swap-node.ts';
import { anInstance, refOf, theNext } from '../../../../test/lib/an-instance.ts';
import type { FakeImage } from '../../../../test/lib/fake-engine.ts';

const port = { containerPort: 80, hostPort: 8080, protocol: 'tcp' } as const;

/** A node on which `web-1` runs with its port, and the next instance of it, to be made beside it. */
const running = async (image: FakeImage = {}, given: Partial<InstanceSpec> = {}) => {
  const node = await aSwapNode();
  const { engine, network, order } = node;
  const v1 = engine.registry.push('r:5000/app:v1');
  const v2 = engine.registry.push('r:5000/app:v2', image);
  for (const each of [v1, v2]) await order({ kind: 'pull-image', image: each });
  const old = anInstance(v1, { ports: [port], ...given });
  const next = theNext(old, v2, { docked: false });
  await order({ kind: 'prepare', instance: old });
  await order({ kind: 'take', instance: old, relayed: false });
  await order({ kind: 'flip', instance: refOf(old), towards: null });
  engine.did.length = 0;
  const found = async ({ instanceId }: InstanceSpec) => (await engine.find(instanceId))!;
  /** Whom the port leads to, and who is called by the overlay. */
  const led = async () => (await network.portMap()).map(({ toAddress, overlayAddress }) => [toAddress, overlayAddress]);
  const both = { old: refOf(old), next: refOf(next) };
  return { ...node, old, next, both, found, led };
};
const beside = async (node: Awaited<ReturnType<typeof running>>) => {
  await node.order({ kind: 'prepare', instance: node.next });
  await node.order({ kind: 'take', instance: node.next, relayed: false });
};

describe('a start-first swap on one node', () => {
  it('has the new one healthy before the old one lets go, and stops the old one last', async () => {
    const node = await running();
    const { engine, order, old, next, both, found, led } = node;
    await beside(node);
    expect(await found(next)).toMatchObject({ state: 'running', docked: false, restartPolicy: 'no' });
    expect(await found(old)).toMatchObject({ overlayAddress: old.address, restartPolicy: 'always' });
    await order({ kind: 'open', instance: both.old, towards: null });
    const { nodeAddress: oldAddress } = await found(old);
    expect(await led()).toEqual([[oldAddress, null]]);
    await order({ kind: 'flip', instance: both.next, towards: null });
    const { nodeAddress } = await found(next);
    expect(await led()).toEqual([[nodeAddress, next.address]]);
    await order({ kind: 'settle', instance: both.next });
    await order({ kind: 'drain', instance: both.old });
    expect(engine.did).toEqual([
      ...['create web-1', 'start web-1', 'policy no web-1', 'undock web-1', 'dock web-1', 'policy always web-1'],
      ...['die web-1', 'stop web-1'],
    ]);
    expect(await found(next)).toMatchObject({ overlayAddress: old.address, restartPolicy: 'always' });
    expect(await led()).toEqual([[nodeAddress, next.address]]);
    expect(await order({ kind: 'retire', instance: both.old })).toEqual({ removedNow: true });
  });

  it('has every order sent twice leave the node as once', async () => {
    const node = await running();
    const { engine, network, order, next, both } = node;
    const world = async () => ({ map: await network.portMap(), instances: await engine.list() });
    const orders: Order[] = [
      { kind: 'prepare', instance: next },
      { kind: 'take', instance: next, relayed: false },
      { kind: 'open', instance: both.old, towards: null },
      { kind: 'flip', instance: both.next, towards: null },
      { kind: 'settle', instance: both.next },
      { kind: 'drain', instance: both.old },
      { kind: 'put-aside', instance: both.next, tailLines: 20 },
      { kind: 'revive', instance: both.old },
    ];
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
    // An order that comes again late changes nothing of what came after it.
    const after = await world();
    await order({ kind: 'prepare', instance: next });
    expect(await world()).toEqual(after);
    expect(engine.did).toEqual([]);
  });

  it('leaves the old one as it was when the new one never becomes healthy', async () => {
    const node = await running({ crashesWith: 3 });
    const { engine, order, give, old, next, both, found, led } = node;
    const before = [await found(old), await led()];
    await order({ kind: 'prepare', instance: next });
    expect(await give({ kind: 'take', instance: next, relayed: false })).toMatchObject({
      failure: { code: 'instance-exited' },
    });
    await order({ kind: 'put-aside', instance: both.next, tailLines: 0 });
    expect([await found(old), await led()]).toEqual(before);
    expect(engine.did).not.toContain('undock web-1');
  });

  it.each([
    ['that still runs', 'open'],
    ['that was drained', 'drain'],
  ] as const)('goes back to the old one %s', async (_, last) => {
    const node = await running();
    const { order, old, next, both, found, led } = node;
    await beside(node);
    await order({ kind: 'open', instance: both.old, towards: null });
    await order({ kind: 'flip', instance: both.next, towards: null });
    if (last === 'drain') await order({ kind: 'drain', instance: both.old });
    const { startedAt } = await found(old);
    await order({ kind: 'put-aside', instance: both.next, tailLines: 0 });
    expect(await led()).toEqual([]);
    await order({ kind: 'revive', instance: both.old });
    const back = await found(old);
    expect(back).toMatchObject({ state: 'running', overlayAddress: old.address, restartPolicy: 'always' });
    if (last === 'open') expect(back.startedAt).toBe(startedAt);
    expect(await led()).toEqual([[back.nodeAddress, old.address]]);
    expect(await found(next)).toMatchObject({ state: 'stopped', restartPolicy: 'no' });
  });

  it('can be gone through again after it went back: the new one starts beside the old one as it did', async () => {
    const node = await running();
    const { order, old, next, both, found, led } = node;
    await beside(node);
    await order({ kind: 'open', instance: both.old, towards: null });
    await order({ kind: 'flip', instance: both.next, towards: null });
    await order({ kind: 'put-aside', instance: both.next, tailLines: 0 });
    await order({ kind: 'revive', instance: both.old });
    const before = [await found(old), await led()];
    await beside(node);
    expect(await found(next)).toMatchObject({ state: 'running', docked: false, restartPolicy: 'no' });
    expect([await found(old), await led()]).toEqual(before);
    await order({ kind: 'open', instance: both.old, towards: null });
    await order({ kind: 'flip', instance: both.next, towards: null });
    expect(await found(next)).toMatchObject({ overlayAddress: old.address, restartPolicy: 'always' });
  });

  it('flips nobody onto an address that another one holds, and names the holder', async () => {
    const node = await running();
    const { give, old, next, both, found, led } = node;
    await beside(node);
    const ledBefore = await led();
    const { containerName } = await found(old);
    expect(await give({ kind: 'flip', instance: both.next, towards: null })).toMatchObject({
      failure: {
        code: 'address-in-use',
        message: expect.stringContaining(`${old.address} is held by container ${containerName}`),
      },
    });
    expect(await found(next)).toMatchObject({ docked: false, restartPolicy: 'no' });
    expect(await led()).toEqual(ledBefore);
  });

  it('flips nobody whose end is not as the overlay needs it', async () => {
    const node = await running();
    const { network, give, order, next, both, found, led } = node;
    await beside(node);
    await order({ kind: 'open', instance: both.old, towards: null });
    const ledBefore = await led();
    network.badEnds.set(next.address, 'the MAC is wrong');
    expect(await give({ kind: 'flip', instance: both.next, towards: null })).toMatchObject({
      failure: { code: 'network', message: expect.stringContaining('the MAC is wrong') },
    });
    expect(await found(next)).toMatchObject({ restartPolicy: 'no' });
    expect(await led()).toEqual(ledBefore);
  });

  it('settles nobody who was not flipped', async () => {
    const node = await running();
    await beside(node);
    expect(await node.give({ kind: 'settle', instance: node.both.next })).toMatchObject({
      failure: { code: 'network', message: expect.stringContaining('no end on the overlay') },
    });
  });

  it('has nothing to open of one that is gone, and takes one that ended off the overlay', async () => {
    const { order, both, found, old } = await running();
    expect(await order({ kind: 'open', instance: both.next, towards: null })).toEqual({});
    await order({ kind: 'drain', instance: both.old });
    await order({ kind: 'open', instance: both.old, towards: null });
    expect(await found(old)).toMatchObject({ state: 'stopped', docked: false });
  });
});

describe('an instance with the node’s own network', () => {
  it('has no address of ours, no end to look at and no port to lead, all its life', async () => {
    const { engine, network, order, give } = await aSwapNode();
    network.badEnds.set('10.7.0.5', 'nobody looks at that');
    const image = engine.buildLocally('app');
    const old = anInstance(image, { net: 'host' });
    const next = theNext(old, image);
    for (const kind of ['prepare', 'take'] as const) await order({ kind, instance: old });
    for (const kind of ['flip', 'settle'] as const) await order({ kind, instance: refOf(old) });
    expect(await engine.find(old.instanceId)).toMatchObject({
      ...{ net: 'host', nodeAddress: null, docked: false, state: 'running', restartPolicy: 'always' },
    });
    expect(await engine.nodeAddresses()).toEqual([]);
    await order({ kind: 'prepare', instance: next });
    await order({ kind: 'drain', instance: refOf(old) });
    await order({ kind: 'take', instance: next, relayed: false });
    await order({ kind: 'put-aside', instance: refOf(next), tailLines: 0 });
    await order({ kind: 'revive', instance: refOf(old) });
    await order({ kind: 'open', instance: refOf(old), towards: null });
    expect(engine.did.filter((did) => did.includes('dock'))).toEqual([]);
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
