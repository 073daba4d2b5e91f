import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { OutputFlags } from '../flags/output-flags.ts';
import { type Planned, planEach } from './plan-each.ts';

export interface DryRunFlags {
  dryRun?: boolean;
}

export const addDryRunFlag = (command: Command): Command =>
  command.option('--dry-run', 'only tell what would be done, and why, or every reason why it cannot; touches nothing');

/** Said under whatever would have been done. */
export const noteDryRun = (cli: Cli): void => cli.note('Nothing was touched and nothing stored: this was --dry-run.');

/** Plans instead of deploying. */
export const dryRunEach = async (
  cli: Cli,
  names: string[],
  flags: OutputFlags,
  ask: (name: string) => Promise<Planned>,
): Promise<void> => {
  await planEach(cli, names, flags, ask);
  noteDryRun(cli);
};
