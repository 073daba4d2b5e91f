import { openLog } from '@restow/shared/base/log';
import { expect, test } from 'vitest';
import { FakeProbe } from '../../../../test/lib/a-swap-node.ts';
import { anInstance } from '../../../../test/lib/an-instance.ts';
import { FakeEngine } from '../../../../test/lib/fake-engine.ts';
import { ManualClock } from '../../../../test/lib/manual-clock.ts';
import { HealthWatch } from '../health/health-watch.ts';
import { EngineWatch, type Observation } from './observe.ts';

/** A watch of an engine with one created instance; what it reports; a stop at the end. */
const start = async () => {
  const clock = new ManualClock();
  const engine = new FakeEngine({ nodeId: 'n1', clock });
  await engine.ensureNetworks({ overlaySubnet: '10.7.0.0/16', nodeSubnet: '172.30.0.0/24' });
  const image = engine.registry.push('r:5000/app:v1');
  await engine.pull(image, () => undefined);
  const spec = anInstance(image);
  const { containerId } = await engine.create(spec, '172.30.0.2');

  let broken = Promise.withResolvers<never>();
  const changes = engine.changes.bind(engine);
  engine.changes = async function* (signal) {
    const stream = changes(signal)[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([stream.next(), broken.promise]);
      if (next.done) return;
      yield next.value;
    }
  };
  /** Ends the stream of events, as an engine does that is stopped. */
  const goAway = () => {
    broken.reject(new Error('the engine hung up'));
    broken = Promise.withResolvers();
  };

  const reported: Observation[] = [];
  const begun: string[] = [];
  const ended: string[] = [];
  const serving: string[] = [];
  const hello: string[] = [];
  let backs = 0;
  let minutes = 0;
  const probe = new FakeProbe();
  const health = new HealthWatch({ probe, clock, log: openLog('test', 'silent') });
  const watch = new EngineWatch({
    engine,
    health,
    names: { see: () => undefined, seeAll: () => undefined, gone: () => undefined },
    clock,
    log: openLog('test', 'silent'),
    onBegin: (instanceId) => begun.push(instanceId),
    onEnd: (instanceId) => ended.push(instanceId),
    onServing: (instanceId) => serving.push(instanceId),
    onEngineBack: async () => {
      await engine.facts(); // what it does asks the engine
      backs++;
    },
    onMinute: async () => {
      minutes++;
    },
  });
  const stop = new AbortController();
  const running = watch.run(stop.signal);
  await watch.attach(
    (instances) => hello.push(...instances.map(({ state }) => state)),
    (observation) => reported.push(observation),
  );
  const said = () => reported.map(({ instances, complete }) => [complete, ...instances.map(({ state }) => state)]);
  return {
    ...{
      clock,
      engine,
      spec,
      image,
      containerId,
      reported,
      said,
      begun,
      serving,
      hello,
      watch,
      goAway,
      backs: () => backs,
      minutes: () => minutes,
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
    },
  };
};

test('begins with all there is', async () => {
  await using node = await start();
  expect(node.hello).toEqual(['created']);
  expect(node.said()).toEqual([]);
});

test('gathers a flock of changes into one look, and tells who begins to write', async () => {
  await using node = await start();
  await node.engine.start(node.containerId);
  node.engine.end(node.spec.instanceId, 3);
  await node.clock.advance(50);
  await node.clock.advance(0);
  expect(node.said()).toEqual([[false, 'stopped']]);
  expect(node.begun).toEqual([node.spec.instanceId]);
});

test('what changes while it is being looked at is looked at again', async () => {
  await using node = await start();
  const { engine, clock, spec, containerId } = node;
  const find = engine.find.bind(engine);
  engine.find = async (instanceId) => {
    engine.find = find;
    const found = await find(instanceId);
    engine.end(spec.instanceId, 3);
    await new Promise((resolve) => setImmediate(resolve));
    return found;
  };
  await engine.start(containerId);
  await clock.advance(50);
  await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(50);
  await clock.advance(0);
  expect(node.said()).toEqual([
    [false, 'running'],
    [false, 'stopped'],
  ]);
});

test('one that cannot be looked at keeps no news of others back, and is looked at with the next', async () => {
  await using node = await start();
  const { engine, image, spec, containerId, watch } = node;
  const other = anInstance(image, { slotId: 'slot-2', slotIndex: 2, address: '10.7.0.6' });
  await engine.create(other, '172.30.0.3');
  const find = engine.find.bind(engine);
  engine.find = (instanceId) =>
    instanceId === spec.instanceId ? Promise.reject(new Error('its lock is held')) : find(instanceId);
  await engine.start(containerId);
  await watch.look(spec.instanceId);
  await watch.look(other.instanceId);
  expect(node.said()).toEqual([[false, 'created']]);
  engine.find = find;
  await watch.look(other.instanceId);
  expect(node.said()[1]).toEqual([false, 'running', 'created']);
});

test('tells of one that serves and was started again, not of one that an order starts', async () => {
  await using node = await start();
  const { engine, spec, containerId, serving, clock } = node;
  const gathered = async () => {
    await clock.advance(50);
    await clock.advance(0);
  };
  await engine.start(containerId);
  await gathered();
  await engine.setServing(containerId, true, 'ALWAYS');
  await gathered();
  expect(serving).toEqual([]);
  // It crashes, and the engine starts it again.
  engine.end(spec.instanceId, 1);
  await gathered();
  expect(serving).toEqual([spec.instanceId]);
});

test('what was removed is reported as gone, once', async () => {
  await using node = await start();
  await node.engine.remove(node.containerId);
  await node.watch.look(node.spec.instanceId);
  await node.watch.look(node.spec.instanceId);
  expect(node.said()).toEqual([[false, 'gone']]);
});

test('looks at everything once a minute, whatever the events said', async () => {
  await using node = await start();
  await node.clock.advance(60_000);
  await node.clock.advance(0);
  expect(node.said()).toEqual([[true, 'created']]);
});

test('once a minute it is time for what no event tells of, session or none', async () => {
  await using node = await start();
  await node.clock.advance(59_999);
  expect(node.minutes()).toBe(0);
  await node.clock.advance(1);
  await node.clock.advance(0);
  node.watch.detach();
  await node.clock.advance(60_000);
  await node.clock.advance(0);
  expect(node.minutes()).toBe(2);
  expect(node.reported.filter(({ complete }) => complete)).toHaveLength(1);
});

test('an engine that goes away is waited for; when it is back, it is set up and looked at anew', async () => {
  await using node = await start();
  const { engine, clock } = node;
  for (const step of ['facts', 'find', 'list'] as const) engine.failAt(step, 'engine-unavailable');
  node.goAway();
  await clock.advance(10_000);
  await engine.start(node.containerId);
  await clock.advance(10_000);
  expect(node.said()).toEqual([]);
  for (const step of ['facts', 'find', 'list'] as const) engine.cure(step);
  await clock.advance(5_000);
  await clock.advance(0);
  expect(node.backs()).toBe(1);
  expect(node.said()).toEqual([[true, 'running']]);
  engine.end(node.spec.instanceId, 1);
  await clock.advance(50);
  await clock.advance(0);
  expect(node.said().at(-1)).toEqual([false, 'stopped']);
});
