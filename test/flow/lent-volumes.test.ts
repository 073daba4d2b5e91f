import type { Deployment } from '@restow/shared/domain/deployment';
import type { Service, ServiceDefinition, VolumeMount } from '@restow/shared/domain/service';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeploymentLab, quick } from '../lib/deployment-lab.ts';

const mount = (path: string): VolumeMount => ({ name: null, path, access: 'exclusive', readOnly: false });

describe('VOL-06: what other services lend', () => {
  let lab: DeploymentLab;
  beforeEach(async () => {
    lab = await DeploymentLab.open();
  });
  afterEach(() => lab.end());

  const database = (changes: Partial<ServiceDefinition> = {}, name = 'db'): Promise<Service> =>
    lab.define({ count: 2, volumes: [mount('/data')], ...changes }, name);
  const backup = (...lenders: string[]): Promise<Service> =>
    lab.define({ count: 2, volumesFrom: lenders.map((service) => ({ service, readOnly: false })) }, 'backup');
  /** Names of the volumes that the newest instance of a slot was started with, by path. */
  const mounted = (slot: string): Record<string, string> => {
    const taken = lab.agents.sent.findLast(({ line }) => line.startsWith(`take ${slot} `));
    if (taken?.order.kind !== 'take') throw new Error(`${slot} was never started`);
    return Object.fromEntries(taken.order.instance.volumes.map(({ name, path }) => [path, name]));
  };
  const placed = ({ plan }: Deployment) => plan?.swaps.map(({ placement }) => placement.nodeName);

  test('is mounted where it is, slot by slot, and again where it has moved to', async () => {
    const db = await database();
    await lab.run(db);
    const borrower = await backup('db');
    const first = await lab.run(borrower);
    expect(first).toMatchObject({ state: 'succeeded' });
    expect(placed(first)).toEqual(['n1', 'n2']);
    expect([mounted('backup-1'), mounted('backup-2')]).toEqual([mounted('db-1'), mounted('db-2')]);
    // Nothing of it is the borrower's own.
    expect(await lab.store.volumes.ofService(borrower.id)).toEqual([]);

    const [n1] = await lab.store.nodes.list();
    await lab.store.nodes.put({ ...n1!, availability: 'cordoned' });
    expect(placed(await lab.run(db, { reuseVolumes: false }))).toEqual(['n3', 'n2']);
    const moved = await lab.run(borrower);
    expect(placed(moved)).toEqual(['n3', 'n2']);
    expect([mounted('backup-1'), mounted('backup-2')]).toEqual([mounted('db-1'), mounted('db-2')]);
  });

  test('is what runs has, while the lender waits between its old volumes and its new ones', async () => {
    const db = await database({ count: 3, update: quick({ batch: 1, onFailure: 'pause' }) });
    await lab.run(db);
    lab.agents.failAt('take', 'db-3', {}, { times: 1 });
    expect(await lab.run(db, { reuseVolumes: false })).toMatchObject({ state: 'paused' });
    const serving = [1, 2, 3].map((index) => lab.agents.engines.of(`db-${index}`));
    expect(serving.map((instances) => instances.length)).toEqual([2, 2, 2]);
    expect(await lab.run(await backup('db'))).toMatchObject({ state: 'succeeded' });
    expect([mounted('backup-1'), mounted('backup-2')]).toEqual([mounted('db-1'), mounted('db-2')]);
  });

  test('counts round where the lender has fewer slots, and is refused where it has none', async () => {
    const db = await database({ count: 1 });
    const borrower = await backup('db');
    const refused = await lab.run(borrower);
    expect(refused).toMatchObject({ state: 'refused', code: 'failed-precondition' });
    expect(refused.reason).toContain('db, which was never started');
    await lab.run(db);
    const round = await lab.run(borrower);
    expect(round).toMatchObject({ state: 'succeeded' });
    expect(placed(round)).toEqual(['n1', 'n1']);
  });

  test('at one path by two of them is the first one’s', async () => {
    lab = await DeploymentLab.open(['n1']);
    await lab.run(await database({ count: 1 }));
    const srv = { hostPath: '/srv', path: '/data/', access: 'shared', readOnly: false } as const;
    await lab.run(await database({ count: 1, hostPaths: [srv], volumes: [mount('/more')] }, 'also'));
    expect(await lab.run(await backup('db', 'also'))).toMatchObject({ state: 'succeeded' });
    expect(mounted('backup-1')).toEqual({ ...mounted('db-1'), '/more': mounted('also-1')['/more'] });
    const made = lab.agents.sent.findLast(({ line }) => line.startsWith('take backup-1 '))?.order;
    expect(made).toMatchObject({ instance: { hostPaths: [] } });
  });

  test('wins over the volume that its image asked for, which is let go and kept', async () => {
    lab.agents.imageVolumes = ['/data'];
    const alone = await lab.define({ count: 1 }, 'backup');
    await lab.run(alone);
    lab.agents.imageVolumes = [];
    await lab.run(await database({ count: 1 }));
    await lab.run(await lab.edit(alone, { volumesFrom: [{ service: 'db', readOnly: true }] }));
    expect(mounted('backup-1')).toEqual(mounted('db-1'));
    expect(await lab.store.volumes.ofService(alone.id)).toMatchObject([
      { name: expect.stringMatching(/^backup-1-data-/), origin: 'image', state: 'detached' },
    ]);
  });
});
