import type { InstanceSpec } from '@restow/shared/domain/order';
import { describe, expect, it } from 'vitest';
import { aSwapNode } from '../../../../test/lib/a-swap-node.ts';
import { anInstance, refOf, theNext } from '../../../../test/lib/an-instance.ts';
import { portsToBe } from './ports.ts';

const portTo = (hostPort: number) => ({ containerPort: 80, hostPort, protocol: 'tcp' }) as const;

/** A node on which `web-1` serves with port 8080 and `web-2` with 8081 and 8082. */
const serving = async () => {
  const node = await aSwapNode();
  const { engine, network, order } = node;
  const image = engine.buildLocally('app');
  const one = anInstance(image, { ports: [portTo(8080)] });
  const two = anInstance(image, {
    ...{ slotId: 'slot-2', slotIndex: 2, address: '10.7.0.6', ports: [portTo(8081), portTo(8082)] },
  });
  for (const instance of [one, two]) {
    await order({ kind: 'take', instance, relayed: false });
    await order({ kind: 'flip', instance: refOf(instance), towards: null });
  }
  const map = async () => (await network.portMap()).toSorted((a, b) => a.hostPort - b.hostPort);
  const addressOf = async ({ instanceId }: InstanceSpec) => (await engine.find(instanceId))!.nodeAddress!;
  return { ...node, image, one, two, map, addressOf, ports: node.deps.ports };
};

describe('the whole port map', () => {
  it('is what serving instances ask for, whatever it was', async () => {
    const { network, ports, map } = await serving();
    const before = await map();
    expect(before).toHaveLength(3);
    const [first] = before;
    // As after a boot, and as somebody else may have left it.
    await network.setPorts([]);
    expect((await ports.restore()).toSorted()).toEqual(['8080/tcp', '8081/tcp', '8082/tcp']);
    expect(await map()).toEqual(before);
    expect(await ports.restore()).toEqual([]);
    await network.setPorts([
      { ...first!, toAddress: '10.201.0.77' },
      { ...first!, hostPort: 9999 },
      { ...first!, hostPort: 7777, toAddress: '10.201.0.88' },
    ]);
    await ports.restore();
    expect(await map()).toEqual(before);
  });

  it('has nothing of one that was drained, and all of one that the engine is about to start again', async () => {
    const { engine, network, order, ports, map, one, two, addressOf } = await serving();
    const { containerId } = (await engine.find(two.instanceId))!;
    await engine.stop(containerId, 0);
    await order({ kind: 'drain', instance: refOf(one) });
    await network.setPorts([]);
    await ports.restore();
    const toAddress = await addressOf(two);
    expect(await map()).toMatchObject([
      { hostPort: 8081, toAddress },
      { hostPort: 8082, toAddress },
    ]);
  });

  it('leaves a swap that is under way as far as it is', async () => {
    const { order, ports, map, image, one, addressOf } = await serving();
    const next = theNext(one, image);
    const steps: [() => Promise<unknown>, InstanceSpec][] = [
      [() => order({ kind: 'prepare', instance: next }), one],
      [() => order({ kind: 'open', instance: refOf(one), towards: null }), one],
      [() => order({ kind: 'take', instance: next, relayed: false }), one],
      [() => order({ kind: 'flip', instance: refOf(next), towards: null }), next],
      [() => order({ kind: 'drain', instance: refOf(one) }), next],
    ];
    for (const [step, leadsTo] of steps) {
      await step();
      const before = await map();
      expect(before[0]).toMatchObject({ hostPort: 8080, toAddress: await addressOf(leadsTo) });
      await ports.restore();
      expect(await map()).toEqual(before);
    }
  });

  it('is not put right with what was so before an order changed it', async () => {
    const { engine, order, ports, map, image, one, addressOf } = await serving();
    const next = theNext(one, image);
    await order({ kind: 'prepare', instance: next });
    await order({ kind: 'open', instance: refOf(one), towards: null });
    await order({ kind: 'take', instance: next, relayed: false });
    // It has read the map, and waits for the engine's answer.
    const list = engine.holdAt('list');
    const restored = ports.restore();
    await list.reached;
    const flipped = order({ kind: 'flip', instance: refOf(next), towards: null });
    await new Promise((resolve) => setImmediate(resolve));
    list.open();
    await Promise.all([restored, flipped]);
    expect((await map())[0]).toMatchObject({ hostPort: 8080, toAddress: await addressOf(next) });
  });
});

describe('an instance whose ports are not written down, as one made by an older agent', () => {
  it('keeps what leads to it, running or about to be started, until somebody who serves asks for it', async () => {
    const { engine, map, one, two } = await serving();
    const present = await map();
    const [first, ...others] = await engine.list();
    const unwritten = { ...first!, ports: null };
    const keyOf = ({ hostPort }: { hostPort: number }) => hostPort;
    expect(first).toMatchObject({ instanceId: one.instanceId });
    expect(
      portsToBe([unwritten, ...others], present)
        .map(keyOf)
        .toSorted(),
    ).toEqual([8080, 8081, 8082]);
    expect(portsToBe([{ ...unwritten, state: 'stopped' }], present).map(keyOf)).toEqual([8080]);
    const next = { ...others[0]!, ports: one.ports, nodeAddress: '10.201.0.99' };
    expect(two.instanceId).toBe(next.instanceId);
    expect(portsToBe([unwritten, next], present)).toMatchObject([{ hostPort: 8080, toAddress: '10.201.0.99' }]);
    // The negative control: one that was drained keeps nothing.
    const drained = { ...unwritten, state: 'stopped', restartPolicy: 'no', serving: false } as const;
    expect(portsToBe([drained], present)).toEqual([]);
  });
});

describe('the ports of one instance', () => {
  it('are led to it again when it serves, and to nobody who does not', async () => {
    const { network, order, ports, map, one, two } = await serving();
    const before = await map();
    await network.setPorts([]);
    await ports.restoreOf(two.instanceId);
    expect(await map()).toEqual(before.slice(1));
    await order({ kind: 'drain', instance: refOf(one) });
    await ports.restoreOf(one.instanceId);
    await ports.restoreOf('nobody');
    expect(await map()).toEqual(before.slice(1));
  });
});
