import { underWay } from '@restow/shared/domain/deployment';
import type { World } from '../world.ts';
import type { ServiceQueues } from './service-queues.ts';

/**
 * At start: deployments an earlier coordinator left under way go on first, then those that were waiting, oldest first.
 * One that is paused stays so: it waits for a person.
 * Call it before agents may attach: their turns come when the nodes had time to return, and before anything is reaped.
 */
export const resume = async (world: World, queues: ServiceQueues): Promise<number> => {
  const { deployments } = world.store;
  const open = [
    ...(await deployments.list({ states: underWay })).reverse(),
    ...(await deployments.list({ states: ['queued'] })).reverse(),
  ];
  for (const deployment of open) {
    world.log.info({ deployment: deployment.number, state: deployment.state }, 'deployment goes on');
    queues.enqueue(deployment.serviceId, deployment.id);
  }
  return open.length;
};
