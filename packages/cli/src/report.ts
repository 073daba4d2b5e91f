import { RestowError } from '@restow/shared/base/errors';
import type { Cli } from './cli.ts';
import { explainCall } from './connection.ts';
import { exitCodeFor, exitCodes } from './exit-codes.ts';
import { Interrupted } from './io.ts';

/** An error as people read it: one sentence, then each problem on a line of its own. Pure. */
export const errorText = (error: unknown): string => {
  if (!(error instanceof RestowError))
    return `restow: this is a bug: ${error instanceof Error ? error.stack : String(error)}\n`;
  const problems = error.problems.map(({ field, message }) => `  ${field === '' ? '' : `${field}: `}${message}\n`);
  return `restow: ${error.message}\n${problems.join('')}`;
};

/** Says what went wrong and remembers the exit code for it. */
export const reportError = (cli: Cli, thrown: unknown): void => {
  if (thrown instanceof Interrupted) throw thrown;
  const connection = cli.connection();
  const error = connection ? explainCall(thrown, connection) : thrown;
  cli.io.stderr.write(errorText(error));
  cli.endWith(error instanceof RestowError ? exitCodeFor[error.code] : exitCodes.error);
};

/**
 * Does `act` for each name, one after the other and each name once; one that fails is reported and does not keep the
 * rest from being done.
 */
export const forEachName = async (cli: Cli, names: string[], act: (name: string) => Promise<void>): Promise<void> => {
  for (const name of new Set(names)) {
    try {
      await act(name);
    } catch (error) {
      reportError(cli, error);
    }
  }
};
