import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import { referenceTo } from '@restow/shared/domain/service';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addNameFlags, type CreateFlags, defineService, describedService } from '../define/define-service.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { addDefinitionFlags } from '../flags/definition-flags.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { addWaitFlags, followOptions, type WaitFlags } from '../flags/redeploy-flags.ts';
import { deployEach } from '../follow/deploy-each.ts';
import { planNew } from '../plan/as-asked.ts';
import { addDryRunFlag, type DryRunFlags, dryRunEach } from '../plan/dry-run.ts';

/** `restow service run IMAGE [-- COMMAND...]` */
export const addServiceRun = (service: Command, cli: Cli): void => {
  const command = service
    .command('run')
    .description('define a service and start it')
    .argument('<image>', 'such as registry:5000/team/app:v1')
    .argument('[command...]', "after --: command instead of the image's own");
  addOutputFlags(addDryRunFlag(addWaitFlags(addDefinitionFlags(addNameFlags(command)))), {
    quiet: 'tell nothing on the way; prints the number of the deployment',
  })
    .addHelpText(
      'after',
      `
Examples:
  restow service run app:v1 --name web -t 3 -p 8080:80 -v /data --health-http 80/
  restow service run busybox:1 --name tick -- sh -c 'while sleep 1; do date; done'

${exitCodesHelp}`,
    )
    .action(async (image: string, words: string[], flags: CreateFlags & OutputFlags & WaitFlags & DryRunFlags) => {
      // What is wrong with the flags is said before anything is defined.
      followOptions(flags);
      if (flags.dryRun) {
        const { definition, ...named } = describedService(cli, image, words, flags);
        const name = referenceTo(named);
        return dryRunEach(cli, [name], flags, () => planNew(cli, name, defaultRedeployOptions, definition));
      }
      const name = referenceTo(await defineService(cli, image, words, flags));
      await deployEach(cli, [name], flags, (_, call) => cli.client().startService(name, defaultRedeployOptions, call));
      if (cli.exitCode() !== 0)
        cli.note(
          `${name} stays defined: \`restow service start ${name}\` tries again, \`restow service rm ${name}\` forgets it.`,
        );
    });
};
