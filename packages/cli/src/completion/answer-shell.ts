import { isRestowError } from '@restow/shared/base/errors';
import { openCli } from '../cli.ts';
import { readConnection } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseDuration } from '../flags/duration.ts';
import type { Io } from '../io.ts';
import { restowProgram } from '../program.ts';
import type { Candidate } from './candidate.ts';
import { type LiveName, liveNames } from './live-names.ts';
import { offerFor } from './offer.ts';
import { filesLine } from './shells/shell.ts';
import { shells } from './shells.ts';

/** First word of the command line by which a shell asks; not for people, so no help lists it. */
export const completionRequest = '__complete';

/** The time a person who pressed TAB is kept waiting for the coordinator, unless it is said otherwise. Milliseconds. */
const defaultPatienceMs = 300;

const patienceMs = ({ RESTOW_COMPLETION_TIMEOUT }: Io['env']): number => {
  const asked = parseDuration(RESTOW_COMPLETION_TIMEOUT ?? '');
  return asked.ok ? asked.value : defaultPatienceMs;
};

/** A name that cannot be had now is not offered; a message in the middle of the line typed would help nobody. */
const askCoordinator =
  (io: Io) =>
  async (place: LiveName): Promise<Candidate[]> => {
    try {
      const connection = readConnection(io.env);
      const { RestowClient } = await import('@restow/shared/rpc/restow-client');
      using client = new RestowClient({ ...connection, deadlineMs: patienceMs(io.env) });
      return await liveNames[place](client, { signal: io.interrupted });
    } catch (error) {
      if (isRestowError(error)) return [];
      throw error;
    }
  };

/**
 * `restow __complete SHELL WORDS...`: prints what may stand at the cursor, one a line, nothing where nothing fits or the
 * coordinator is away. Ends with 0, with 2 for a shell it does not know.
 */
export const answerShell = async ([name = '', ...words]: string[], io: Io): Promise<number> => {
  const shell = Object.hasOwn(shells, name) ? shells[name] : undefined;
  if (!shell) return exitCodes.usage;
  const { before, current, kept } = shell.read(words);
  using cli = openCli(io, () => {
    throw new Error('completion reads the commands and runs none');
  });
  const offer = await offerFor(restowProgram(cli), before, current, askCoordinator(io));
  const lines = offer === 'files' ? [filesLine] : offer.map((candidate) => shell.line(candidate, kept));
  io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return exitCodes.ok;
};
