import { RestowError } from '@restow/shared/base/errors';
import type { RedeployOptions } from '@restow/shared/domain/deployment';
import { updateOrders } from '@restow/shared/domain/service';
import { type Command, Option } from 'commander';
import type { FollowOptions } from '../follow/follow-deployment.ts';
import { parseDuration } from './duration.ts';

/** How a deployment is done, beside the definition. */
export interface RedeployFlags {
  notReuseVolumes?: boolean;
  order?: RedeployOptions['order'];
  /** `false` with --no-queue. */
  queue?: boolean;
}

/** Whether and how long the command waits for its end. */
export interface WaitFlags {
  sync?: boolean;
  wait?: boolean;
  detach?: boolean;
  timeout?: string;
}

export const addPlanningFlags = (command: Command): Command =>
  command
    .option('--not-reuse-volumes', 'fresh volumes; the old ones are detached and stay (restow volume ls)')
    .addOption(
      new Option('--order <order>', 'order of the swaps, this time (default: as the service says)').choices(
        updateOrders,
      ),
    );

export const addRedeployFlags = (command: Command): Command =>
  addPlanningFlags(command).option(
    '--no-queue',
    'fail (6) instead of waiting behind another deployment of the service',
  );

export const addWaitFlags = (command: Command): Command =>
  command
    .addOption(new Option('--wait', 'wait for the end and tell how it goes (default)').conflicts('detach'))
    .addOption(new Option('--sync', 'the same as --wait').conflicts('detach'))
    .option('-d, --detach', 'return once it is accepted; prints the number of the deployment')
    .addOption(
      new Option('--timeout <time>', 'stop waiting after this long (5); the deployment goes on').conflicts('detach'),
    );

export const redeployOptions = (flags: RedeployFlags): RedeployOptions => ({
  reuseVolumes: !flags.notReuseVolumes,
  order: flags.order ?? null,
  noQueue: flags.queue === false,
});

/** Throws `invalid` for a timeout that is no duration. */
export const followOptions = (flags: WaitFlags): FollowOptions => {
  const timeout = flags.timeout === undefined ? null : parseDuration(flags.timeout);
  if (timeout && !timeout.ok)
    throw new RestowError('invalid', 'The command line cannot be meant; nothing was asked for.', {
      problems: [{ field: '--timeout', message: timeout.message }],
    });
  return { detach: flags.detach === true, timeoutMs: timeout?.value ?? null };
};
