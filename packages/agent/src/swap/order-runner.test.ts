import { describe, expect, it } from 'vitest';
import { aSwapNode } from '../../../../test/lib/a-swap-node.ts';
import { anInstance, refOf } from '../../../../test/lib/an-instance.ts';
import { ManualClock } from '../../../../test/lib/manual-clock.ts';
import { OrderRunner } from './order-runner.ts';

const longMs = 60_000;

/** A node on which slots 1 and 2 of `web` run, and a runner of its orders. */
const running = async () => {
  const clock = new ManualClock();
  const node = await aSwapNode(clock);
  const image = node.engine.buildLocally('app');
  const one = anInstance(image);
  const two = anInstance(image, { slotId: 'slot-2', slotIndex: 2, address: '10.7.0.6' });
  for (const instance of [one, two]) await node.order({ kind: 'take', instance, relayed: false });
  node.engine.did.length = 0;
  return { ...node, clock, image, one, two, runner: new OrderRunner(node.deps) };
};

/** Lets everything that can go on go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('orders of one slot', () => {
  it('never overlap, and run in the order in which they came', async () => {
    const { engine, runner, one } = await running();
    const stop = engine.holdAt('stop');
    const drained = runner.run('a', { kind: 'drain', instance: refOf(one) }, longMs);
    const revived = runner.run('b', { kind: 'revive', instance: refOf(one) }, longMs);
    await stop.reached;
    await settled();
    expect(engine.did).toEqual([]);
    stop.open();
    expect([(await drained).ok, (await revived).ok]).toEqual([true, true]);
    expect(engine.did).toEqual(['die web-1', 'stop web-1', 'policy always web-1', 'start web-1']);
  });

  it('do not hold up another slot’s, nor those about no slot', async () => {
    const { engine, runner, one, two, image } = await running();
    const stop = engine.holdAt('stop');
    const drained = runner.run('a', { kind: 'drain', instance: refOf(one) }, longMs);
    await stop.reached;
    expect(await runner.run('b', { kind: 'drain', instance: refOf(two) }, longMs)).toMatchObject({ ok: true });
    expect(
      await runner.run('c', { kind: 'survey', image, ports: [], dynamicPorts: null, volumes: [] }, longMs),
    ).toMatchObject({ ok: true });
    stop.open();
    expect(await drained).toMatchObject({ ok: true });
  });

  it('go on after one that failed', async () => {
    const { engine, runner, one } = await running();
    engine.failAt('stop');
    expect(await runner.run('a', { kind: 'drain', instance: refOf(one) }, longMs)).toMatchObject({ ok: false });
    engine.cure('stop');
    expect(await runner.run('b', { kind: 'drain', instance: refOf(one) }, longMs)).toMatchObject({ ok: true });
  });
});

describe('an order id', () => {
  it('that runs is joined, with its news', async () => {
    const { engine, runner } = await running();
    const image = engine.registry.push('r:5000/app:v2', { bytes: 5 });
    const pull = engine.holdAt('pull');
    const news: string[] = [];
    const order = { kind: 'pull-image', image } as const;
    const first = runner.run('a', order, longMs, () => news.push('first'));
    const second = runner.run('a', order, longMs, () => news.push('second'));
    await pull.reached;
    pull.open();
    expect(await second).toBe(await first);
    expect(await first).toMatchObject({ value: { alreadyPresent: false } });
    expect(news).toEqual(['first', 'second']);
  });

  it('that has ended runs again, which changes nothing', async () => {
    const { engine, runner, one } = await running();
    const order = { kind: 'drain', instance: refOf(one) } as const;
    const first = await runner.run('a', order, longMs);
    engine.did.length = 0;
    expect(await runner.run('a', order, longMs)).toEqual(first);
    expect(engine.did).toEqual([]);
  });
});

describe('an order that is called off', () => {
  it('ends where it waits, and the slot is free', async () => {
    const { runner, one, clock } = await running();
    await runner.run('a', { kind: 'drain', instance: refOf(one) }, longMs);
    const slow = { ...one, minRunningMs: 5000 };
    const taken = runner.run('b', { kind: 'take', instance: slow, relayed: false }, longMs);
    await clock.untilAsleep(3);
    runner.cancel('b');
    expect(await taken).toMatchObject({
      failure: { code: 'cancelled', message: 'The coordinator called the order off' },
    });
    expect(await runner.run('c', { kind: 'put-aside', instance: refOf(one), tailLines: 1 }, longMs)).toMatchObject({
      ok: true,
    });
    expect(clock.asleep).toBe(0);
  });

  it('while it waits for its turn is answered at once, and never begins', async () => {
    const { engine, runner, one } = await running();
    const stop = engine.holdAt('stop');
    const drained = runner.run('a', { kind: 'drain', instance: refOf(one) }, longMs);
    await stop.reached;
    const revived = runner.run('b', { kind: 'revive', instance: refOf(one) }, longMs);
    runner.cancel('b');
    expect(await revived).toMatchObject({ failure: { code: 'cancelled' } });
    stop.open();
    await drained;
    await settled();
    expect(engine.did).toEqual(['die web-1', 'stop web-1']);
  });

  it('keeps its slot until what it had begun is over', async () => {
    const { engine, runner, one } = await running();
    const stop = engine.holdAt('stop');
    const drained = runner.run('a', { kind: 'drain', instance: refOf(one) }, longMs);
    await stop.reached;
    runner.cancel('a');
    const revived = runner.run('b', { kind: 'revive', instance: refOf(one) }, longMs);
    await settled();
    expect(engine.did).toEqual([]);
    stop.open();
    // It was as good as done: its outcome is what it came to.
    expect(await drained).toMatchObject({ ok: true, value: { exitCode: 0 } });
    expect(await revived).toMatchObject({ ok: true });
  });

  it('may be one that nobody knows', async () => {
    const { runner } = await running();
    expect(() => runner.cancel('never heard of')).not.toThrow();
  });
});

it('an order gives up by itself at its deadline', async () => {
  const { runner, one, clock } = await running();
  await runner.run('a', { kind: 'drain', instance: refOf(one) }, longMs);
  const taken = runner.run('b', { kind: 'take', instance: { ...one, minRunningMs: 5000 }, relayed: false }, 3000);
  await clock.untilAsleep(3);
  await clock.advance(3000);
  expect(await taken).toMatchObject({
    failure: { code: 'cancelled', message: 'take of web-1 was given up: it did not end within 3 s' },
  });
});

it('a runner that closes calls everything off and waits for it', async () => {
  const { runner, one, clock } = await running();
  await runner.run('a', { kind: 'drain', instance: refOf(one) }, longMs);
  const taken = runner.run('b', { kind: 'take', instance: { ...one, minRunningMs: 5000 }, relayed: false }, longMs);
  await clock.untilAsleep(3);
  await runner.close();
  expect(await taken).toMatchObject({ failure: { code: 'cancelled', message: 'The agent is being stopped' } });
  expect(clock.asleep).toBe(0);
});
