import { expect, it } from 'vitest';
import { aSwapNode, FakeShipper } from '../../../../test/lib/a-swap-node.ts';
import { anInstance, refOf } from '../../../../test/lib/an-instance.ts';
import { ManualClock } from '../../../../test/lib/manual-clock.ts';
import { Retirements } from './retirements.ts';

/** A node with a drained instance whose last lines do not get through. */
const drained = async () => {
  const clock = new ManualClock();
  const node = await aSwapNode(clock);
  const instance = anInstance(node.engine.buildLocally('app'));
  await node.order({ kind: 'take', instance, relayed: false });
  await node.order({ kind: 'drain', instance: refOf(instance) });
  node.shipper.hold(instance.instanceId);
  const find = () => node.engine.find(instance.instanceId);
  return { ...node, clock, instance, find };
};

it('an agent that starts anew goes on with what the last one was told to remove', async () => {
  const { engine, clock, instance, give, deps, find } = await drained();
  const answered = give({ kind: 'retire', instance: refOf(instance) });
  await clock.untilAsleep();
  await clock.advance(250);
  expect(await answered).toEqual({ ok: true, value: { removedNow: false } });
  await deps.retirements.close();
  expect(await find()).toMatchObject({ retired: true });

  const logs = new FakeShipper();
  const next = new Retirements({ engine, logs, clock }, () => {});
  await next.resume();
  await clock.advance(0);
  expect(await find()).toBeNull();
});

it('leaves what was not retired alone', async () => {
  const { engine, clock, find } = await drained();
  await new Retirements({ engine, logs: new FakeShipper(), clock }, () => {}).resume();
  await clock.advance(60_000);
  expect(await find()).toMatchObject({ state: 'stopped', retired: false });
});

it('a removal that fails is told of and tried again', async () => {
  const { engine, clock, instance, give, shipper, trouble, find } = await drained();
  engine.failAt('remove', 'engine-unavailable');
  shipper.shipped(instance.instanceId);
  const answered = give({ kind: 'retire', instance: refOf(instance) });
  await clock.untilAsleep(2);
  await clock.advance(250);
  expect(await answered).toMatchObject({ value: { removedNow: false } });
  expect(trouble).toEqual([expect.stringContaining('could not be removed')]);
  engine.cure('remove');
  await clock.advance(5000);
  expect(await find()).toBeNull();
});

it('one that never ran wrote nothing that could be waited for', async () => {
  const clock = new ManualClock();
  const { engine, order, shipper } = await aSwapNode(clock);
  const instance = anInstance(engine.buildLocally('app'));
  await order({ kind: 'prepare', instance });
  shipper.hold(instance.instanceId);
  expect(await order({ kind: 'retire', instance: refOf(instance) })).toEqual({ removedNow: true });
});
