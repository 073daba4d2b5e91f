import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { addWaitFlags, type WaitFlags } from '../flags/redeploy-flags.ts';
import { deployEach } from '../follow/deploy-each.ts';

/** `restow service rm SERVICE...` */
export const addServiceRm = (service: Command, cli: Cli): void => {
  const command = service
    .command('rm')
    .alias('terminate')
    .description('end services: containers go, volumes are detached and stay')
    .argument('<service...>');
  addOutputFlags(addWaitFlags(command), { quiet: 'tell nothing on the way; prints the number of the deployment' })
    .addHelpText('after', `\n${exitCodesHelp}`)
    .action(async (names: string[], flags: OutputFlags & WaitFlags) => {
      await deployEach(cli, names, flags, (name, call) => cli.client().removeService(name, call));
    });
};
