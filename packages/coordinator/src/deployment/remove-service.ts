import { isRestowError, messageOf } from '@restow/shared/base/errors';
import type { Deployment } from '@restow/shared/domain/deployment';
import type { World } from '../world.ts';
import { openJournal } from './journal.ts';
import { moveDeployment } from './move-deployment.ts';
import { openRemovals } from './open-removals.ts';
import { removeSlots } from './remove-slots.ts';
import { retireLeft } from './retire-left.ts';
import type { Rollout } from './rollout.ts';

/**
 * Ends a service: its instances stop and go, its addresses are free again, its volumes are detached and stay listed
 * (K9: no data is deleted here). The service's row stays for the history. Safe to repeat from any point.
 */
export const removeService = async (world: World, found: Deployment, signal: AbortSignal): Promise<Deployment> => {
  const { store } = world;
  let deployment = found;
  if (deployment.state === 'queued') deployment = await moveDeployment(world, deployment, 'planning', { reason: '' });
  const service = await store.services.get(deployment.serviceId);
  const isGone = !service || service.removedAt !== null;
  if (isGone && deployment.state === 'planning')
    return moveDeployment(world, deployment, 'refused', { code: 'not-found', reason: 'The service is gone already.' });
  // It was this removal, before a restart, that had it gone.
  if (isGone) return removed(world, deployment);
  if (deployment.state === 'planning') deployment = await moveDeployment(world, deployment, 'rolling');

  const removals = await openRemovals(world, service, await store.slots.ofService(service.id));
  const rollout: Pick<Rollout, 'world' | 'deployment' | 'service' | 'removals' | 'journal' | 'signal'> = {
    world,
    deployment,
    service,
    removals,
    journal: await openJournal(world, deployment.id, signal),
    signal,
  };
  try {
    await removeSlots(rollout);
    await retireLeft(rollout);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return moveDeployment(world, deployment, 'failed', {
      code: isRestowError(error) ? error.code : 'internal',
      reason: `${service.name} could not be ended everywhere; remove it again when that is cured. ${messageOf(error)}`,
    });
  }
  await store.services.update({ ...service, removedAt: world.clock.now() });
  return removed(world, deployment);
};

const removed = async (world: World, found: Deployment): Promise<Deployment> => {
  const deployment = found.state === 'watching' ? found : await moveDeployment(world, found, 'watching');
  return moveDeployment(world, deployment, 'succeeded', { reason: '' });
};
