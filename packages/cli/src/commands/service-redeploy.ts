import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { changeService } from '../define/change-service.ts';
import { exitCodesHelp } from '../exit-codes.ts';
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
import { forEachName } from '../report.ts';

type Flags = OutputFlags & RedeployFlags & WaitFlags & { image?: string; tag?: string[] };

/** `restow service redeploy SERVICE...` */
export const addServiceRedeploy = (service: Command, cli: Cli): void => {
  const command = service
    .command('redeploy')
    .description('replace the containers of running services by their newest definition')
    .argument('<service...>')
    .option('--image <image>', 'change the definition to this image first')
    .addOption(repeatable('--tag <tag>', 'change the deploy tags to these first'));
  addOutputFlags(addWaitFlags(addRedeployFlags(command)), {
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
  restow service redeploy web --image app:v2 --order recreate --timeout 5m

${exitCodesHelp}`,
    )
    .action(async (names: string[], flags: Flags) => {
      followOptions(flags);
      const ready = flags.image === undefined && flags.tag === undefined ? names : await changeFirst(cli, names, flags);
      const options = redeployOptions(flags);
      await deployEach(cli, ready, flags, (name, call) => cli.client().redeploy(name, options, call));
    });
};

/** Those that could be changed; the others were reported. */
const changeFirst = async (cli: Cli, names: string[], { image, tag }: Flags): Promise<string[]> => {
  const changed: string[] = [];
  await forEachName(cli, names, async (name) => {
    changed.push((await changeService(cli, name, { image, tag })).id);
  });
  return changed;
};
