import type { Rollout, Swap } from './rollout.ts';
import { beginRows, endRows, prepareRows, undoSwap, walkSwap } from './swap-slot.ts';

/**
 * Lets every one of `work` come to its end, then throws the first failure in the order given: no slot is left between
 * two rows while another one already walks back.
 */
export const allToTheirEnd = async (work: Promise<unknown>[]): Promise<void> => {
  const ends = await Promise.allSettled(work);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
};

/**
 * Everything that can be refused is refused here, while all old instances run: images on every target, containers
 * made, ports and volumes checked. Throws `OrderFailed`; nothing that runs was touched then.
 */
export const prepareAll = async (rollout: Rollout): Promise<void> => {
  const [pull, ...rest] = prepareRows;
  await allToTheirEnd(rollout.swaps.map((swap) => walkSwap(rollout, swap, [pull!])));
  await allToTheirEnd(rollout.swaps.map((swap) => walkSwap(rollout, swap, rest)));
};

/** Replaces the instances, batch by batch (the gate is a batch of one); throws at the first batch with a failure. */
export const swapAll = async (rollout: Rollout): Promise<void> => {
  const { plan, swaps } = rollout;
  if (plan.order.chosen === 'recreate') return recreateAll(rollout);
  for (const batch of plan.batches)
    await allToTheirEnd(
      swaps
        .filter((swap) => batch.includes(swap.slot.index))
        .map((swap) => walkSwap(rollout, swap, [...endRows, ...beginRows])),
    );
};

/** Docker Cloud's way: every old instance has ended before any new one starts. */
const recreateAll = async (rollout: Rollout): Promise<void> => {
  await allToTheirEnd(rollout.swaps.map((swap) => walkSwap(rollout, swap, endRows)));
  await allToTheirEnd(rollout.swaps.map((swap) => walkSwap(rollout, swap, beginRows)));
};

/**
 * Takes every slot back to its old instance, those already swapped included. Throws when one could not go back; the
 * others have gone back all the same.
 */
export const undoAll = async (rollout: Rollout): Promise<void> =>
  allToTheirEnd(rollout.swaps.filter((swap: Swap) => swap.begun.length > 0).map((swap) => undoSwap(rollout, swap)));
