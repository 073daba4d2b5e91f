import type { Service } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';
import type { ActKind } from '../lib/scripted-agents.ts';

/** The rows that change anything, in the order in which they are walked. */
const rows = ['prepare', 'take', 'open', 'announce-endpoint', 'flip', 'settle', 'drain'] as const;

describe('start-first', () => {
  let lab: DeploymentLab;
  let service: Service;

  beforeEach(async () => {
    lab = await DeploymentLab.open(['n1', 'n2']);
    service = await lab.define({
      ports: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp', published: true }],
      update: quick({ order: 'start-first' }),
    });
    await lab.run(service);
    service = await lab.edit(service, { image: 'r/app:v2' });
    lab.agents.sent.length = 0;
    lab.agents.engines.happened.length = 0;
  });
  afterEach(() => lab.end());

  /** Where the new instance goes: the old one is on n1. */
  const moves = async (to: 'n1' | 'n2') => {
    const [n1] = await lab.store.nodes.list();
    if (to === 'n2') await lab.store.nodes.put({ ...n1!, availability: 'cordoned' });
  };
  /** Announcing is of no slot. */
  const slotOf = (row: ActKind) => (row === 'announce-endpoint' ? '' : 'web-1');
  const states = () => lab.agents.engines.of('web-1').map(({ state }) => state);

  test('starts the new one without the address, which changes hands before the old one ends', async () => {
    expect(await lab.run(service)).toMatchObject({ state: 'succeeded' });
    expect(lab.agents.lines().map((line) => line.split(' ')[0])).toEqual([
      ...['resolve-image', 'survey', 'survey', 'pull-image', 'prepare'],
      ...['take', 'open', 'flip', 'settle', 'drain', 'retire'],
    ]);
    const made = lab.agents.sent.find(({ order }) => order.kind === 'prepare')?.order;
    expect(made).toMatchObject({ instance: { docked: false } });
    expect(await lab.serving(service)).toEqual(['web-1 n1']);
    expect(states()).toEqual(['running']);
  });

  test('tells every node where the address lives after it was let go and before it is taken', async () => {
    await moves('n2');
    const announced = lab.agents.announced.length;
    const gate = lab.agents.holdAt('flip', 'web-1');
    const asked = await lab.ask(service);
    await gate.reached;
    const n2 = (await lab.store.nodes.list()).find(({ name }) => name === 'n2')!;
    expect(lab.agents.announced.slice(announced)).toEqual([[`10.7.0.1 ${n2.id}`]]);
    expect(lab.agents.engines.of('web-1')).toMatchObject([
      { state: 'running', docked: false, ports: true, policy: false },
      { state: 'running', docked: false, ports: false, policy: false },
    ]);
    gate.open();
    expect(await lab.settled(asked)).toMatchObject({ state: 'succeeded' });
    expect(await lab.serving(service)).toEqual(['web-1 n2']);
  });

  test('a slot that is new is docked from birth, and one whose old instance cannot be reached too', async () => {
    const more = await lab.edit(service, { count: 2, ports: [] });
    expect(await lab.run(more)).toMatchObject({ state: 'succeeded' });
    expect(lab.agents.lines('open', 'drain').map((line) => line.split(' ')[1])).toEqual(['web-1', 'web-1']);
    const docked = lab.agents.sent.flatMap(({ line, order }) =>
      order.kind === 'prepare' ? [[line.split(' ')[1], order.instance.docked]] : [],
    );
    expect(docked).toEqual([
      ['web-1', false],
      ['web-2', true],
    ]);

    const [n1] = await lab.store.nodes.list();
    lab.agents.away.add(n1!.id);
    lab.agents.sent.length = 0;
    expect(await lab.run(more)).toMatchObject({ state: 'succeeded' });
    const born = lab.agents.sent.find(({ line }) => line === 'prepare web-1 n2')?.order;
    expect(born).toMatchObject({ instance: { docked: true } });
    expect(lab.agents.lines('open', 'drain')).toEqual(['open web-2 n2', 'drain web-2 n2']);
  });

  describe.each([
    ['on its node', 'n1'],
    ['on its way to another', 'n2'],
  ] as const)('%s', (_where, to) => {
    beforeEach(() => moves(to));

    describe.each(rows)('when %s fails', (row) => {
      test.each([
        ['and nothing was done', false],
        ['though it was done', true],
      ])('%s, the old instance has everything again and the new one is put aside', async (_what, done) => {
        lab.agents.failAt(row, slotOf(row), { message: 'the engine is gone' }, { done, times: 1 });
        const after = await lab.run(service);
        expect(after).toMatchObject({ state: row === 'prepare' ? 'refused' : 'undone' });
        expect(after.reason).toContain('the engine is gone');
        expect(await lab.serving(service)).toEqual(['web-1 n1']);
        expect(await lab.revisionsRunning(service)).toEqual([1]);
        const aside = lab.agents.engines.of('web-1').slice(1);
        expect(aside.filter(({ state, ports, policy }) => state === 'running' || ports || policy)).toEqual([]);
        // Only what reached the old instance was undone on it.
        const touched = lab.agents.lines('open', 'drain').length > 0;
        expect(lab.agents.lines('revive')).toEqual(touched ? ['revive web-1 n1'] : []);
        // It was never stopped but by the last row.
        const stopped = row === 'drain' && done;
        const begun = lab.agents.engines.happened.filter((what) => what === 'start web-1').length;
        const taken = row === 'prepare' || (row === 'take' && !done) ? 0 : 1;
        expect(begun).toBe(taken + (stopped ? 1 : 0));
      });
    });

    test.each(['put-aside', 'revive'] as const)(
      'a way back that fails too (%s) is told, and everything else has gone back',
      async (back) => {
        lab.agents.failAt('settle', 'web-1', { message: 'the address is not here' });
        lab.agents.failAt(back, 'web-1', { message: 'nor can that be done' }, { done: true });
        const after = await lab.run(service);
        expect(after).toMatchObject({ state: 'failed' });
        expect(after.reason).toMatch(/the address is not here[\s\S]*nor can that be done/);
        expect(await lab.serving(service)).toEqual(['web-1 n1']);
        expect(await lab.revisionsRunning(service)).toEqual([1]);
      },
    );

    describe.each(rows)('when the coordinator is killed at %s', (row) => {
      test.each([
        ['before it was done', false],
        ['after it was done', true],
      ])('%s, the next one ends it, and nothing is made or started twice', async (_what, done) => {
        const gate = lab.agents.holdAt(row, slotOf(row), { done });
        const asked = await lab.ask(service);
        await gate.reached;
        await lab.kill();
        gate.open();
        expect(await lab.restart()).toBe(1);
        expect(await lab.settled(asked)).toMatchObject({ state: 'succeeded' });
        expect(await lab.serving(service)).toEqual([`web-1 ${to}`]);
        expect(states()).toEqual(['running']);
        expect(lab.agents.engines.happened).toEqual(['create web-1', 'start web-1']);
      });

      test('and what follows fails, the old instance has everything again', async () => {
        const gate = lab.agents.holdAt(row, slotOf(row), { done: true });
        const asked = await lab.ask(service);
        await gate.reached;
        await lab.kill();
        gate.open();
        lab.agents.failAt('drain', 'web-1', { message: 'it cannot be stopped' }, { times: 1 });
        await lab.restart();
        expect(await lab.settled(asked)).toMatchObject({ state: 'undone' });
        expect(await lab.serving(service)).toEqual(['web-1 n1']);
      });
    });
  });
});
