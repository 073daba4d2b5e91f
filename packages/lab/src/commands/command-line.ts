import type { ErrorCode } from '@restow/shared/base/errors';
import { RestowError } from '@restow/shared/base/errors';

/** A sub command: gets the words after its name, returns the exit code. Thrown errors are told by `main`. */
export interface SubCommand {
  /** How it is called, after `restow`. */
  usage: string;
  run(words: readonly string[]): Promise<number>;
}

/** A wrong way to call something; exit code 2. */
export const wrongUsage = (message: string, usage: string): RestowError =>
  new RestowError('invalid', `${message}\nusage: ./restow ${usage}`);

/** Progress, for a person; standard output is left to what programs read. */
export const say = (line: string): void => {
  process.stderr.write(`restow: ${line}\n`);
};

const exitCodes: Partial<Record<ErrorCode, number>> = {
  invalid: 2,
  timeout: 5,
  busy: 6,
  denied: 7,
  unauthenticated: 7,
};

export const exitCodeOf = (code: ErrorCode): number => exitCodes[code] ?? 1;

/** Aborted when the person or the system wants us to stop; the second time the program is simply ended. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => stop.abort(new RestowError('unavailable', `Stopped by ${name}.`)));
  return stop.signal;
}
