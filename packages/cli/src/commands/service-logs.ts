import { type Problem, RestowError } from '@restow/shared/base/errors';
import type { LogLineView } from '@restow/shared/domain/view';
import type { ServiceLogsQuery } from '@restow/shared/rpc/restow-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addLogFlags, type LogFlags, logLookOf } from '../flags/log-flags.ts';
import type { Parsed } from '../flags/parsed.ts';
import { parseSince } from '../flags/since.ts';
import { parseWholeNumber } from '../flags/whole-number.ts';
import { printJsonLine } from '../output.ts';
import { logLine } from '../render/log-line.ts';
import { WholeLines } from '../render/whole-lines.ts';
import { forEachName, reportError } from '../report.ts';

interface Flags extends LogFlags {
  slot?: string;
  since?: string;
  tail?: string;
}

/** Throws `invalid` with every flag that means nothing. */
const queryOf = (flags: Flags, now: number): ServiceLogsQuery => {
  const problems: Problem[] = [];
  const read = (field: string, text: string | undefined, parse: (text: string) => Parsed<number>) => {
    const outcome = text === undefined ? undefined : parse(text);
    if (outcome && !outcome.ok) problems.push({ field, message: outcome.message });
    return outcome?.ok ? outcome.value : undefined;
  };
  const query = {
    follow: flags.follow,
    slot: read('--slot', flags.slot, (text) => parseWholeNumber(text, 1)),
    since: read('--since', flags.since, (text) => parseSince(text, now)),
    tail: read('--tail', flags.tail, (text) => parseWholeNumber(text, 1)),
  };
  if (problems.length > 0) throw new RestowError('invalid', 'The command line cannot be meant.', { problems });
  return query;
};

/** `restow service logs SERVICE...` */
export const addServiceLogs = (service: Command, cli: Cli): void => {
  const command = service
    .command('logs')
    .description('container output of the slots, by time; also of containers that are gone')
    .argument('<service...>')
    .option('--slot <n>', 'only this slot, such as 2')
    .option('--since <time>', 'only since then: 10m, or 2026-01-02T03:04:05Z')
    .option('--tail <n>', 'only the last lines of what is there');
  addLogFlags(command, 'go on with what is written from now on, until Ctrl-C')
    .addHelpText('after', '\nExample:\n  restow service logs web -f --slot 2 --since 10m')
    .action(async (names: string[], flags: Flags) => {
      const { io } = cli;
      const look = logLookOf(io, flags);
      const query = queryOf(flags, io.now());
      const tell = (line: LogLineView) => io.stdout.write(logLine(line, look));
      const read = async (name: string) => {
        const whole = new WholeLines();
        for await (const line of cli.client().serviceLogs(name, query, cli.call)) {
          if (line.stream === 'notice') cli.note(`${name}: ${line.line}`);
          else if (flags.output === 'json') printJsonLine(io, line);
          else whole.add(line).forEach(tell);
        }
        whole.rest().forEach(tell);
      };
      if (!flags.follow) return forEachName(cli, names, read);
      // Logs that are followed have no end, so they are read side by side.
      await Promise.all([...new Set(names)].map((name) => read(name).catch((error) => reportError(cli, error))));
    });
};
