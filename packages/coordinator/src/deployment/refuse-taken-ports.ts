import { RestowError } from '@restow/shared/base/errors';
import type { Plan } from '@restow/shared/domain/plan';
import { holderInWords } from '../placement/constraints.ts';
import { promisedPorts } from '../planning/promised-ports.ts';
import type { Store } from '../ports/store.ts';

/** Thrown where a port went to another service between planning and recording: a plan made anew finds another one. */
export class PortJustTaken extends RestowError {}

/**
 * Two services planned at the same moment each find the other's port free. The one that is recorded second is refused
 * here, inside the transaction that records it. Throws `PortJustTaken` naming port, node and who has it.
 */
export const refuseTakenPorts = async (store: Store, { serviceId, swaps }: Plan): Promise<void> => {
  if (swaps.every(({ ports }) => ports.length === 0)) return;
  const promised = await promisedPorts(store, serviceId);
  for (const { slotName, placement, ports } of swaps) {
    const taken = promised
      .get(placement.nodeId)
      ?.find((other) => ports.some(({ protocol, hostPort }) => other.protocol === protocol && other.port === hostPort));
    if (taken)
      throw new PortJustTaken(
        'unschedulable',
        `${slotName} cannot have port ${taken.port} of ${placement.nodeName}: it has just been given to ${holderInWords(taken.holder)}. Choose another port, or other tags.`,
      );
  }
};
