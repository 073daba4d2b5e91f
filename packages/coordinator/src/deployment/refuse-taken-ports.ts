import { RestowError } from '@restow/shared/base/errors';
import type { Plan } from '@restow/shared/domain/plan';
import type { Store } from '../ports/store.ts';
import { holding } from './request-redeploy.ts';

/** Thrown where a port went to another service between planning and recording: a plan made anew finds another one. */
export class PortJustTaken extends RestowError {}

/**
 * Two services planned at the same moment each find the other's port free. The one that is recorded second is refused
 * here, inside the transaction that records it. Throws `PortJustTaken` naming port, node and who has it.
 */
export const refuseTakenPorts = async (store: Store, plan: Plan): Promise<void> => {
  const others = (await store.deployments.list({ states: holding })).filter(
    (deployment) => deployment.serviceId !== plan.serviceId && deployment.plan,
  );
  for (const { number, plan: theirs } of others)
    for (const mine of plan.swaps)
      for (const their of theirs!.swaps) {
        if (mine.placement.nodeId !== their.placement.nodeId) continue;
        const port = mine.ports.find((wanted) =>
          their.ports.some((taken) => taken.hostPort === wanted.hostPort && taken.protocol === wanted.protocol),
        );
        if (port)
          throw new PortJustTaken(
            'unschedulable',
            `${mine.slotName} cannot have port ${port.hostPort} of ${mine.placement.nodeName}: deployment ${number} has just given it to ${their.slotName}. Choose another port, or other tags.`,
          );
      }
};
