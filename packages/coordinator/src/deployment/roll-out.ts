import type { SwapStep } from '@restow/shared/domain/swap';
import { giveUp, goBack } from './go-back.ts';
import { type Rollout, type Swap, staying } from './rollout.ts';
import { beginRows, endRows, prepareRows, pullRows, rowsIn } from './swap-rows.ts';
import { undoSwap, walkSwap } from './swap-slot.ts';

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
 *
 * Sequential makes its containers one by one, each when the one before it runs: all images are pulled and the first
 * container is made here, the others in their turns.
 */
export const prepareAll = async (rollout: Rollout): Promise<void> => {
  const { swaps } = rollout;
  const now = swaps.filter((swap) => isPreparedBefore(rollout, swap));
  await allToTheirEnd(swaps.map((swap) => walkSwap(rollout, swap, pullRows(swap))));
  await allToTheirEnd(now.map((swap) => walkSwap(rollout, swap, prepareRows(swap))));
};

/** Its container is made before anything is swapped. */
const isPreparedBefore = ({ plan, revision }: Rollout, { slot }: Swap): boolean =>
  !revision.definition.sequential || (plan.batches[0] ?? []).includes(slot.index);

/**
 * Replaces the instances, batch by batch (the gate is a batch of one), as the policy says on failure:
 * - `rollback`: throws the first failure of the first batch that has any
 * - `pause`: the failed slots of that batch go back, and it ends there
 * - `continue`: the failed slots go back, and it goes on
 *
 * Slots that went back have `gaveUp` set. With recreate every old instance ends before any new one starts, so there is
 * one batch, whatever it is made of.
 */
export const swapAll = async (rollout: Rollout): Promise<void> => {
  const { plan, swaps, revision, journal } = rollout;
  const { onFailure } = revision.definition.update;
  const recreates = plan.order.chosen === 'recreate';
  const rowsOf = (swap: Swap): SwapStep[] => [
    ...(isPreparedBefore(rollout, swap) ? [] : prepareRows(swap)),
    ...(recreates ? beginRows(swap) : rowsIn(swap, 'handover')),
  ];

  await goBackAll(rollout, unfinished(swaps));
  // After a pause what was prepared may be gone.
  if (journal.attempt > 1)
    await walkAll(rollout, staying(rollout), (swap) =>
      isPreparedBefore(rollout, swap) ? rowsIn(swap, 'prepare') : pullRows(swap),
    );
  if (recreates) await walkAll(rollout, staying(rollout), endRows);
  for (const batch of plan.batches) {
    const now = swaps.filter(({ slot }) => batch.includes(slot.index));
    await walkAll(rollout, staying({ swaps: now }), rowsOf);
    if (onFailure === 'pause' && !recreates && now.some(({ gaveUp }) => gaveUp !== null)) return;
  }
};

/** Given up before a restart, and not back yet. */
export const unfinished = (swaps: readonly Swap[]): Swap[] =>
  swaps.filter(({ gaveUp, begun }) => gaveUp !== null && begun.length > 0);

/** Takes slots whose swaps were given up back, all at once. */
export const goBackAll = (rollout: Rollout, swaps: readonly Swap[]): Promise<void> =>
  allToTheirEnd(swaps.map((swap) => goBack(rollout, swap)));

/** Walks these rows of all swaps at once, each to its end; those that fail go back, or are thrown, as the policy says. */
const walkAll = async (rollout: Rollout, swaps: readonly Swap[], rowsOf: (swap: Swap) => SwapStep[]): Promise<void> => {
  const walks = swaps.map((swap) => walkSwap(rollout, swap, rowsOf(swap)));
  if (rollout.revision.definition.update.onFailure === 'rollback') return allToTheirEnd(walks);
  const ends = await Promise.allSettled(walks);
  rollout.signal.throwIfAborted();
  for (const [at, end] of ends.entries()) if (end.status === 'rejected') giveUp(swaps[at]!, end.reason);
  await goBackAll(rollout, unfinished(swaps));
};

/**
 * Takes every slot back to its old instance, those already swapped included. Throws when one could not go back; the
 * others have gone back all the same.
 */
export const undoAll = async (rollout: Rollout): Promise<void> =>
  allToTheirEnd(rollout.swaps.filter((swap: Swap) => swap.begun.length > 0).map((swap) => undoSwap(rollout, swap)));
