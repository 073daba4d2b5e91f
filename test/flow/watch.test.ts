import type { ServiceDefinition } from '@restow/shared/domain/service';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';
import { ManualClock } from '../lib/manual-clock.ts';

describe('the watch', () => {
  let lab: DeploymentLab;
  let clock: ManualClock;
  beforeEach(async () => {
    clock = new ManualClock();
    lab = await DeploymentLab.open(['n1', 'n2'], clock);
  });
  afterEach(() => lab.end());

  const watchMs = 5000;
  /** Lets a deployment come to its watch; what ends it is the test's. */
  const watched = async (
    onFailure: 'rollback' | 'pause' | 'continue' = 'rollback',
    given: Partial<ServiceDefinition> = {},
  ) => {
    const service = await lab.define({ count: 2, update: quick({ watchMs, onFailure }), ...given });
    const first = await lab.ask(service);
    await untilWatching(first.id);
    await clock.advance(watchMs);
    await lab.settled(first);
    const asked = await lab.ask(await lab.edit(service, { image: 'r/app:v2' }));
    await untilWatching(asked.id);
    return { service, asked };
  };
  const untilWatching = async (id: string) => {
    await vi.waitFor(async () => {
      const steps = await lab.store.deployments.steps(id);
      expect(steps.find(({ name }) => name === 'watch')).toMatchObject({ state: 'running' });
    });
    await clock.untilAsleep();
  };
  const stateOf = async (id: string) => (await lab.store.deployments.get(id))!.state;
  const node = async (name: string) => (await lab.store.nodes.list()).find((one) => one.name === name)!.id;
  /** The newest instance of a slot, as its agent sees it from now on. */
  const seen = async (slot: string, change: Partial<ObservedInstance>) => {
    const { instanceId } = lab.agents.engines.of(slot).at(-1)!;
    await lab.agents.sees({ ...(await lab.store.instances.get(instanceId))!, ...change });
  };

  test('all well to its end: succeeded, and not a moment before', async () => {
    const { service, asked } = await watched();
    await clock.advance(watchMs - 1);
    expect(await stateOf(asked.id)).toBe('watching');
    await clock.advance(1);
    expect(await lab.settled(asked)).toMatchObject({ state: 'succeeded' });
    expect(await lab.revisionsRunning(service)).toEqual([2, 2]);
  });

  test.each<[string, Partial<ServiceDefinition>, Partial<ObservedInstance>, 'succeeded' | 'undone']>([
    ['one that ended with 0 has done its work', { autorestart: 'OFF' }, { state: 'stopped', exitCode: 0 }, 'succeeded'],
    ['so it has with ON_FAILURE', { autorestart: 'ON_FAILURE' }, { state: 'stopped', exitCode: 0 }, 'succeeded'],
    ['not with ALWAYS', {}, { state: 'stopped', exitCode: 0 }, 'undone'],
    ['a crash counts with OFF', { autorestart: 'OFF' }, { state: 'stopped', exitCode: 1 }, 'undone'],
    ['a crash counts with ON_FAILURE', { autorestart: 'ON_FAILURE' }, { state: 'stopped', exitCode: 1 }, 'undone'],
    [
      'one that was removed as asked',
      { autorestart: 'OFF', autodestroy: 'ON_SUCCESS' },
      { state: 'gone' },
      'succeeded',
    ],
    [
      'one that was removed as asked after it crashed',
      { autorestart: 'OFF', autodestroy: 'ALWAYS' },
      { state: 'gone', exitCode: 1 },
      'undone',
    ],
    ['one that somebody took away', { autorestart: 'OFF' }, { state: 'gone' }, 'undone'],
  ])('RES-01, RES-05: %s', async (_, given, change, ends) => {
    const { asked } = await watched('rollback', given);
    await clock.advance(1000);
    await seen('web-2', change);
    await clock.advance(watchMs);
    expect(await lab.settled(asked)).toMatchObject({ state: ends });
  });

  test('one that hangs, accepting nothing any more, is caught while it is watched, and all go back', async () => {
    const { service, asked } = await watched();
    await clock.advance(1000);
    await seen('web-2', { health: 'unhealthy' });
    const after = await lab.settled(asked);
    expect(after).toMatchObject({ state: 'undone' });
    expect(after.reason).toContain('web-2 on n2 became unhealthy, being watched after its swap.');
    expect(await lab.serving(service)).toEqual(['web-1 n1', 'web-2 n2']);
    expect(await lab.revisionsRunning(service)).toEqual([1, 1]);
  });

  test('pause: the one in trouble goes back, the other stays, and it waits', async () => {
    const { service, asked } = await watched('pause');
    await seen('web-2', { health: 'unhealthy' });
    const after = await lab.settled(asked);
    expect(after).toMatchObject({ state: 'paused' });
    expect(after.reason).toMatch(/^1 of 2 slots failed, 1 runs revision 2\.\nweb-2 is back on its old instance: web-2/);
    expect(await lab.revisionsRunning(service)).toEqual([2, 1]);
  });

  test('continue: the one in trouble goes back, the other is watched anew, and it has failed', async () => {
    const { service, asked } = await watched('continue');
    await clock.advance(watchMs - 1);
    await seen('web-1', { state: 'stopped', exitCode: 1 });
    await vi.waitFor(() => expect(lab.agents.lines('revive')).toEqual(['revive web-1 n1']));
    await clock.untilAsleep();
    await clock.advance(watchMs - 1);
    expect(await stateOf(asked.id)).toBe('watching');
    await clock.advance(1);
    const after = await lab.settled(asked);
    expect(after).toMatchObject({ state: 'failed' });
    expect(after.reason).toContain('web-1 on n1 ended with exit code 1');
    expect(await lab.revisionsRunning(service)).toEqual([1, 2]);
    expect(lab.agents.engines.of('web-2')).toHaveLength(1);
    const rounds = (await lab.store.deployments.steps(asked.id)).filter(({ name }) => name === 'watch');
    expect(rounds.map(({ state }) => state)).toEqual(['failed', 'done']);
  });

  test('a session that is lost at its very end and back soon is no reason to go back', async () => {
    const { service, asked } = await watched();
    const n2 = await node('n2');
    lab.agents.away.add(n2);
    await clock.advance(watchMs);
    await clock.untilAsleep();
    expect(await stateOf(asked.id)).toBe('watching');
    lab.agents.comesBack(n2);
    expect(await lab.settled(asked)).toMatchObject({ state: 'succeeded' });
    expect(await lab.revisionsRunning(service)).toEqual([2, 2]);
  });

  test('one that stays lost is', async () => {
    const { service, asked } = await watched();
    lab.agents.away.add(await node('n2'));
    await clock.advance(watchMs);
    await clock.untilAsleep();
    await clock.advance(15_000);
    const after = await lab.settled(asked);
    // What is there has gone back; nobody can say so of what is not.
    expect(after).toMatchObject({ state: 'failed' });
    expect(after.reason).toMatch(
      /n2 was lost while web-2 was being watched[\s\S]*The way back failed too: web-2 on n2/,
    );
    expect(await lab.serving(service)).toEqual(['web-1 n1', 'web-2 n2, though another one is desired']);
  });
});
