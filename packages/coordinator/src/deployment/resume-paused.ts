import { RestowError } from '@restow/shared/base/errors';
import type { Deployment } from '@restow/shared/domain/deployment';
import { moveDeployment } from './move-deployment.ts';
import type { ServiceQueues } from './service-queues.ts';
import type { World } from './world.ts';

/**
 * A person's word on a paused deployment: it goes on (`rolling`), or back (`undoing`), in its service's turn. Throws
 * `failed-precondition` when it is not paused (any more).
 */
export const resumePaused = async (
  { world, queues }: { world: World; queues: ServiceQueues },
  { id, serviceId, number }: Pick<Deployment, 'id' | 'serviceId' | 'number'>,
  to: 'rolling' | 'undoing',
): Promise<Deployment> =>
  queues.admit(serviceId, async () => {
    const now = await world.store.deployments.get(id);
    if (now?.state !== 'paused')
      throw new RestowError(
        'failed-precondition',
        `Deployment ${number} is not paused (${now?.state ?? 'not known any more'}); there is nothing to take up again.`,
      );
    const moved = await moveDeployment(world, now, to);
    queues.enqueue(serviceId, id);
    return moved;
  });
