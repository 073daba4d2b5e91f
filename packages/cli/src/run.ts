import { CommanderError } from 'commander';
import { openCli } from './cli.ts';
import { answerShell, completionRequest } from './completion/answer-shell.ts';
import { exitCodes } from './exit-codes.ts';
import { Interrupted, type Io } from './io.ts';
import { restowProgram } from './program.ts';
import { reportError } from './report.ts';

/** Runs one command line and answers with its exit code. Throws nothing: what went wrong was said on stderr. */
export const run = async (argv: string[], io: Io): Promise<number> => {
  if (argv[0] === completionRequest) return answerShell(argv.slice(1), io);
  const { RestowClient } = await import('@restow/shared/rpc/restow-client');
  using cli = openCli(io, (connection) => new RestowClient(connection));
  try {
    await restowProgram(cli).parseAsync(argv, { from: 'user' });
    return cli.exitCode();
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    // Help and version end the parsing the same way; both were printed, and so was what is wrong with the usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    reportError(cli, error);
    return cli.exitCode();
  }
};
