import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { RestowError } from '@restow/shared/base/errors';
import { identify, type PidIdentity } from './pids.ts';

/**
 * Starts a program that does nothing but hold namespaces, and waits for the one line it prints when they are set up:
 * its pid as the machine numbers it. From then on it has no tie to us.
 */
export function spawnHolder(what: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<PidIdentity> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    const fail = (why: string, cause?: unknown) =>
      reject(new RestowError('unavailable', `Could not set up the ${what}: ${why}`, { cause }));
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk;
    });
    child.on('error', (cause) => fail(cause.message, cause));
    child.on('close', (code) => fail(complaint.trim() || `\`${program}\` ended with ${code}`));
    createInterface({ input: child.stdout }).once('line', async (line) => {
      const holder = await identify(Number(line));
      if (holder === null) return; // it is ending, and `close` tells why
      child.removeAllListeners('close');
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      resolve(holder);
    });
  });
}
