import { RestowError } from '@restow/shared/base/errors';
import type { DeploymentView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { parseWholeNumber } from '../flags/whole-number.ts';
import { print } from '../output.ts';
import { deploymentList } from '../render/deployment-list.ts';
import { forEachName } from '../report.ts';

/** `restow deployment ls [SERVICE...]` */
export const addDeploymentLs = (deployment: Command, cli: Cli): void => {
  const command = deployment
    .command('ls')
    .description('list deployments, the newest first')
    .argument('[service...]', 'only of these')
    .option('-l, --last <n>', 'how many', '25');
  addOutputFlags(command, { quiet: 'numbers only', trunc: true }).action(
    async (services: string[], flags: OutputFlags & { last: string }) => {
      const limit = parseWholeNumber(flags.last, 1);
      if (!limit.ok) throw new RestowError('invalid', `--last: ${limit.message}.`);
      const found: DeploymentView[] = [];
      const list = async (service?: string) => {
        found.push(...(await cli.client().listDeployments({ service, limit: limit.value }, cli.call)));
      };
      if (services.length === 0) await list();
      await forEachName(cli, services, list);
      const deployments = found.sort((a, b) => b.number - a.number).slice(0, limit.value);
      print(cli.io, flags, deployments, { id: ({ number }) => number, text: deploymentList });
    },
  );
};
