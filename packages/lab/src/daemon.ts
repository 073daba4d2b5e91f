import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { RestowError } from '@restow/shared/base/errors';
import { identify, type PidIdentity } from './pids.ts';

/** A program that runs on after we have ended; its output goes to files, so nothing of it hangs on us. */
export interface Daemon {
  /** What it is called in messages, such as `engine of n1`. */
  what: string;
  identity: PidIdentity;
  /** Standard error, and standard output where it has no file of its own. */
  log: string;
  /** How long the log was before: what an earlier one wrote into it is no news. Bytes. */
  logFrom: number;
  /** Resolves when it ends, with a few words on how; never while it runs. Only told to whoever started it. */
  ended: Promise<string>;
}

export interface DaemonOptions {
  what: string;
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Appended to. */
  log: string;
  /** A file of its own for standard output, when somebody reads it. */
  out?: string;
}

/** Starts it in a session of its own. Throws when it cannot be run at all. */
export async function startDaemon({ what, argv, env, log, out }: DaemonOptions): Promise<Daemon> {
  const [program = '', ...args] = argv;
  const logFile = openSync(log, 'a');
  const logFrom = fstatSync(logFile).size;
  const outFile = out === undefined ? logFile : openSync(out, 'a');
  try {
    const child = spawn(program, args, { env, detached: true, stdio: ['ignore', outFile, logFile] });
    const ended = new Promise<string>((resolve) => {
      child.on('exit', (code, signal) => resolve(signal === null ? `ended with ${code}` : `was ended by ${signal}`));
    });
    child.unref();
    try {
      await once(child, 'spawn');
    } catch (cause) {
      throw new RestowError('unavailable', `Could not start the ${what} (${program}): ${(cause as Error).message}`, {
        cause,
      });
    }
    const pid = child.pid!;
    return { what, identity: (await identify(pid)) ?? { pid, startedAt: 'ended' }, log, logFrom, ended };
  } finally {
    closeSync(logFile);
    if (outFile !== logFile) closeSync(outFile);
  }
}

/** The last lines a daemon wrote into its log, for a message; says so when there are none. */
async function tailOf({ log, logFrom }: Daemon, lines = 8): Promise<string> {
  const text = (await readFile(log).catch(() => Buffer.of())).subarray(logFrom).toString();
  const last = text.trimEnd().split('\n').slice(-lines);
  return last.join('\n') === '' ? `(nothing in ${log})` : last.map((line) => `  | ${line}`).join('\n');
}

const failed = async (daemon: Daemon, why: string): Promise<RestowError> =>
  new RestowError('unavailable', `The ${daemon.what} ${why}. The end of its log:\n${await tailOf(daemon)}`);

export interface Readiness {
  signal?: AbortSignal;
  /** Milliseconds until it has to be ready. */
  deadlineMs: number;
}

/**
 * Waits for a daemon to become ready, as `ready` finds out. Throws with the end of its log when it ends first, or when
 * the deadline passes.
 */
export async function whenReady<Value>(
  daemon: Daemon,
  { signal, deadlineMs }: Readiness,
  ready: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const enough = new AbortController();
  const deadline = AbortSignal.timeout(deadlineMs);
  const waiting = AbortSignal.any([enough.signal, deadline, ...(signal ? [signal] : [])]);
  try {
    return await Promise.race([
      ready(waiting),
      daemon.ended.then(async (how): Promise<never> => {
        throw await failed(daemon, `${how} before it was ready`);
      }),
    ]);
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.aborted) throw await failed(daemon, `was not ready within ${deadlineMs / 1000} s`);
    throw error;
  } finally {
    enough.abort();
  }
}

/** The first match of `pattern` in a file that grows, from `offset` bytes on; rejects when the signal is aborted. */
export async function matchInFile(
  file: string,
  pattern: RegExp,
  signal: AbortSignal,
  offset = 0,
): Promise<RegExpMatchArray> {
  // Watching begins before reading, so nothing that is written in between is missed.
  const changes = watch(file, { signal });
  const changed = (): Promise<unknown> => once(changes, 'change', { signal });
  try {
    for (;;) {
      const next = changed();
      next.catch(() => {});
      const match = (await readFile(file)).subarray(offset).toString().match(pattern);
      if (match) return match;
      await next;
    }
  } finally {
    changes.close();
  }
}
