import { RestowError } from '@restow/shared/base/errors';
import { checkDefinition } from '@restow/shared/domain/check-definition';
import type { Deployment, RedeployOptions } from '@restow/shared/domain/deployment';
import type { Service } from '@restow/shared/domain/service';
import { isEveryNode } from '../planning/make-plan.ts';
import type { World } from '../world.ts';
import { requestRedeploy } from './request-redeploy.ts';
import type { ServiceQueues } from './service-queues.ts';

/** A person's scale: so many slots, in the service's turn. */
export interface ScaleRequest {
  service: Service;
  /** `scaleTo` is the number. */
  options: RedeployOptions;
  requestedBy: string;
}

/**
 * Queues a scale. Its number becomes the definition's together with the plan, so one that is refused changes nothing.
 * Throws `invalid` for a number that no definition may have or none at all, `failed-precondition` for `EVERY_NODE`.
 */
export const requestScale = async (
  world: World,
  queues: ServiceQueues,
  { service, options, requestedBy }: ScaleRequest,
): Promise<Deployment> => {
  const { name, definition } = service;
  const { scaleTo } = options;
  if (typeof scaleTo !== 'number')
    throw new RestowError('invalid', `A scale of ${name} has to say to how many slots; nothing was changed.`, {
      problems: [{ field: 'options.scale_to', message: 'is missing: give a number' }],
    });
  if (definition.strategy === 'EVERY_NODE') throw isEveryNode(service);
  const problems = checkDefinition({ ...definition, count: scaleTo });
  if (problems.length > 0)
    throw new RestowError('invalid', `${name} cannot be scaled to ${scaleTo}; nothing was changed.`, { problems });
  return requestRedeploy(world, queues, { service, kind: 'scale', options, requestedBy });
};
