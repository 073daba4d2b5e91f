import { constants } from 'node:os';

/**
 * Aborted when the program is asked to end, by SIGTERM or SIGINT. Asked again while it still ends, it is gone at once,
 * with the exit code shells give to a signal.
 */
export const askedToEnd = (): AbortSignal => {
  const asked = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (asked.signal.aborted) process.exit(128 + constants.signals[signal]);
      asked.abort(new Error(`asked to end by ${signal}`));
    });
  return asked.signal;
};
