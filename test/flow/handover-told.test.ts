import type { Service } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';

describe('what is told of a swap', () => {
  let lab: DeploymentLab;
  beforeEach(async () => {
    lab = await DeploymentLab.open(['n1', 'n2']);
  });
  afterEach(() => lab.end());

  const stepsOf = async ({ id }: { id: string }, name: string) =>
    (await lab.store.deployments.steps(id)).filter((step) => step.name === name);
  const named = async (service: Service) =>
    (await lab.store.slots.ofService(service.id)).map(({ desired }) => desired?.named ?? null);
  const lineUp = async (order: 'start-first' | 'stop-first') => {
    const service = await lab.define({ update: quick({ order }) });
    await lab.run(service);
    return service;
  };

  describe('names', () => {
    test('lead to a slot that is new when its instance serves, and not before', async () => {
      const service = await lab.define();
      const gate = lab.agents.holdAt('take', 'web-1');
      const asked = await lab.ask(service);
      await gate.reached;
      expect(await named(service)).toEqual([false]);
      gate.open();
      expect(await lab.settled(asked)).toMatchObject({ state: 'succeeded' });
      expect(await named(service)).toEqual([true]);
      expect(await stepsOf(asked, 'announce-name')).toMatchObject([
        { state: 'done', slotName: 'web-1', nodeName: 'n1', detail: 'names lead to web-1' },
      ]);
    });

    test('nor to one that never served', async () => {
      const service = await lab.define();
      lab.agents.failAt('take', 'web-1');
      expect(await lab.run(service)).toMatchObject({ state: 'failed' });
      expect(await named(service)).toEqual([null]);
    });

    test.each(['start-first', 'stop-first'] as const)('lead on to one that is redeployed, %s', async (order) => {
      const service = await lineUp(order);
      const gate = lab.agents.holdAt('flip', 'web-1');
      const asked = await lab.ask(service);
      await gate.reached;
      expect(await named(service)).toEqual([true]);
      gate.open();
      expect(await lab.settled(asked)).toMatchObject({ state: 'succeeded' });
      expect(await named(service)).toEqual([true]);
      // There was nothing to tell.
      expect(await stepsOf(asked, 'announce-name')).toEqual([]);
    });

    test.each([false, true])(
      'are told once by the next coordinator where one was killed as it told them (%s)',
      async (done) => {
        const service = await lab.define();
        // The address first, then the name.
        const gate = lab.agents.holdAt('announce-endpoint', '', { done, skip: 1 });
        const asked = await lab.ask(service);
        await gate.reached;
        await lab.kill();
        gate.open();
        await lab.restart();
        expect(await lab.settled(asked)).toMatchObject({ state: 'succeeded' });
        expect(await named(service)).toEqual([true]);
        expect(await stepsOf(asked, 'announce-name')).toMatchObject([{ state: 'done' }]);
        expect(lab.agents.lines('take')).toHaveLength(1);
      },
    );

    test('lead no more to slots that go, before the first of them is drained', async () => {
      const service = await lab.define({ count: 3 });
      await lab.run(service);
      const gate = lab.agents.holdAt('drain', 'web-3');
      const asked = await lab.ask(await lab.edit(service, { count: 1 }));
      await gate.reached;
      expect(await named(service)).toEqual([true, false, false]);
      const told = lab.agents.announced.length;
      gate.open();
      expect(await lab.settled(asked)).toMatchObject({ state: 'succeeded' });
      expect(lab.agents.announced.length).toBeGreaterThan(told);
      expect(await stepsOf(asked, 'announce-name')).toMatchObject([
        { state: 'done', phase: 'retire', detail: 'no name leads to web-2 and web-3 any more' },
      ]);
    });

    test('and those of a service that is removed, though the coordinator is killed as it says so', async () => {
      const service = await lab.define();
      await lab.run(service);
      const told = lab.agents.announced.length;
      const gate = lab.agents.holdAt('announce-endpoint', '');
      const removed = lab.remove(service);
      await gate.reached;
      expect(await named(service)).toEqual([false]);
      expect(lab.agents.lines('drain')).toEqual([]);
      await lab.kill();
      gate.open();
      await removed;
      await lab.restart();
      const [last] = await lab.store.deployments.list({ serviceId: service.id, limit: 1 });
      expect(last).toMatchObject({ kind: 'remove', state: 'succeeded' });
      expect(await stepsOf(last!, 'announce-name')).toMatchObject([{ state: 'done' }]);
      expect(lab.agents.announced.length).toBe(told + 2);
      expect(lab.agents.lines('drain')).toEqual(['drain web-1 n1']);
    });
  });

  describe('connections that were cut', () => {
    test.each(['start-first', 'stop-first'] as const)('are said, %s, in the step and in the result', async (order) => {
      const service = await lineUp(order);
      lab.agents.cut.set('web-1', 2);
      const after = await lab.run(service);
      expect(after).toMatchObject({ state: 'succeeded', reason: '2 connections were cut: 2 of web-1.' });
      const [drained] = await stepsOf(after, 'drain');
      expect(drained?.detail).toBe('stopped after 0.0 s, exit code 0; 2 connections were cut at its end; kept');
    });

    test('of what is rolled back too', async () => {
      const service = await lineUp('start-first');
      lab.agents.cut.set('web-1', 1);
      lab.agents.failAt('close', 'web-1', { message: 'it cannot be closed' }, { times: 1 });
      const after = await lab.run(service);
      expect(after.reason).toMatch(/^Rolled back\. .*it cannot be closed\n1 connection was cut: 1 of web-1\.$/);
    });

    test('and of slots that are removed', async () => {
      const service = await lab.define({ count: 2 });
      await lab.run(service);
      lab.agents.cut.set('web-1', 1).set('web-2', 3);
      expect(await lab.remove(service)).toMatchObject({
        state: 'succeeded',
        reason: '4 connections were cut: 1 of web-1 and 3 of web-2.',
      });
    });

    test('where none was, nothing is said', async () => {
      const after = await lab.run(await lineUp('start-first'));
      expect(after).toMatchObject({ state: 'succeeded', reason: '' });
      expect((await stepsOf(after, 'drain'))[0]?.detail).not.toContain('connection');
    });
  });

  test('an old instance that had ended has nothing to hand over: its slot gets a new one, no handover is begun', async () => {
    const service = await lineUp('start-first');
    const [old] = lab.agents.engines.of('web-1');
    lab.agents.engines.crash(old!.instanceId);
    await lab.agents.sees({ ...(await lab.store.instances.get(old!.instanceId))!, state: 'stopped', exitCode: 1 });
    lab.agents.sent.length = 0;
    expect(await lab.run(service)).toMatchObject({ state: 'succeeded' });
    expect(lab.agents.lines('open', 'drain', 'take', 'flip')).toEqual([
      ...['drain web-1 n1', 'take web-1 n1', 'flip web-1 n1'],
    ]);
    expect(await lab.serving(service)).toEqual(['web-1 n1']);
  });

  test('one that has the network of its node neither: the plan says so, and by name it is refused', async () => {
    const service = await lab.define({ net: 'host' });
    await lab.run(service);
    const bridged = await lab.edit(service, { net: 'bridge' });
    lab.agents.sent.length = 0;
    expect(await lab.run(bridged, { order: 'start-first' })).toMatchObject({ state: 'refused' });
    const { state, plan } = await lab.run(bridged);
    expect([state, plan?.order.chosen]).toEqual(['succeeded', 'stop-first']);
    expect(plan?.order.because).toMatch(/^what runs has the network of its node.*; a slot is expected not to answer/);
    // The control: now it has an address of its own.
    expect((await lab.run(bridged)).plan?.order.chosen).toBe('start-first');
  });
});
