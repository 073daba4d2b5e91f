import { readFile } from 'node:fs/promises';

/** What the kernel says of a process that has ended. */
const isOver = (error: unknown): boolean => ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * Kills a program that runs in a container, by its pid on this machine: engines have no call for that. A pid that is
 * anybody else's by now is left alone; one that has ended is no matter.
 */
export const endProgram = async (pid: number, containerId: string): Promise<void> => {
  try {
    const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8');
    if (groups.includes(containerId)) process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!isOver(error)) throw error;
  }
};
