import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { deployEach } from '../follow/deploy-each.ts';

/** `restow deployment watch NUMBER...` */
export const addDeploymentWatch = (deployment: Command, cli: Cli): void => {
  const command = deployment
    .command('watch')
    .description('follow deployments to their end; exits by their outcome')
    .argument('<deployment...>', 'number or uuid')
    .option('--timeout <time>', 'stop watching after this long (5); the deployment goes on');
  addOutputFlags(command, { quiet: 'tell nothing on the way; prints the number of the deployment' })
    .addHelpText('after', `\n${exitCodesHelp}`)
    .action(async (references: string[], flags: OutputFlags & { timeout?: string }) => {
      await deployEach(cli, references, flags, (reference, call) => cli.client().watchDeployment(reference, call));
    });
};
