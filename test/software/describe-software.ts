import { describe, inject } from 'vitest';
import { type Cluster, describeCluster } from '../lab/cluster.ts';
import { makeReleases, type Releases, type Software } from './releases.ts';

/**
 * `await describeSoftware(nginx, '...', (cluster, releases) => { test(...) })`: the tests of one file on the shared lab
 * with real software, the versions in their names. Skipped and counted, with the reason in their names, where apt offers
 * none. `cluster()` and `releases()` are for use inside tests and hooks.
 */
export const describeSoftware = async (
  software: Software,
  name: string,
  body: (cluster: () => Cluster, releases: () => Releases) => void,
): Promise<void> => {
  const found = inject('labDir') === '' ? 'there is no lab' : await makeReleases(software);
  const missing = typeof found === 'string';
  describe.skipIf(missing)(missing ? `${software.askFor}, skipped: ${found}` : found.told, () => {
    describeCluster(name, (cluster) => body(cluster, () => found as Releases));
  });
};

/** Says a figure where the output of the tests is read. */
export const tell = ({ told }: Releases, figures: string): void => console.info(`${told}: ${figures}`);
