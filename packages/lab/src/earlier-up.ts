import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RestowError } from '@restow/shared/base/errors';
import { endProgram, identify, isRunning, type PidIdentity, programsMarked } from './pids.ts';

/** How long each program left behind may take to end by itself. Milliseconds. */
const graceMs = 10_000;

/** An `up` in its data directory; disposing lets the directory go. */
export interface UpPlace extends AsyncDisposable {
  /** Marks its programs, for when it is killed. */
  env: Record<string, string>;
}

/**
 * Makes a data directory this program's. Throws `failed-precondition` while another `up` runs on it. One that was killed
 * left its coordinator and agent running with nobody to end them by Ctrl-C: they are ended, their containers stay.
 */
export async function claimUpPlace(dir: string, say: (line: string) => void): Promise<UpPlace> {
  const file = join(dir, 'up.json');
  const earlier = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as PidIdentity) : null;
  if (earlier !== null && (await isRunning(earlier)))
    throw new RestowError(
      'failed-precondition',
      `\`up\` runs already (pid ${earlier.pid}), its data in ${dir}: use it, or end it first with Ctrl-C in its terminal.`,
    );
  const name = 'RESTOW_UP_MEMBER';
  const value = `up-${createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 6)}`;
  const left = await programsMarked(name, value);
  if (left.length > 0)
    say(
      `an earlier \`up\` was killed and its programs run on (pid ${left.map(({ pid }) => pid).join(', ')}): ending them`,
    );
  for (const program of left) await endProgram(program, graceMs);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify(await identify(process.pid))}\n`);
  return { env: { [name]: value }, [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}
