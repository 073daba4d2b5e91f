import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import {
  addRedeployFlags,
  addWaitFlags,
  followOptions,
  type RedeployFlags,
  redeployOptions,
  type WaitFlags,
} from '../flags/redeploy-flags.ts';
import { deployEach } from '../follow/deploy-each.ts';
import { planStart } from '../plan/as-asked.ts';
import { addDryRunFlag, type DryRunFlags, dryRunEach } from '../plan/dry-run.ts';

/** `restow service start SERVICE...` */
export const addServiceStart = (service: Command, cli: Cli): void => {
  const command = service
    .command('start')
    .description('first deployment of services that were created')
    .argument('<service...>');
  addOutputFlags(addDryRunFlag(addWaitFlags(addRedeployFlags(command))), {
    quiet: 'tell nothing on the way; prints the number of the deployment',
  })
    .addHelpText('after', `\n${exitCodesHelp}`)
    .action(async (names: string[], flags: OutputFlags & RedeployFlags & WaitFlags & DryRunFlags) => {
      followOptions(flags);
      const options = redeployOptions(flags);
      if (flags.dryRun) return dryRunEach(cli, names, flags, (name) => planStart(cli, name, options));
      await deployEach(cli, names, flags, (name, call) => cli.client().startService(name, options, call));
    });
};
