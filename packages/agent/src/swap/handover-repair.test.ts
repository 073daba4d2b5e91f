import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aSwapNode } from '../../../../test/lib/a-swap-node.ts';
import { anInstance, refOf, theNext } from '../../../../test/lib/an-instance.ts';
import { HandoverRepair, mendingOf } from './handover-repair.ts';

const address = '10.7.0.5';
const instance = (state: 'running' | 'stopped', docked: boolean, serving = false) => ({ state, docked, serving });
const [ended, served, aside] = [instance('stopped', true), instance('running', true), instance('running', false)];
const [serves, startsAgain] = [instance('running', true, true), instance('stopped', true, true)];

describe('what is done about a handover that no order sees to', () => {
  it.each([
    ['the old one lives by it', 'old', [aside], 'nothing'],
    ['both run', 'new', [aside, served], 'nothing'],
    ['the old one lives by it, and its table is gone', null, [aside], 'rebuild'],
    ['it was broken off before the old one was undocked', 'old', [served], 'redock'],
    ['the old one has ended and the new one serves', 'new', [ended, served], 'redock'],
    ['both have ended', 'old', [ended, ended], 'close'],
    ['both are gone', 'new', [], 'close'],
  ] as const)('on one node, where %s', (_, leads, instances, mending) => {
    expect(mendingOf({ address, kind: 'here', leads }, instances, true)).toBe(mending);
  });

  it.each([
    ['the old one runs', [served], false, 'nothing'],
    ['the old one has ended, and everybody is led here still', [ended], true, 'nothing'],
    ['the old one has ended, and everybody knows better', [ended], false, 'close'],
    ['the address has come back here by itself', [ended, serves], true, 'close'],
  ] as const)('to another node, where %s', (_, instances, livesHere, mending) => {
    const handover = { address, kind: 'towards', underlay: '192.0.2.2', leads: 'new' } as const;
    expect(mendingOf(handover, instances, livesHere)).toBe(mending);
  });

  it.each([
    ['runs', [served], 'nothing'],
    ['has ended', [ended], 'close'],
    ['has crashed, and is started again', [startsAgain], 'nothing'],
  ] as const)('from another node, where the new one %s', (_, instances, mending) => {
    expect(mendingOf({ address, kind: 'receiving', isSettled: true }, instances, true)).toBe(mending);
  });
});

it('leaves a slot alone that an order is about, and closes what was left of one whose instances are gone', async () => {
  const { engine, network, order } = await aSwapNode();
  const old = anInstance(engine.buildLocally('app'));
  await order({ kind: 'take', instance: old, relayed: false });
  await order({ kind: 'open', instance: refOf(old), towards: null });
  const { containerId } = (await engine.find(old.instanceId))!;
  await engine.stop(containerId, 0);
  await network.handovers.receive({ address: theNext(old, old.image, { address: '10.7.0.9' }).address });
  let busy = true;
  const turns: string[] = [];
  const repair = new HandoverRepair({
    ...{ engine, network, livesHere: () => true, isBusy: () => busy },
    between: (slotId, act) => {
      turns.push(slotId);
      return act();
    },
  });
  expect(await repair.look()).toEqual([expect.stringContaining('10.7.0.9')]);
  expect(await network.handovers.list()).toHaveLength(1);
  busy = false;
  expect(await repair.look()).toEqual([expect.stringContaining(address)]);
  expect(await network.handovers.list()).toEqual([]);
  expect(turns).toEqual([old.slotId]);
  expect(await repair.look()).toEqual([]);
});

it('leaves one alone while an order is about its slot, though a slot that was removed had the address before', async () => {
  const { engine, network, order } = await aSwapNode();
  const image = engine.buildLocally('app');
  const removed = anInstance(image);
  await order({ kind: 'take', instance: removed, relayed: false });
  await order({ kind: 'drain', instance: refOf(removed) });
  const { slotId } = removed;
  const other = { ...theNext(removed, image), slotId: randomUUID(), slotName: 'other-1' };
  await order({ kind: 'take', instance: other, relayed: false });
  await order({ kind: 'open', instance: refOf(other), towards: null });
  await engine.stop((await engine.find(other.instanceId))!.containerId, 0);
  let busy: string = other.slotId;
  const turns: string[] = [];
  const repair = new HandoverRepair({
    ...{ engine, network, livesHere: () => true, isBusy: (id) => id === busy },
    between: (id, act) => {
      turns.push(id);
      return act();
    },
  });
  for (busy of [other.slotId, slotId]) expect(await repair.look()).toEqual([]);
  expect(turns).toEqual([]);
  busy = '';
  expect(await repair.look()).toEqual([expect.stringContaining(address)]);
  expect(turns.toSorted()).toEqual([other.slotId, slotId].toSorted());
});
