import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EngineError } from './engine-error.ts';

/** Names of files that went while they were counted are many lines; the sum is one. */
const mostOutput = 16 * 1024 ** 2;

/**
 * Bytes a directory takes on its disk, as `du` counts them: blocks, a file with several names once. What changes while
 * it is counted is counted as it was found.
 */
export const diskUsage = async (path: string, signal: AbortSignal): Promise<number> => {
  const options = { signal, maxBuffer: mostOutput };
  const ran = await promisify(execFile)('du', ['-s', '--block-size=1', path], options).catch(
    // A file that went meanwhile makes it end with 1; the sum is there all the same.
    (error: NodeJS.ErrnoException & { stdout?: string; stderr?: string }) => {
      if (signal.aborted) throw signal.reason;
      return { stdout: error.stdout ?? '', stderr: error.stderr ?? error.message };
    },
  );
  const bytes = /^(\d+)\s/.exec(ran.stdout)?.[1];
  if (bytes !== undefined) return Number(bytes);
  throw new EngineError('engine-refused', `The size of ${path} could not be counted: ${ran.stderr.trim()}`);
};
