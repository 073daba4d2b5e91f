import { RestowError } from '@restow/shared/base/errors';
import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { addWaitFlags, followOptions, type WaitFlags } from '../flags/redeploy-flags.ts';
import { type Scale, wantedScales } from '../flags/scales.ts';
import { deployEach } from '../follow/deploy-each.ts';
import { planScale } from '../plan/as-asked.ts';
import { addDryRunFlag, type DryRunFlags, dryRunEach } from '../plan/dry-run.ts';

type Flags = OutputFlags & WaitFlags & DryRunFlags & { queue?: boolean };

/** `restow service scale SERVICE=COUNT...`, or as Docker Cloud's client had it: `SERVICE... COUNT`. */
export const addServiceScale = (service: Command, cli: Cli): void => {
  const command = service
    .command('scale')
    .description('run more or fewer containers of services while they run')
    .argument('<service=count...>')
    .option('--no-queue', 'fail (6) instead of waiting behind another deployment of the service');
  addOutputFlags(addDryRunFlag(addWaitFlags(command)), {
    quiet: 'tell nothing on the way; prints the number of the deployment',
  })
    .addHelpText(
      'after',
      `
Containers that stay are left entirely alone. New ones are made of the newest definition and have to become healthy; of
those too many the highest numbers go: no name leads to them any more, they get their stop signal and their grace, their
addresses are free again, their volumes are detached and stay (restow volume ls). A scale that is refused or rolled back
changes nothing. To change the count without touching anything: restow service update -t.

Examples:
  restow service scale web=5
  restow service scale web=5 worker=2 --dry-run
  restow service scale web 5

${exitCodesHelp}`,
    )
    .action(async (words: string[], flags: Flags) => {
      followOptions(flags);
      const scales = wantedScales(words);
      if (!scales.ok)
        throw new RestowError('invalid', 'The command line cannot be meant; nothing was asked for.', {
          problems: scales.refusal.map((message) => ({ field: 'service=count', message })),
        });
      const counts = new Map(scales.value.map(({ service: name, count }: Scale) => [name, count]));
      const names = [...counts.keys()];
      const options = { ...defaultRedeployOptions, noQueue: flags.queue === false };
      if (flags.dryRun)
        return dryRunEach(cli, names, flags, (name) => planScale(cli, name, counts.get(name)!, options));
      await deployEach(cli, names, flags, (name, call) => cli.client().scale(name, counts.get(name)!, options, call));
    });
};
