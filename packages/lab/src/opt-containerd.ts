import { rmdir } from 'node:fs/promises';

/**
 * The one place outside its own directories that every engine's containerd makes at its start (for programs somebody
 * may install into it), and cannot be told not to. A host shares the machine's /opt, so it appears there.
 */
export const optContainerd = '/opt/containerd';

/** Removes it where it is empty; whoever put something in keeps it. */
export async function removeOptContainerd(): Promise<void> {
  for (const dir of [`${optContainerd}/bin`, `${optContainerd}/lib`, optContainerd])
    await rmdir(dir).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error;
    });
}
