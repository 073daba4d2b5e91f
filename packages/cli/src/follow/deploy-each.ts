import { exitCodeOf } from '@restow/shared/domain/deployment';
import type { DeploymentEvent, DeploymentView } from '@restow/shared/domain/view';
import type { CallOptions } from '@restow/shared/rpc/restow-client';
import type { Cli } from '../cli.ts';
import type { OutputFlags } from '../flags/output-flags.ts';
import { followOptions, type WaitFlags } from '../flags/redeploy-flags.ts';
import { printJson } from '../output.ts';
import { outcomeText } from '../render/outcome.ts';
import { paintFor } from '../render/paint.ts';
import { forEachName } from '../report.ts';
import { followDeployment } from './follow-deployment.ts';
import { openTelling, silentTelling } from './telling.ts';

export type Begin = (name: string, call: CallOptions) => AsyncIterable<DeploymentEvent>;

export interface DeployEachOptions {
  /** Exit code of a deployment as it ended; default `exitCodeOf`. */
  exitCode?: (ended: DeploymentView) => number;
  /** Tell only what happens from now on, of one that is under way for long. */
  fromNow?: boolean;
}

/**
 * One deployment for each service named, one after the other. The run ends with the worst of their outcomes. On stdout:
 * the deployments as JSON, or their numbers where only accepted (`--detach`) or asked for (`--quiet`).
 */
export const deployEach = async (
  cli: Cli,
  names: string[],
  flags: WaitFlags & OutputFlags,
  begin: Begin,
  { exitCode: exitCodeFor = exitCodeOf, fromNow = false }: DeployEachOptions = {},
): Promise<DeploymentView[]> => {
  const options = followOptions(flags);
  const { io } = cli;
  const deployments: DeploymentView[] = [];
  await forEachName(cli, names, async (name) => {
    const telling = flags.quiet ? silentTelling : openTelling(io.stderr, io.env, fromNow);
    const deployment = await followDeployment(cli, (call) => begin(name, call), options, telling);
    deployments.push(deployment);
    if (!options.detach) {
      const exitCode = exitCodeFor(deployment);
      cli.endWith(exitCode);
      if (flags.quiet && exitCode !== 0) io.stderr.write(outcomeText(deployment, paintFor(io.stderr, io.env)));
    }
    if (flags.output === 'table' && (options.detach || flags.quiet)) io.stdout.write(`${deployment.number}\n`);
  });
  if (flags.output === 'json') printJson(io, deployments);
  return deployments;
};
