import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { Service } from '@restow/shared/domain/service';
import { handoverSteps, moveSteps, type SwapAct, type SwapStep } from '@restow/shared/domain/swap';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reapDisowned, reapSeen } from '../../packages/coordinator/src/deployment/reap-disowned.ts';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';
import type { ActKind } from '../lib/scripted-agents.ts';

/** Where the new instance goes, the old one being on n1, and the table of that. */
const tables: [where: string, to: 'n1' | 'n2', table: readonly SwapStep[]][] = [
  ['on its node', 'n1', handoverSteps],
  ['on its way to another', 'n2', moveSteps],
];

/** One act of a table, or of its way back, as the script of the agents names it. */
type Act = [name: string, kind: ActKind, slot: string, order: SwapAct, on: SwapStep['on']];

const actOf = ({ order, on }: Pick<SwapStep, 'order' | 'on'>, to: string): Act => {
  const node = on === 'old' ? 'n1' : to;
  // Announcing is of no slot.
  const slot = order === 'announce-endpoint' ? '' : `web-1 ${node}`;
  return [`${order} ${on}`, order as ActKind, slot, order, on];
};

/** The rows that change anything, in the order in which they are walked. */
const rowsOf = (table: readonly SwapStep[]): SwapStep[] =>
  table.filter(({ order, phase }) => phase !== 'retire' && order !== 'pull-image');

/** What the way back from the end of a table asks for, in its order, each once. */
const waysBackOf = (table: readonly SwapStep[]): NonNullable<SwapStep['undo']>[] => {
  const backs = rowsOf(table).flatMap(({ undo }) => undo ?? []);
  return backs
    .toReversed()
    .filter((back, at, all) => all.findIndex((one) => one.order === back.order && one.on === back.on) === at);
};

describe('start-first', () => {
  let lab: DeploymentLab;
  let service: Service;

  const port = { containerPort: 80, hostPort: 8080, protocol: 'tcp', published: true } as const;

  beforeEach(async () => {
    lab = await DeploymentLab.open(['n1', 'n2']);
    service = await lab.define({ ports: [port], update: quick({ order: 'start-first' }) });
    await lab.run(service);
    service = await lab.edit(service, { image: 'r/app:v2' });
    lab.agents.sent.length = 0;
    lab.agents.engines.happened.length = 0;
  });
  afterEach(() => lab.end());

  const idOf = async (name: string) => (await lab.store.nodes.list()).find((node) => node.name === name)!.id;
  const moves = async (to: 'n1' | 'n2') => {
    const [n1] = await lab.store.nodes.list();
    if (to === 'n2') await lab.store.nodes.put({ ...n1!, availability: 'cordoned' });
  };
  const states = () => lab.agents.engines.of('web-1').map(({ state }) => state);

  /** One instance has all its slot has, nobody has anything else, and nothing of a handover is left anywhere. */
  const honest = async (revision: 1 | 2, node: string) => {
    expect(await lab.serving(service)).toEqual([`web-1 ${node}`]);
    expect(await lab.revisionsRunning(service)).toEqual([revision]);
    expect(lab.agents.engines.handovers()).toEqual([]);
    const others = lab.agents.engines.of('web-1').filter(({ state, undocked, ports, policy }) => {
      return state === 'running' || undocked || ports || policy;
    });
    expect(others).toHaveLength(1);
  };

  describe.each(tables)('%s', (_where, to, table) => {
    const rows = rowsOf(table).map((row) => actOf(row, to));
    const back = waysBackOf(table).map((row) => actOf(row, to));
    /** What comes last, so that everything has to go back. */
    const [, lastKind, lastSlot] = rows.at(-1)!;

    beforeEach(() => moves(to));

    test('the rows are walked in their order, each order once, each under an id of its own', async () => {
      const { id, state, plan } = await lab.run(service);
      expect(state).toBe('succeeded');
      expect(plan?.predictedOutage.seconds).toBe(0);
      const asked = lab.agents.sent.slice(lab.agents.lines().findIndex((line) => line.startsWith('prepare')));
      expect(asked.map(({ line }) => line)).toEqual([
        ...rows.flatMap(([, kind, slot]) => (slot === '' ? [] : [`${kind} ${slot}`])),
        'retire web-1 n1',
      ]);
      expect(new Set(asked.map(({ orderId }) => orderId)).size).toBe(asked.length);
      const steps: DeploymentStep[] = await lab.store.deployments.steps(id);
      expect(
        steps.filter(({ phase }) => phase === 'handover').map(({ name, nodeName }) => `${name} ${nodeName}`),
      ).toEqual(rows.slice(1).map(([, kind, , , on]) => `${kind} ${on === 'old' ? 'n1' : to}`));
      await honest(2, to);
      expect(states()).toEqual(['running']);
    });

    test('each node is told what it has to know of the other', async () => {
      await lab.run(service);
      const [n1, n2] = await lab.store.nodes.list();
      await lab.store.nodes.put({ ...n1!, availability: 'active' });
      const towards =
        to === 'n1'
          ? null
          : { underlay: n2!.underlayAddress, ports: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' }] };
      const told = lab.agents.sent.flatMap(({ line, order }): [string, unknown][] =>
        order.kind === 'open' || order.kind === 'flip'
          ? [[line, order.towards]]
          : order.kind === 'take'
            ? [[line, order.relayed]]
            : [],
      );
      expect(told).toEqual([
        ['open web-1 n1', towards],
        [`take web-1 ${to}`, to === 'n2'],
        [`flip web-1 ${to}`, null],
        ...(to === 'n2' ? [['flip web-1 n1', towards]] : []),
      ]);
    });

    test('a node is not waited for where another one could answer what is led to it', async () => {
      lab.agents.failAt(lastKind, lastSlot, {}, { times: 1 });
      expect(await lab.run(service)).toMatchObject({ state: 'undone' });
      const urgent = lab.agents.sent.flatMap(({ line, isUrgent }) => (isUrgent ? [line] : []));
      expect(urgent.filter((line) => !/^(resolve|survey|pull|prepare)/.test(line))).toEqual(
        to === 'n1'
          ? []
          : [
              'flip web-1 n2',
              'drain web-1 n1',
              'settle web-1 n2',
              'close web-1 n1',
              'close web-1 n2',
              'put-aside web-1 n2',
            ],
      );
    });

    describe.each(rows)('when %s fails', (_row, kind, slot, order) => {
      test.each([
        ['and nothing was done', false],
        ['though it was done', true],
      ])('%s, the old instance has everything again and the new one is put aside', async (_what, done) => {
        lab.agents.failAt(kind, slot, { message: 'it cannot be done' }, { done, times: 1 });
        const after = await lab.run(service);
        expect(after).toMatchObject({ state: order === 'prepare' ? 'refused' : 'undone' });
        expect(after.reason).toContain('it cannot be done');
        await honest(1, 'n1');
        // Only what reached the old instance was undone on it.
        const touched = lab.agents.lines('open').length > 0;
        expect(lab.agents.lines('revive')).toEqual(touched ? ['revive web-1 n1'] : []);
        // It was started again only where it had been asked to end.
        const drained = lab.agents.lines('drain').length > 0 && !(order === 'drain' && !done);
        const taken = lab.agents.lines('take').length > 0 && !(order === 'take' && !done);
        expect(lab.agents.engines.happened.filter((what) => what === 'start web-1')).toHaveLength(
          (taken ? 1 : 0) + (drained ? 1 : 0),
        );
      });
    });

    describe.each(rows)('when the coordinator is killed at %s', (_row, kind, slot) => {
      test.each([
        ['before it was done', false],
        ['after it was done', true],
      ])('%s, the next one ends it, and nothing is made or started twice', async (_what, done) => {
        const gate = lab.agents.holdAt(kind, slot, { done });
        const asked = await lab.ask(service);
        await gate.reached;
        await lab.kill();
        gate.open();
        expect(await lab.restart()).toBe(1);
        expect(await lab.settled(asked)).toMatchObject({ state: 'succeeded' });
        await honest(2, to);
        expect(states()).toEqual(['running']);
        expect(lab.agents.engines.happened).toEqual(['create web-1', 'start web-1']);
        // What was carried out before is not asked again: an open after a flip would take that back.
        const again = lab.agents.lines('open', 'take', 'flip', 'settle', 'drain', 'close');
        const twice = again.filter((line, at) => again.indexOf(line) !== at);
        expect(twice).toEqual(slot === '' || kind === 'prepare' ? [] : [`${kind} ${slot}`]);
      });

      test('and what follows fails, the old instance has everything again', async () => {
        const gate = lab.agents.holdAt(kind, slot, { done: true });
        const asked = await lab.ask(service);
        await gate.reached;
        await lab.kill();
        gate.open();
        lab.agents.failAt(lastKind, lastSlot, { message: 'it cannot be closed' }, { times: 1 });
        await lab.restart();
        expect(await lab.settled(asked)).toMatchObject({ state: 'undone' });
        await honest(1, 'n1');
      });
    });

    describe.each(back)('on the way back, at %s', (_back, kind, slot, order) => {
      /** Such an act is one of the way in too. */
      const skip = rows.some(([, , at, known]) => at === slot && known === order) ? 1 : 0;
      beforeEach(() => lab.agents.failAt(lastKind, lastSlot, { message: 'it cannot be closed' }, { times: 1 }));

      test('what fails too is told, and everything else has gone back', async () => {
        lab.agents.failAt(kind, slot, { message: 'nor can that be done' }, { done: true, skip });
        const after = await lab.run(service);
        expect(after).toMatchObject({ state: 'failed' });
        expect(after.reason).toMatch(/it cannot be closed[\s\S]*nor can that be done/);
        await honest(1, 'n1');
      });

      test.each([
        ['before it was done', false],
        ['after it was done', true],
      ])('killed %s, the next coordinator goes back to the end, and nothing is started twice', async (_what, done) => {
        const gate = lab.agents.holdAt(kind, slot, { done, skip });
        const asked = await lab.ask(service);
        await gate.reached;
        await lab.kill();
        gate.open();
        await lab.restart();
        expect(await lab.settled(asked)).toMatchObject({ state: 'undone' });
        await honest(1, 'n1');
        // The new one, and the old one once it was back.
        expect(lab.agents.engines.happened).toEqual(['create web-1', 'start web-1', 'start web-1']);
      });
    });

    test('another redeploy that arrives in the middle waits for its turn, and begins where this one ended', async () => {
      const gate = lab.agents.holdAt('flip', `web-1 ${to}`, { done: true });
      const first = await lab.ask(service);
      await gate.reached;
      service = await lab.edit(service, { image: 'r/app:v3' });
      const second = await lab.ask(service);
      expect(second).toMatchObject({ state: 'queued', reason: `Waits for deployment ${first.number} of web.` });
      const asked = lab.agents.sent.length;
      gate.open();
      await lab.queues.idle();
      const ends = await Promise.all([first, second].map(({ id }) => lab.store.deployments.get(id)));
      expect(ends.map((end) => end?.state)).toEqual(['succeeded', 'succeeded']);
      expect(ends[1]?.plan?.swaps[0]?.from?.revisionNumber).toBe(2);
      expect(lab.agents.sent.slice(asked).filter(({ line }) => line.startsWith('open'))).toHaveLength(1);
      expect(await lab.revisionsRunning(service)).toEqual([3]);
      expect(await lab.serving(service)).toEqual([`web-1 ${to}`]);
      expect(lab.agents.engines.handovers()).toEqual([]);
      expect(states()).toEqual(['running']);
    });

    test('a new instance that crashes after the flip is given up for the old one', async () => {
      const gate = lab.agents.holdAt('settle', 'web-1');
      const asked = await lab.ask(service);
      await gate.reached;
      const [, crashed] = lab.agents.engines.of('web-1');
      lab.agents.engines.crash(crashed!.instanceId);
      lab.agents.failAt('settle', 'web-1', { message: 'it ended with exit code 1' });
      gate.open();
      expect(await lab.settled(asked)).toMatchObject({ state: 'undone' });
      await honest(1, 'n1');
    });

    test('and so is one that crashes while it is watched', async () => {
      const gate = lab.agents.holdAt(lastKind, lastSlot);
      const asked = await lab.ask(service);
      await gate.reached;
      const [, crashed] = lab.agents.engines.of('web-1');
      lab.agents.engines.crash(crashed!.instanceId);
      await lab.agents.sees({
        ...(await lab.store.instances.get(crashed!.instanceId))!,
        state: 'stopped',
        exitCode: 1,
      });
      gate.open();
      const after = await lab.settled(asked);
      expect(after).toMatchObject({ state: 'undone' });
      expect(after.reason).toContain('web-1');
      await honest(1, 'n1');
    });

    describe.each(rows.filter(([, , slot]) => slot !== ''))(
      'when its node is lost at %s',
      (_row, kind, slot, _order, on) => {
        const lost = on === 'old' ? 'n1' : to;
        /** From the old one's drain on a move has no way back, and needs none. */
        const isOnwards = table.some((row) => row.onwards && row.order === kind && row.on === on);

        test.each([
          ['before that was done', false],
          ['after it was done', true],
        ])('%s, what is there is as it should be, and so is all when the node is back', async (_what, done) => {
          const gate = lab.agents.holdAt(kind, slot, { done });
          const asked = await lab.ask(service);
          await gate.reached;
          const id = await idOf(lost);
          lab.agents.away.add(id);
          gate.open();
          const after = await lab.settled(asked);
          const steps = await lab.store.deployments.steps(after.id);
          const failed = steps.filter(({ state }) => state === 'failed');
          if (isOnwards) {
            expect(after).toMatchObject({ state: 'succeeded' });
            expect(failed.map(({ name }) => name)).toEqual([kind]);
            expect(failed[0]!.detail).toContain(`The swap goes on without ${lost}`);
          } else {
            expect(after.state).toBe(kind === 'prepare' ? 'refused' : 'failed');
            // One that is out of reach goes on as it was.
            if (lost === 'n2') expect(await lab.serving(service)).toContain('web-1 n1');
          }

          lab.agents.comesBack(id);
          await reapDisowned(lab.world, lab.queues, id);
          await honest(isOnwards ? 2 : 1, isOnwards ? to : 'n1');
        });

        test('and only its engine, the same', async () => {
          const gate = lab.agents.holdAt(kind, slot);
          const asked = await lab.ask(service);
          await gate.reached;
          const id = await idOf(lost);
          lab.agents.engineless.add(id);
          gate.open();
          const { state } = await lab.settled(asked);
          expect(state).toBe(isOnwards ? 'succeeded' : kind === 'prepare' ? 'refused' : 'failed');
          lab.agents.engineless.clear();
          // No session begins, and its agent tells of all it has.
          const seen = (await lab.store.instances.list()).filter(({ nodeId }) => nodeId === id);
          await reapSeen(lab.world, lab.queues, id, seen);
          await honest(isOnwards ? 2 : 1, isOnwards ? to : 'n1');
        });
      },
    );
  });
});
