import { openLog } from '@restow/shared/base/log';
import type { InstanceSpec } from '@restow/shared/domain/order';
import { describe, expect, it } from 'vitest';
import { FakeProbe, nodeSubnet, overlaySubnet } from '../../../../test/lib/a-swap-node.ts';
import { anInstance } from '../../../../test/lib/an-instance.ts';
import { FakeEngine } from '../../../../test/lib/fake-engine.ts';
import { ManualClock } from '../../../../test/lib/manual-clock.ts';
import { HealthWatch } from './health-watch.ts';

const healthTiming = { intervalMs: 1000, timeoutMs: 500, retries: 2, startPeriodMs: null };

/** A watch whose looks come half an interval after they might, and a running instance with a check of ours. */
const start = async (given: Partial<InstanceSpec> = {}) => {
  const clock = new ManualClock();
  const probe = new FakeProbe();
  const engine = new FakeEngine({ nodeId: 'n1', clock });
  await engine.ensureNetworks({ overlaySubnet, nodeSubnet });
  const spec = anInstance(engine.buildLocally('app'), {
    ...{ healthCheck: { kind: 'tcp', port: 80 }, healthTiming, ...given },
  });
  const { containerId } = await engine.create(spec, spec.net === 'host' ? null : '10.201.0.2');
  await engine.start(containerId);
  const newWatch = () => new HealthWatch({ probe, clock, log: openLog('test', 'silent'), random: () => 0.5 });
  const watch = newWatch();
  const told: string[] = [];
  watch.listen((instanceId) => told.push(instanceId));
  const find = async () => (await engine.find(spec.instanceId))!;
  const see = async () => watch.see(await find());
  const serve = () => engine.setServing(containerId, true, 'ALWAYS');
  return { clock, probe, engine, spec, containerId, watch, newWatch, told, find, see, serve };
};
const up = { ok: true } as const;
const down = { ok: false, because: 'nothing listens' } as const;

describe('one that serves', () => {
  it('is looked at once an interval, is unhealthy after so many failures, and healthy with one answer', async () => {
    const { clock, probe, watch, told, find, see, serve, spec } = await start();
    probe.answer = up;
    watch.passed(await find());
    await serve();
    expect(await see()).toBe('healthy');
    await clock.advance(500);
    expect(probe.asked).toEqual(['10.201.0.2:80']);
    await clock.advance(2999);
    expect(probe.asked).toHaveLength(3);
    probe.answer = down;
    await clock.advance(1);
    expect(await see()).toBe('healthy');
    await clock.advance(1000);
    expect([await see(), told]).toEqual(['unhealthy', [spec.instanceId]]);
    await clock.advance(5000);
    expect(told).toHaveLength(1);
    probe.answer = up;
    await clock.advance(1000);
    expect([await see(), told]).toEqual(['healthy', [spec.instanceId, spec.instanceId]]);
    await watch.close();
    expect(clock.asleep).toBe(0);
  });

  it('is found by an agent that starts anew, and is healthy within a second', async () => {
    const { clock, probe, told, find, newWatch, serve } = await start({
      healthTiming: { ...healthTiming, intervalMs: 60_000 },
    });
    await serve();
    const next = newWatch();
    next.listen(() => told.push('changed'));
    probe.answer = up;
    expect(next.see(await find())).toBe('starting');
    await clock.advance(500);
    expect([next.see(await find()), told]).toEqual(['healthy', ['changed']]);
    await next.close();
  });

  it('begins anew with each start, and is looked at no more when it ended or is gone', async () => {
    const { clock, probe, engine, spec, containerId, watch, find, see, serve } = await start();
    probe.answer = up;
    watch.passed(await find());
    await serve();
    await clock.advance(10);
    engine.end(spec.instanceId, 1);
    expect(await see()).toBe('starting');
    await clock.advance(500);
    expect(await see()).toBe('healthy');
    await engine.setServing(containerId, false, 'ALWAYS');
    await engine.stop(containerId, 0);
    expect([await see(), clock.asleep]).toEqual(['none', 0]);
    await engine.start(containerId);
    watch.passed(await find());
    expect(clock.asleep).toBe(1);
    watch.gone(spec.instanceId);
    expect(clock.asleep).toBe(0);
    watch.passed(await find());
    watch.seeAll([]);
    expect(clock.asleep).toBe(0);
  });

  it('may be one with the node’s own network', async () => {
    const { clock, probe, watch, find } = await start({
      ...{ net: 'host', healthCheck: { kind: 'http', port: 81, path: '/up' } },
    });
    watch.passed(await find());
    await clock.advance(500);
    expect(probe.asked).toEqual(['http://127.0.0.1:81/up']);
    await watch.close();
  });
});

describe('one that was only started', () => {
  it('is starting until the order that waits for it has seen it pass', async () => {
    const { clock, probe, watch, find, see } = await start();
    expect(await see()).toBe('starting');
    await clock.advance(60_000);
    expect(probe.asked).toEqual([]);
    watch.passed(await find());
    expect(await see()).toBe('healthy');
    await watch.close();
  });
});

it('what the engine checks, or nobody, is the engine’s to say', async () => {
  const { clock, watch, find, see, serve } = await start({ healthCheck: { kind: 'image' } });
  await serve();
  expect(await see()).toBe('none');
  watch.passed(await find());
  expect(watch.see({ ...(await find()), health: 'unhealthy' })).toBe('unhealthy');
  expect(clock.asleep).toBe(0);
});
