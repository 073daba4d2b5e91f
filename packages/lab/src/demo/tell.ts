import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { RestowError } from '@restow/shared/base/errors';
import { builtProgram } from '../programs.ts';

/** A heading of the story, on stdout. */
export const chapter = (title: string): void => {
  process.stdout.write(`\n== ${title}\n`);
};

export const line = (text: string): void => {
  process.stdout.write(`   ${text}\n`);
};

/**
 * Shows the command a person would type, then runs it with what it prints going straight through. Throws when it ends
 * otherwise than with 0, and once the signal ended it.
 */
export async function type(env: Record<string, string>, signal: AbortSignal, ...words: string[]): Promise<void> {
  signal.throwIfAborted();
  process.stdout.write(`\n$ ./restow ${words.join(' ')}\n`);
  const child = spawn(process.execPath, [builtProgram('cli'), ...words], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const stop = () => child.kill('SIGINT');
  signal.addEventListener('abort', stop, { once: true });
  const [code] = (await once(child, 'exit')) as [number | null];
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (code !== 0) throw new RestowError('internal', `\`restow ${words.join(' ')}\` ended with ${code}; see above.`);
}
