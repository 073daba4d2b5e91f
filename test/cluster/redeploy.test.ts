import { expect, test } from 'vitest';
import { describeCluster, slotIndex } from '../lab/cluster.ts';

describeCluster('redeploying a running service', (cluster) => {
  test('DC-01, TU-01: every container is another one, made later, and the count is the same, with no manual stop', async () => {
    const { ok, running, image } = cluster();
    await ok('service', 'run', '--name', 'web', '-t', '3', '--watch', '0s', image('app:v1'));
    const before = await running('web');
    await ok('service', 'redeploy', 'web');
    const after = await running('web');
    expect(after).toHaveLength(3);
    expect(after.map(slotIndex)).toEqual([1, 2, 3]);
    for (const [at, { Id, Created }] of before.entries()) {
      expect(after[at]!.Id).not.toBe(Id);
      expect(Date.parse(after[at]!.Created)).toBeGreaterThan(Date.parse(Created));
    }
  });
});
