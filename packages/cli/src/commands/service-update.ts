import { RestowError } from '@restow/shared/base/errors';
import { defaultRedeployOptions } from '@restow/shared/domain/deployment';
import { referenceTo } from '@restow/shared/domain/service';
import type { ServiceView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { changeBy, changeService } from '../define/change-service.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { addDefinitionFlags, saysDefinition } from '../flags/definition-flags.ts';
import type { GivenFlags } from '../flags/field-flags.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { addWaitFlags, followOptions, type WaitFlags } from '../flags/redeploy-flags.ts';
import { deployEach } from '../follow/deploy-each.ts';
import { printJson } from '../output.ts';
import { planChanged } from '../plan/as-asked.ts';
import { addDryRunFlag, type DryRunFlags, dryRunEach } from '../plan/dry-run.ts';
import { forEachName } from '../report.ts';

type Flags = GivenFlags & OutputFlags & WaitFlags & DryRunFlags & { redeploy?: boolean };

/** `restow service update SERVICE...`, `set` to users of Docker Cloud's client. */
export const addServiceUpdate = (service: Command, cli: Cli): void => {
  const command = service
    .command('update')
    .alias('set')
    .description('change definitions; what runs stays as it is until it is redeployed')
    .argument('<service...>')
    .option('--image <image>', 'image to run')
    .option('--redeploy', 'redeploy each service once it is changed');
  addOutputFlags(addDryRunFlag(addWaitFlags(addDefinitionFlags(command))), {
    quiet: 'tell nothing on the way; prints the uuid, or with --redeploy the number of the deployment',
  })
    .addHelpText(
      'after',
      `
A list that is named replaces the whole list, as Docker Cloud's client did it; an empty value clears it (-p '').

Examples:
  restow service update web --image app:v2 -e LOG=debug
  restow service set web --image app:v2 --redeploy --sync

${exitCodesHelp}`,
    )
    .action(async (names: string[], flags: Flags) => {
      if (!saysDefinition(flags))
        throw new RestowError(
          'invalid',
          'Nothing to change: give at least one flag of the definition, such as --image.',
        );
      followOptions(flags);
      if (flags.dryRun)
        return dryRunEach(cli, names, flags, async (name) => {
          const found = await cli.client().getService(name, cli.call);
          return planChanged(cli, found, defaultRedeployOptions, changeBy(cli, flags));
        });
      const changed: ServiceView[] = [];
      await forEachName(cli, names, async (name) => {
        changed.push(await changeService(cli, name, flags));
      });
      const ids = changed.map(({ id }) => id);
      if (flags.redeploy)
        return void (await deployEach(cli, ids, flags, (id, call) =>
          cli.client().redeploy(id, defaultRedeployOptions, call),
        ));
      if (flags.output === 'json') printJson(cli.io, changed);
      else cli.io.stdout.write(ids.map((id) => `${id}\n`).join(''));
      for (const service of changed)
        if (service.pending.length > 0 && service.state !== 'Not running')
          cli.note(`${referenceTo(service)} runs as before until \`restow service redeploy ${referenceTo(service)}\`.`);
    });
};
