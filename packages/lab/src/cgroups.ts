import { readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@restow/shared/base/clock';

const subdirectories = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(dir, entry.name));

/** Top control groups whose name begins so: in the one tree, or in each of several (the older kind). */
export async function findCgroups(prefix: string): Promise<string[]> {
  const top = await subdirectories('/sys/fs/cgroup');
  const second = await Promise.all(top.map(subdirectories));
  return [...top, ...second.flat()].filter((dir) => dir.split('/').at(-1)!.startsWith(prefix));
}

/**
 * Lets go on what was paused in a control group and those below it. In the older kind a paused program does not even die
 * of a SIGKILL before that, nor whoever waits for it.
 */
export async function thawCgroup(dir: string): Promise<void> {
  for (const below of await subdirectories(dir)) await thawCgroup(below);
  // Elsewhere than in the older kind's freezer there is no such file.
  await writeFile(join(dir, 'freezer.state'), 'THAWED', { flag: 'r+' }).catch(() => undefined);
}

/** Removes a control group and those below it. Its last programs may still be on their way out, so it is tried again. */
export async function removeCgroup(dir: string): Promise<void> {
  const until = performance.now() + 10_000;
  for (;;) {
    try {
      for (const below of await subdirectories(dir)) await removeCgroup(below);
      return await rmdir(dir);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || performance.now() > until) throw error;
      await systemClock.sleep(20);
    }
  }
}
