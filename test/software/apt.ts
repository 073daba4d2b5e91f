import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@restow/lab/command';
import { isRestowError } from '@restow/shared/base/errors';
import { type DebianPackage, fileOf, type Offered, readOffered } from './offered-packages.ts';

/** What apt lists and fetches, without installing anything on this machine. */
export interface Apt {
  /** Every version on offer of a package and of all it may need, deeply; nothing where apt does not know it. */
  offers(name: string, also?: readonly string[]): Promise<Offered>;
  /** Has the packages' files in a directory; those that are there already are not fetched. Throws `DownloadFailed`. */
  download(packages: readonly DebianPackage[], dir: string): Promise<void>;
}

/** Packages that are listed could not be had: no network, or lists older than what the mirror keeps. */
export class DownloadFailed extends Error {}

const onlyDepends = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
  (kind) => `--no-${kind}`,
);

const run = async (argv: string[], cwd?: string) => {
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  try {
    return await runCommand(argv, { env, cwd, deadlineMs: 180_000 });
  } catch (error) {
    // No such program: neither Debian nor one of its kind. Or a mirror that is silent. Either way nothing is to be had.
    if (isRestowError(error, 'unavailable', 'timeout')) return { stdout: '', stderr: error.message, code: 127 };
    throw error;
  }
};

const aptWith = (options: string[]): Apt => ({
  offers: async (name, also = []) => {
    const { stdout } = await run(['apt-cache', ...options, 'depends', '--recurse', ...onlyDepends, name, ...also]);
    // A name that stands at the beginning of a line is a package; one in brackets is virtual, one with a colon foreign.
    const names = stdout.split('\n').filter((line) => /^[a-z0-9][a-z0-9.+-]+$/.test(line));
    if (names.length === 0) return new Map();
    return readOffered((await run(['apt-cache', ...options, 'show', '-a', ...names])).stdout);
  },
  download: async (packages, dir) => {
    const missing = packages.filter((one) => !existsSync(join(dir, fileOf(one))));
    if (missing.length === 0) return;
    await mkdir(dir, { recursive: true });
    // A file is there or not, never half: they arrive beside, and are then put in place.
    const arriving = await mkdtemp(join(dir, 'arriving-'));
    try {
      const wanted = missing.map(({ name, version }) => `${name}=${version}`);
      const sandboxless = ['-o', 'APT::Sandbox::User=root'];
      const { stderr, code } = await run(
        ['apt-get', ...options, ...sandboxless, '-q', 'download', ...wanted],
        arriving,
      );
      if (code !== 0)
        throw new DownloadFailed(`apt-get download ended with ${code}: ${stderr.trim().split('\n').at(-1)}`);
      for (const one of missing) await rename(join(arriving, fileOf(one)), join(dir, fileOf(one)));
    } finally {
      await rm(arriving, { recursive: true, force: true });
    }
  },
});

/** apt with this machine's package lists as they are. */
export const machineApt: Apt = aptWith([]);

/**
 * apt with package lists of its own in `dir`, fetched now from this machine's sources: for a machine that has none, or
 * old ones. What cannot be fetched is not on offer.
 */
export async function freshApt(dir: string): Promise<Apt> {
  const [lists, cache] = [join(dir, 'lists'), join(dir, 'cache')];
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives/partial'), { recursive: true });
  const options = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${cache}`];
  const impatient = ['-o', 'Acquire::http::Timeout=10', '-o', 'Acquire::https::Timeout=10', '-o', 'Acquire::Retries=0'];
  // One source of many may be out of reach; what the others offer is seen by asking.
  await run(['apt-get', ...options, ...impatient, '-o', 'APT::Sandbox::User=root', '-q', 'update']);
  return aptWith(options);
}
