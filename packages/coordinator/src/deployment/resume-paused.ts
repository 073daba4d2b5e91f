import { RestowError } from '@restow/shared/base/errors';
import { type Deployment, underWay } from '@restow/shared/domain/deployment';
import type { World } from '../world.ts';
import { openJournal, takenUp } from './journal.ts';
import { moveDeployment } from './move-deployment.ts';
import type { ServiceQueues } from './service-queues.ts';

/**
 * A person's word on a paused deployment: it goes on (`rolling`), or back (`undoing`), in its service's turn. Throws
 * `failed-precondition` when it is not paused (any more), or something newer was asked for.
 */
export const resumePaused = async (
  { world, queues }: { world: World; queues: ServiceQueues },
  { id, serviceId, number }: Pick<Deployment, 'id' | 'serviceId' | 'number'>,
  to: 'rolling' | 'undoing',
): Promise<Deployment> =>
  queues.admit(serviceId, async () => {
    const { deployments } = world.store;
    // Asked in this order: a newer one whose turn comes in between supersedes this one before it is anything else.
    const [newer] = await deployments.list({ serviceId, states: ['queued', ...underWay], limit: 1 });
    const now = await deployments.get(id);
    if (now?.state !== 'paused')
      throw new RestowError(
        'failed-precondition',
        `Deployment ${number} is not paused (${now?.state ?? 'not known any more'}); there is nothing to take up again.`,
      );
    if (newer)
      throw new RestowError(
        'failed-precondition',
        `Deployment ${newer.number} was asked for after deployment ${number} and takes its place; there is nothing to take up again.`,
      );
    const name = takenUp[to];
    const journal = await openJournal(world, id);
    await journal.record(
      {
        orderId: `${id}/${name}-${journal.attempt}`,
        slotName: null,
        nodeName: null,
        phase: to === 'rolling' ? 'handover' : 'undo',
        name,
      },
      async () => ({ value: undefined, detail: to === 'rolling' ? 'goes on' : 'goes back' }),
    );
    const moved = await moveDeployment(world, now, to, to === 'rolling' ? { reason: '', code: null } : {});
    queues.enqueue(serviceId, id);
    return moved;
  });
