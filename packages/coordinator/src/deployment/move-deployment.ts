import { RestowError } from '@restow/shared/base/errors';
import { type Deployment, type DeploymentState, hasEnded, mayMove } from '@restow/shared/domain/deployment';
import type { Store } from '../ports/store.ts';
import type { World } from '../world.ts';
import { cutInWords } from './describe-outcome.ts';

/**
 * The one place that changes a deployment's state: durable first, then announced. Throws `internal` on a move the table
 * does not know. Sets `startedAt` when it leaves the queue and `endedAt` when it ends. Where connections were cut on the way, its
 * reason ends with how many, however it ended. `together` is what else is written with the move, all or none.
 */
export const moveDeployment = async (
  world: World,
  deployment: Deployment,
  to: DeploymentState,
  changes: Partial<Pick<Deployment, 'reason' | 'code' | 'plan' | 'revisionId'>> = {},
  together?: (store: Store) => Promise<void>,
): Promise<Deployment> => {
  if (!mayMove(deployment.state, to))
    throw new RestowError(
      'internal',
      `Deployment ${deployment.number} may not move from ${deployment.state} to ${to}.`,
    );
  const now = world.clock.now();
  const { reason } = { ...deployment, ...changes };
  const cut = hasEnded(to) ? cutInWords(await world.store.deployments.steps(deployment.id)) : '';
  const moved: Deployment = {
    ...deployment,
    ...changes,
    reason: cut === '' ? reason : [reason, cut].filter(Boolean).join('\n'),
    state: to,
    startedAt: deployment.startedAt ?? (deployment.state === 'queued' && to === 'planning' ? now : null),
    endedAt: hasEnded(to) ? now : null,
  };
  if (together)
    await world.store.transaction(async (store) => {
      await together(store);
      await store.deployments.update(moved);
    });
  else await world.store.deployments.update(moved);
  world.log.info({ deployment: moved.number, from: deployment.state, to, reason: moved.reason }, 'deployment moved');
  world.announcer.announce({ kind: 'deployment', deployment: moved });
  return moved;
};
