import type { DeploymentView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { deploymentDetails } from '../render/deployment-details.ts';
import { forEachName } from '../report.ts';

/** `restow deployment inspect NUMBER...` */
export const addDeploymentInspect = (deployment: Command, cli: Cli): void => {
  const command = deployment
    .command('inspect')
    .description('what was asked, planned and done, and how it ended')
    .argument('<deployment...>', 'number or uuid');
  addOutputFlags(command, { trunc: true }).action(async (references: string[], flags: OutputFlags) => {
    const found: DeploymentView[] = [];
    await forEachName(cli, references, async (reference) => {
      found.push(await cli.client().getDeployment(reference, cli.call));
    });
    print(cli.io, flags, found, {
      text: (deployments, look) => deployments.map((one) => deploymentDetails(one, look)).join('\n'),
    });
  });
};
