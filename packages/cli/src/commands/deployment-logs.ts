import type { LogLineView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addLogFlags, type LogFlags, logLookOf } from '../flags/log-flags.ts';
import { printJsonLine } from '../output.ts';
import { logLine, logStep } from '../render/log-line.ts';
import { WholeLines } from '../render/whole-lines.ts';
import { forEachName } from '../report.ts';

/** `restow deployment logs NUMBER...` */
export const addDeploymentLogs = (deployment: Command, cli: Cli): void => {
  const command = deployment
    .command('logs')
    .description('steps and container output together, by time; also after the containers are gone')
    .argument('<deployment...>', 'number or uuid');
  addLogFlags(command, 'go on until the deployment has ended').action(async (references: string[], flags: LogFlags) => {
    const { io } = cli;
    const look = logLookOf(io, flags);
    const tell = (line: LogLineView) => io.stdout.write(logLine(line, look));
    await forEachName(cli, references, async (reference) => {
      const whole = new WholeLines();
      for await (const entry of cli.client().deploymentLogs(reference, { follow: flags.follow }, cli.call)) {
        if (entry.kind === 'line' && entry.line.stream === 'notice') cli.note(entry.line.line);
        else if (flags.output === 'json') printJsonLine(io, entry);
        else if (entry.kind === 'step') io.stdout.write(logStep(entry.step, look));
        else whole.add(entry.line).forEach(tell);
      }
      whole.rest().forEach(tell);
    });
  });
};
