import type { Service, VolumeMount } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findVolume, purgeVolume } from '../../packages/coordinator/src/services/volumes.ts';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';

const data: VolumeMount = { name: 'data', path: '/data', access: 'exclusive', readOnly: false };

describe('VOL-07: the purge of a detached volume', () => {
  let lab: DeploymentLab;
  beforeEach(async () => {
    lab = await DeploymentLab.open();
    const before = await lab.define({ volumes: [data] }, 'before');
    await lab.run(before);
    await lab.remove(before);
  });
  afterEach(() => lab.end());

  const purge = async () =>
    purgeVolume(lab.world, await findVolume(lab.world, 'data-1'), 'data-1', new AbortController().signal);
  const listed = async () => (await lab.store.volumes.list()).map(({ name, state }) => `${name} ${state}`);
  const web = (onFailure: 'rollback' | 'pause' = 'rollback'): Promise<Service> =>
    lab.define({ volumes: [data], update: quick({ onFailure }) });

  test('deletes it on its node, and takes it off the list', async () => {
    expect(await purge()).toMatchObject({ name: 'data-1', slotName: 'before-1' });
    expect(lab.agents.lines('purge-volume')).toEqual(['purge-volume n1']);
    expect(await listed()).toEqual([]);
  });

  test('is refused while a deployment has begun that gives it to a slot, and while one is paused that did', async () => {
    lab.agents.failAt('take', 'web-1', {}, { times: 1 });
    const gate = lab.agents.holdAt('prepare', 'web-1');
    const asked = await lab.ask(await web('pause'));
    await gate.reached;
    expect(await listed()).toEqual(['data-1 detached']);
    await expect(purge()).rejects.toMatchObject({
      code: 'failed-precondition',
      message: `Volume data-1 cannot be deleted: deployment ${asked.number} gives it to web-1.`,
    });
    gate.open();
    expect(await lab.settled(asked)).toMatchObject({ state: 'paused' });
    await expect(purge()).rejects.toMatchObject({ code: 'failed-precondition' });
    expect(lab.agents.lines('purge-volume')).toEqual([]);
  });

  test('forgets none that became a slot’s meanwhile: its name is that of a new volume then', async () => {
    const gate = lab.agents.holdAt('purge-volume', '', { done: true });
    const purging = purge();
    await gate.reached;
    const service = await web();
    expect(await lab.run(service)).toMatchObject({ state: 'succeeded' });
    gate.open();
    await purging;
    expect(await listed()).toEqual(['data-1 attached']);
    expect((await lab.run(service)).plan?.swaps[0]?.volumes).toMatchObject([{ name: 'data-1', fresh: false }]);
  });
});
