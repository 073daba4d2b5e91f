import { expect, vi } from 'vitest';
import type { Cluster } from './cluster.ts';

/** Label of containers that somebody started by hand, which Restow knows nothing of. */
const byHand = 'by-hand';

/** Hosts by name with a number for each. */
export type PerHost = Record<string, number>;

const idsOn = async ({ lab }: Cluster, host: string): Promise<string[]> => {
  const ids = await lab.docker(host, 'ps', '-aq', '--no-trunc', '--filter', `label=${byHand}`);
  return ids === '' ? [] : ids.split('\n');
};

/**
 * Has every host run as many containers that are not Restow's as `wanted` says, and resolves when the coordinator has
 * heard of them: strategies count them.
 */
export const occupy = async (cluster: Cluster, wanted: PerHost): Promise<void> => {
  const { lab, hosts, image } = cluster;
  const bringTo = async (host: string, count: number): Promise<void> => {
    const there = await idsOn(cluster, host);
    if (there.length > count) await lab.docker(host, 'rm', '-f', ...there.slice(count));
    for (let at = there.length; at < count; at += 1)
      await lab.docker(host, 'run', '-d', '--label', byHand, '--network', 'none', image('app:v1'), 'sleep', '100000');
  };
  await Promise.all(hosts.map((host) => bringTo(host, wanted[host] ?? 0)));
  await vi.waitFor(
    async () => {
      const nodes = await cluster.json<{ name: string; foreignContainers: number }[]>('node', 'ls');
      expect(Object.fromEntries(nodes.map(({ name, foreignContainers }) => [name, foreignContainers]))).toEqual(
        Object.fromEntries(hosts.map((host) => [host, wanted[host] ?? 0])),
      );
    },
    { timeout: 20_000, interval: 500 },
  );
};
