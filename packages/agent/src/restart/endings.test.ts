import { Exclusive } from '@restow/shared/base/exclusive';
import { openLog } from '@restow/shared/base/log';
import type { InstanceSpec } from '@restow/shared/domain/order';
import { describe, expect, it } from 'vitest';
import { aSwapNode } from '../../../../test/lib/a-swap-node.ts';
import { anInstance, refOf } from '../../../../test/lib/an-instance.ts';
import { ManualClock } from '../../../../test/lib/manual-clock.ts';
import { Endings } from './endings.ts';

/** A node with one instance that serves, and what follows when it ends. */
const start = async (given: Partial<InstanceSpec> = {}) => {
  const clock = new ManualClock();
  const node = await aSwapNode(clock);
  const { engine, deps } = node;
  const port = { containerPort: 80, hostPort: 8080, protocol: 'tcp' } as const;
  const spec = anInstance(engine.buildLocally('job'), { autorestart: 'ON_FAILURE', ports: [port], ...given });
  await node.order({ kind: 'prepare', instance: spec });
  await node.order({ kind: 'take', instance: spec, relayed: false });
  await node.order({ kind: 'flip', instance: refOf(spec), towards: null });
  const turn = new Exclusive();
  const seen: string[] = [];
  const anAgent = () => {
    const endings = new Endings({
      ...{ engine, clock, ports: deps.ports, retirements: deps.retirements, log: openLog('test', 'silent') },
      between: (_, act) => turn.run(act),
    });
    endings.listen(async (instanceId) => {
      seen.push((await engine.find(instanceId))?.state ?? 'gone');
    });
    return endings;
  };
  const endings = anAgent();
  const stop = new AbortController();
  const following = (async () => {
    for await (const { instanceId, action } of engine.changes(stop.signal))
      if (['die', 'rename'].includes(action)) endings.look(instanceId);
  })();
  engine.did.length = 0;
  /** Lets what is under way come to its next wait. */
  const settle = () => clock.advance(0);
  return {
    ...{ ...node, clock, spec, endings, anAgent, turn, seen, settle },
    find: () => engine.find(spec.instanceId),
    end: async (exitCode: number) => {
      engine.end(spec.instanceId, exitCode);
      await settle();
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await following;
      await endings.close();
      expect(clock.asleep).toBe(0);
    },
  };
};

describe('an instance that serves and ends by itself', () => {
  it('RES-01, RES-02: ON_FAILURE is started after exit 1, each time later, and sooner again after a run of 10 s', async () => {
    await using node = await start();
    const { clock, end, find } = node;
    for (const pause of [100, 200, 400]) {
      await end(1);
      await clock.advance(pause - 1);
      expect(await find()).toMatchObject({ state: 'stopped', exitCode: 1, serving: true });
      await clock.advance(1);
      expect(await find()).toMatchObject({ state: 'running', serving: true });
    }
    await clock.advance(10_000);
    await end(1);
    await clock.advance(100);
    expect((await find())?.state).toBe('running');
  });

  it('RES-01: ON_FAILURE stays after exit 0, and is there with its volumes and its port', async () => {
    await using node = await start();
    await node.end(0);
    await node.clock.advance(120_000);
    expect(await node.find()).toMatchObject({ state: 'stopped', exitCode: 0, serving: true });
    expect(await node.network.portMap()).toHaveLength(1);
  });

  it('RES-01: OFF stays, whatever its exit code', async () => {
    for (const code of [0, 1]) {
      await using node = await start({ autorestart: 'OFF' });
      await node.end(code);
      await node.clock.advance(120_000);
      expect(await node.find()).toMatchObject({ state: 'stopped', exitCode: code });
    }
  });

  it('RES-06: ON_FAILURE and ON_SUCCESS: started after exit 1, removed after exit 0, its port led to nobody', async () => {
    await using node = await start({ autodestroy: 'ON_SUCCESS' });
    await node.end(1);
    await node.clock.advance(100);
    expect((await node.find())?.state).toBe('running');
    expect(node.seen).toEqual([]);
    await node.end(0);
    await node.clock.advance(0);
    expect(await node.find()).toBeNull();
    expect(node.seen).toEqual(['stopped']);
    expect(await node.network.portMap()).toEqual([]);
  });

  it('RES-05: is removed only when its last line is safe, and is marked until then', async () => {
    await using node = await start({ autorestart: 'OFF', autodestroy: 'ALWAYS' });
    node.shipper.hold(node.spec.instanceId);
    await node.end(1);
    await node.clock.advance(1000);
    expect(await node.find()).toMatchObject({ state: 'stopped', retired: true, serving: false });
    node.shipper.shipped(node.spec.instanceId);
    await node.settle();
    expect(await node.find()).toBeNull();
  });

  it('is started no more when an order drains it while it waits', async () => {
    await using node = await start();
    await node.end(1);
    await node.turn.run(() => node.order({ kind: 'drain', instance: refOf(node.spec) }));
    await node.clock.advance(1000);
    expect(await node.find()).toMatchObject({ state: 'stopped', serving: false });
    expect(node.engine.did.filter((did) => did.startsWith('start'))).toEqual([]);
  });

  it('is not started in the middle of an order of its slot', async () => {
    await using node = await start();
    const order = Promise.withResolvers<void>();
    const ordered = node.turn.run(() => order.promise);
    await node.end(1);
    await node.clock.advance(1000);
    expect((await node.find())?.state).toBe('stopped');
    order.resolve();
    await ordered;
    await node.settle();
    expect((await node.find())?.state).toBe('running');
  });

  it('is tried again, later and later, while the engine refuses its start', async () => {
    await using node = await start();
    node.engine.failAt('start');
    await node.end(1);
    await node.clock.advance(100 + 200);
    node.engine.cure('start');
    await node.clock.advance(399);
    expect((await node.find())?.state).toBe('stopped');
    await node.clock.advance(1);
    expect((await node.find())?.state).toBe('running');
  });
});

describe('an instance that was asked to end', () => {
  it.each(['OFF', 'ON_FAILURE'] as const)(
    'RES-03: by its engine, as it stopped: %s stays, ALWAYS comes back',
    async (autorestart) => {
      await using node = await start({ autorestart, autodestroy: 'ALWAYS' });
      node.engine.restart(1);
      await node.endings.lookAtAll();
      await node.clock.advance(120_000);
      expect(await node.find()).toMatchObject({ state: 'stopped', exitCode: 1, serving: true });
      await using always = await start({ autorestart: 'ALWAYS' });
      always.engine.restart(1);
      expect((await always.find())?.state).toBe('running');
    },
  );

  it('by a person: stays', async () => {
    await using node = await start({ autodestroy: 'ALWAYS' });
    await node.engine.stop((await node.find())!.containerId, 1000);
    await node.clock.advance(120_000);
    expect(await node.find()).toMatchObject({ state: 'stopped', serving: true });
  });
});

describe('an agent that starts anew', () => {
  it('goes on with what ended while there was none', async () => {
    const node = await start();
    await node.end(1);
    await node[Symbol.asyncDispose]();
    await node.clock.advance(1000);
    expect((await node.find())?.state).toBe('stopped');
    const next = node.anAgent();
    await next.lookAtAll();
    await node.clock.advance(100);
    expect((await node.find())?.state).toBe('running');
    await next.close();
  });

  it('removes what the one before it was about to remove', async () => {
    const node = await start({ autorestart: 'OFF', autodestroy: 'ALWAYS' });
    // As far as it came.
    node.engine.failAt('markRetired');
    await node.end(1);
    await node[Symbol.asyncDispose]();
    expect(await node.network.portMap()).toEqual([]);
    node.engine.cure('markRetired');
    const next = node.anAgent();
    await next.lookAtAll();
    await node.settle();
    expect(await node.find()).toBeNull();
    await next.close();
  });
});

describe('one that has ended before it comes to serve', () => {
  it('is removed as soon as it does', async () => {
    const clock = new ManualClock();
    const node = await aSwapNode(clock);
    const job = anInstance(node.engine.buildLocally('job', { crashesWith: 0 }), {
      autorestart: 'OFF',
      autodestroy: 'ON_SUCCESS',
    });
    const endings = new Endings({
      ...{ engine: node.engine, clock, ports: node.deps.ports, retirements: node.deps.retirements },
      ...{ log: openLog('test', 'silent'), between: (_, act) => act() },
    });
    await node.order({ kind: 'prepare', instance: job });
    await node.order({ kind: 'take', instance: job, relayed: false });
    endings.look(job.instanceId);
    await clock.advance(0);
    expect((await node.engine.find(job.instanceId))?.state).toBe('stopped');
    await node.order({ kind: 'flip', instance: refOf(job), towards: null });
    await node.order({ kind: 'settle', instance: refOf(job) });
    endings.look(job.instanceId);
    await clock.advance(0);
    expect(await node.engine.find(job.instanceId)).toBeNull();
    await endings.close();
  });
});
