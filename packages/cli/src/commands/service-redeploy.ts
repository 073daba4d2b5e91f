import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { changeBy, changeService } from '../define/change-service.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import type { GivenFlags } from '../flags/field-flags.ts';
import { repeatable } from '../flags/options.ts';
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
import { planRedeploy } from '../plan/as-asked.ts';
import { addDryRunFlag, type DryRunFlags, dryRunEach } from '../plan/dry-run.ts';
import { forEachName } from '../report.ts';

type Flags = OutputFlags & RedeployFlags & WaitFlags & DryRunFlags & { image?: string; tag?: string[] };

/** `restow service redeploy SERVICE...` */
export const addServiceRedeploy = (service: Command, cli: Cli): void => {
  const command = service
    .command('redeploy')
    .description('replace the containers of running services by their newest definition')
    .argument('<service...>')
    .option('--image <image>', 'change the definition to this image first')
    .addOption(repeatable('--tag <tag>', 'change the deploy tags to these first'));
  addOutputFlags(addDryRunFlag(addWaitFlags(addRedeployFlags(command))), {
    quiet: 'tell nothing on the way; prints the number of the deployment',
  })
    .addHelpText(
      'after',
      `
Each slot keeps its address, its published ports and its volumes, on whichever node it runs. What cannot be done is
refused before anything is touched; a new container that fails is taken back, and the old one answers again.
Ctrl-C stops the watching, not the deployment. A definition changed by --image or --tag stays changed either way.

Examples:
  restow service redeploy web
  restow service redeploy web web2 --sync --not-reuse-volumes
  restow service redeploy web --dry-run
  restow service redeploy web --image app:v2 --order recreate --timeout 5m

${exitCodesHelp}`,
    )
    .action(async (names: string[], flags: Flags) => {
      followOptions(flags);
      const { image, tag } = flags;
      const options = redeployOptions(flags);
      const isChanged = image !== undefined || tag !== undefined;
      if (flags.dryRun) {
        const change = isChanged ? changeBy(cli, { image, tag }) : undefined;
        return dryRunEach(cli, names, flags, (name) => planRedeploy(cli, name, options, change));
      }
      const ready = isChanged ? await changeFirst(cli, names, { image, tag }) : names;
      await deployEach(cli, ready, flags, (name, call) => cli.client().redeploy(name, options, call));
    });
};

/** Those that could be changed; the others were reported. */
const changeFirst = async (cli: Cli, names: string[], change: GivenFlags): Promise<string[]> => {
  const changed: string[] = [];
  await forEachName(cli, names, async (name) => {
    changed.push((await changeService(cli, name, change)).id);
  });
  return changed;
};
