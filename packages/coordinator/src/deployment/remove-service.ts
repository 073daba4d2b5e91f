import { isRestowError, messageOf } from '@restow/shared/base/errors';
import type { Deployment } from '@restow/shared/domain/deployment';
import { slotName } from '@restow/shared/domain/slot';
import { instanceRef } from './instance-spec.ts';
import { openJournal } from './journal.ts';
import { moveDeployment } from './move-deployment.ts';
import { removeSlots } from './remove-slots.ts';
import { retireLeft } from './retire-left.ts';
import type { Removal, Rollout } from './rollout.ts';
import type { World } from './world.ts';

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

  const revisions = await store.revisions.ofService(service.id);
  const nodes = await store.nodes.list();
  const removals = (await store.slots.ofService(service.id)).map((slot): Removal => {
    const { desired } = slot;
    const revision = revisions.find(({ id }) => id === desired?.revisionId);
    const node = nodes.find(({ id }) => id === desired?.nodeId);
    const old =
      desired && revision && node
        ? {
            node,
            ref: instanceRef(service, slot, revision, desired),
            desired,
            away: !world.agents.isConnected(node.id),
          }
        : null;
    return { slot, slotName: slotName(service.name, slot.index), old };
  });
  const rollout: Pick<Rollout, 'world' | 'deployment' | 'service' | 'removals' | 'journal' | 'signal'> = {
    world,
    deployment,
    service,
    removals,
    journal: await openJournal(world, deployment.id),
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
