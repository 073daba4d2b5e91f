import { exitCodeOf } from '@restow/shared/domain/deployment';
import type { DeploymentEvent, DeploymentView } from '@restow/shared/domain/view';
import type { CallOptions, RestowClient } from '@restow/shared/rpc/restow-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { addWaitFlags, followOptions, type WaitFlags } from '../flags/redeploy-flags.ts';
import { deployEach } from '../follow/deploy-each.ts';

interface Word {
  name: string;
  description: string;
  exitCode(ended: DeploymentView): number;
  ask(client: RestowClient, deployment: string, call: CallOptions): AsyncIterable<DeploymentEvent>;
}

const addCommand = (deployment: Command, cli: Cli, { name, description, exitCode, ask }: Word): void => {
  const command = deployment.command(name).description(description).argument('<deployment...>', 'number or uuid');
  addOutputFlags(addWaitFlags(command), { quiet: 'tell nothing on the way; prints the number of the deployment' })
    .addHelpText('after', `\n${exitCodesHelp}`)
    .action(async (references: string[], flags: OutputFlags & WaitFlags) => {
      followOptions(flags);
      await deployEach(cli, references, flags, (one, call) => ask(cli.client(), one, call), {
        exitCode,
        fromNow: true,
      });
    });
};

/** `restow deployment resume NUMBER...` */
export const addDeploymentResume = (deployment: Command, cli: Cli): void =>
  addCommand(deployment, cli, {
    name: 'resume',
    description: 'go on with deployments that are paused: what failed is tried again, the rest follows',
    exitCode: exitCodeOf,
    ask: (client, one, call) => client.resumeDeployment(one, call),
  });

/** `restow deployment rollback NUMBER...`: to be rolled back is what was asked for, so it ends with 0. */
export const addDeploymentRollback = (deployment: Command, cli: Cli): void =>
  addCommand(deployment, cli, {
    name: 'rollback',
    description: 'take deployments that are paused back: every slot returns to its old container',
    exitCode: (ended) => (ended.state === 'undone' ? exitCodes.ok : exitCodeOf(ended)),
    ask: (client, one, call) => client.rollbackDeployment(one, call),
  });
