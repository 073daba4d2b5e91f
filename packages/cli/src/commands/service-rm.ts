import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { addWaitFlags, followOptions, type WaitFlags } from '../flags/redeploy-flags.ts';
import { deployEach } from '../follow/deploy-each.ts';
import { print } from '../output.ts';
import { addDryRunFlag, type DryRunFlags, noteDryRun } from '../plan/dry-run.ts';
import { attachedTo, linkedFrom, planRemoval, type Removal } from '../plan/plan-removal.ts';
import { keptVolumesNote, leftLinksNote, removalText } from '../render/removal.ts';
import { forEachName } from '../report.ts';

/** `restow service rm SERVICE...` */
export const addServiceRm = (service: Command, cli: Cli): void => {
  const command = service
    .command('rm')
    .alias('terminate')
    .description('end services: containers go, volumes are detached and stay')
    .argument('<service...>');
  addOutputFlags(addDryRunFlag(addWaitFlags(command)), {
    quiet: 'tell nothing on the way; prints the number of the deployment',
  })
    .addHelpText('after', `\n${exitCodesHelp}`)
    .action(async (names: string[], flags: OutputFlags & WaitFlags & DryRunFlags) => {
      const { detach } = followOptions(flags);
      if (flags.dryRun) return dryRun(cli, names, flags);
      const volumes = await cli.client().listVolumes(cli.call);
      const services = await cli.client().listServices(cli.call);
      const deployments = await deployEach(cli, names, flags, (name, call) => cli.client().removeService(name, call));
      for (const { serviceName, serviceId, state } of detach ? [] : deployments) {
        const gone = state === 'succeeded' && services.find(({ id }) => id === serviceId);
        const linking = gone ? linkedFrom(services, gone) : [];
        if (linking.length > 0) cli.note(leftLinksNote(serviceName, linking));
        const kept = attachedTo(volumes, serviceName);
        if (state === 'succeeded' && kept.length > 0) cli.note(keptVolumesNote(serviceName, kept));
      }
    });
};

const dryRun = async (cli: Cli, names: string[], flags: OutputFlags): Promise<void> => {
  const removals: Removal[] = [];
  await forEachName(cli, names, async (name) => {
    removals.push(await planRemoval(cli, name));
  });
  print(cli.io, flags, removals, {
    id: null,
    text: (all, look) => all.map((removal) => removalText(removal, look)).join('\n'),
  });
  noteDryRun(cli);
};
