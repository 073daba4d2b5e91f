import type { Deployment } from '@restow/shared/domain/deployment';
import type { World } from '../world.ts';
import { moveDeployment } from './move-deployment.ts';

/** A newer request takes the place of one that still waits. One whose turn has come meanwhile goes on: the newer one waits for it like for any other. */
export const supersedeWaiting = async (world: World, other: Deployment, newer: Deployment): Promise<void> => {
  const reason = `Deployment ${newer.number} asked for something newer before this one's turn came.`;
  try {
    await moveDeployment(world, other, 'superseded', { reason });
  } catch (error) {
    const now = await world.store.deployments.get(other.id);
    if (now?.state === 'queued') throw error;
  }
};

/**
 * Whatever of the service is paused is not waited for any more: what it swapped is where the newer one begins. To be
 * called when the newer one is asked for, and again when its turn comes, since the one before it may have paused in
 * between.
 */
export const supersedePaused = async (world: World, newer: Deployment): Promise<void> => {
  const { serviceId, number } = newer;
  for (const paused of await world.store.deployments.list({ serviceId, states: ['paused'] }))
    await moveDeployment(world, paused, 'superseded', {
      reason: `${paused.reason}\nDeployment ${number} was asked for while this one was paused.`,
    });
};
