import { readdir, readFile } from 'node:fs/promises';
import { systemClock } from '@restow/shared/base/clock';
import { RestowError } from '@restow/shared/base/errors';

/** A running program beyond doubt: the kernel gives a pid to another one day, but never with the same start time. */
export interface PidIdentity {
  pid: number;
  /** Start in clock ticks since boot, as the kernel prints it. */
  startedAt: string;
}

const readOrNull = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

/** Fields after the program's name, which may itself hold blanks and brackets. */
const statFields = async (pid: number): Promise<string[] | null> => {
  const stat = await readOrNull(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** Who runs under this pid now; `null` when nobody does (a zombie is nobody). */
export async function identify(pid: number): Promise<PidIdentity | null> {
  const fields = await statFields(pid);
  const [state, startedAt] = [fields?.[0], fields?.[19]];
  return startedAt === undefined || state === 'Z' || state === 'X' ? null : { pid, startedAt };
}

export async function isRunning(who: PidIdentity): Promise<boolean> {
  return (await identify(who.pid))?.startedAt === who.startedAt;
}

/** Sends a signal if that very program still runs. */
export async function signalTo(who: PidIdentity, signal: NodeJS.Signals): Promise<void> {
  if (!(await isRunning(who))) return;
  try {
    process.kill(who.pid, signal);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** True once it has ended, false when it still runs after `withinMs`. Not our child, so the kernel does not tell us. */
export async function endsWithin(who: PidIdentity, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (await isRunning(who)) {
    if (performance.now() > until) return false;
    await systemClock.sleep(10);
  }
  return true;
}

/** Asks it to end, and after `graceMs` makes it. Resolves when it is gone. */
export async function endProgram(who: PidIdentity, graceMs: number): Promise<void> {
  if (graceMs > 0) {
    await signalTo(who, 'SIGTERM');
    if (await endsWithin(who, graceMs)) return;
  }
  await signalTo(who, 'SIGKILL');
  if (!(await endsWithin(who, 10_000)))
    throw new RestowError(
      'unavailable',
      `Program ${who.pid} does not end, even by SIGKILL; look at /proc/${who.pid}/stack`,
    );
}

const allPids = async (): Promise<number[]> =>
  (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);

/** The children of a program, as the machine numbers them. */
export async function childrenOf(pid: number): Promise<PidIdentity[]> {
  const identities = await Promise.all(
    (await allPids()).map(async (candidate) => {
      const fields = await statFields(candidate);
      return fields?.[1] === String(pid) ? identify(candidate) : null;
    }),
  );
  return identities.filter((identity) => identity !== null);
}

/** The words a program was started with; none for one that has ended. */
export const commandLineOf = async ({ pid }: PidIdentity): Promise<string[]> =>
  ((await readOrNull(`/proc/${pid}/cmdline`)) ?? '').split('\0').slice(0, -1);

/** Every program that was started with `NAME=value` in its environment, ourselves left out. */
export async function programsMarked(name: string, value: string): Promise<PidIdentity[]> {
  const mark = `${name}=${value}`;
  const identities = await Promise.all(
    (await allPids()).map(async (pid) => {
      if (pid === process.pid) return null;
      const environment = await readOrNull(`/proc/${pid}/environ`);
      return environment?.split('\0').includes(mark) ? identify(pid) : null;
    }),
  );
  return identities.filter((identity) => identity !== null);
}

/** Those of them that were started with this word on their command line. */
export async function programsMarkedWithWord(name: string, value: string, word: string): Promise<PidIdentity[]> {
  const marked = await programsMarked(name, value);
  const words = await Promise.all(marked.map(commandLineOf));
  return marked.filter((_, index) => words[index]!.includes(word));
}
