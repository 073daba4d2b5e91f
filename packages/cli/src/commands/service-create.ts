import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import { referenceTo } from '@restow/shared/domain/service';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addNameFlags, type CreateFlags, defineService, describedService } from '../define/define-service.ts';
import { addDefinitionFlags } from '../flags/definition-flags.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { printJson } from '../output.ts';
import { planNew } from '../plan/as-asked.ts';
import { addDryRunFlag, type DryRunFlags, dryRunEach } from '../plan/dry-run.ts';

/** `restow service create IMAGE [-- COMMAND...]` */
export const addServiceCreate = (service: Command, cli: Cli): void => {
  const command = service
    .command('create')
    .description('define a service; nothing runs until it is started')
    .argument('<image>', 'such as registry:5000/team/app:v1')
    .argument('[command...]', "after --: command instead of the image's own")
    .option('--sync', 'known from Docker Cloud; defining takes no waiting');
  addOutputFlags(addDryRunFlag(addDefinitionFlags(addNameFlags(command))), {
    quiet: 'print the uuid and say nothing else',
  })
    .addHelpText(
      'after',
      `
Example:
  restow service create app:v1 --name web -t 3 -p 8080:80 -v /data --tag prod --deployment-strategy HIGH_AVAILABILITY`,
    )
    .action(async (image: string, words: string[], flags: CreateFlags & OutputFlags & DryRunFlags) => {
      if (flags.dryRun) {
        const { definition, ...named } = describedService(cli, image, words, flags);
        const name = referenceTo(named);
        return dryRunEach(cli, [name], flags, () => planNew(cli, name, defaultRedeployOptions, definition));
      }
      const view = await defineService(cli, image, words, flags);
      if (flags.output === 'json') printJson(cli.io, view);
      else cli.io.stdout.write(`${view.id}\n`);
      const name = referenceTo(view);
      cli.note(`${name} is defined; nothing runs until \`restow service start ${name}\`.`);
    });
};
