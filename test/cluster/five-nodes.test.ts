import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labPlace } from '@restow/lab/lab-place';
import { startLab } from '@restow/lab/start-lab';
import { takeDown } from '@restow/lab/take-down';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, clusterOf } from '../lab/cluster.ts';

/** The tag table of Docker Cloud's page on deploy tags, its five nodes being our five hosts, in its order. */
const documented: Record<string, string[]> = {
  n1: ['aws', 'us-east-1', 'development', 'test', 'frontend', 'backend'], // my-node-dev
  n2: ['aws', 'us-east-1', 'production', 'frontend'], // my-node-prod-1
  n3: ['aws', 'us-east-2', 'production', 'frontend'], // my-node-prod-2
  n4: ['aws', 'us-east-1', 'production', 'backend'], // my-node-prod-3
  n5: ['aws', 'us-east-2', 'production', 'backend'], // my-node-prod-4
};

// A lab of its own: the example needs five nodes.
describe.runIf(process.getuid?.() === 0)('the documented example of five nodes (needs root)', () => {
  let dir: string;
  let cluster: Cluster;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-five-'));
    cluster = clusterOf(await startLab({ nodes: 5, dir }));
    for (const [node, tags] of Object.entries(documented))
      await cluster.ok('tag', 'add', ...tags.flatMap((tag) => ['-t', tag]), node);
  });
  afterAll(async () => {
    await takeDown(labPlace(dir));
    await rm(dir, { recursive: true, force: true });
  });

  it.each([
    ['development frontend', ['n1']],
    ['production frontend', ['n2', 'n3']],
    ['production backend', ['n4', 'n5']],
    ['us-east-2', ['n3', 'n5']],
  ])('TAG-08: a service with the tags %s runs on just the nodes that have all of them', async (tags, nodes) => {
    const name = tags.replaceAll(' ', '-');
    const flags = tags.split(' ').flatMap((tag) => ['--tag', tag]);
    await cluster.ok(
      ...['service', 'run', '--name', name, '--deployment-strategy', 'EVERY_NODE', '--min-running', '100ms'],
      ...['--watch', '0s', ...flags, cluster.image('app:v1')],
    );
    expect((await cluster.running(name)).map(({ host }) => host).sort()).toEqual(nodes);
  });

  it('TAG-08: no node is both development and production: refused, and each is told what it lacks', async () => {
    const { code, stderr, stdout } = await cluster.restow(
      ...['service', 'run', '--name', 'both', '--tag', 'development', '--tag', 'production', cluster.image('app:v1')],
    );
    expect(code).toBe(4);
    expect(await cluster.containers('both')).toEqual([]);
    const plan = (await cluster.restow('plan', 'both')).stdout;
    expect(plan).toMatch(/n1 .*lacks tag production/);
    for (const node of ['n2', 'n3', 'n4', 'n5']) expect(plan).toMatch(new RegExp(`${node} .*lacks tag development`));
    expect(stderr + stdout).toContain('both');
  });
});
