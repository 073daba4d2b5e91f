import type { ChosenOrder } from '@restow/shared/domain/plan';
import { type SwapPhase, type SwapStep, stopFirstSteps } from '@restow/shared/domain/swap';

/**
 * The rows a swap walks, in and out. Start-first needs an old instance that can be asked to let go of the address: a
 * slot without one, or whose old instance is on a node that does not answer, takes the rows of stop-first. Recreate
 * walks those too, in two goes. Pure.
 */
export const stepsOf = (
  _chosen: ChosenOrder['chosen'],
  _old: { away?: boolean } | null | undefined,
): readonly SwapStep[] => stopFirstSteps;

interface Walks {
  steps: readonly SwapStep[];
}

/** Rows of a phase, top to bottom. */
export const rowsIn = ({ steps }: Walks, phase: SwapPhase): SwapStep[] => steps.filter((row) => row.phase === phase);

/** The image on its node: touches nothing, and is done for all slots before anything else. */
export const pullRows = (swap: Walks): SwapStep[] => rowsIn(swap, 'prepare').filter(isPull);

/** What else touches nothing that runs. */
export const prepareRows = (swap: Walks): SwapStep[] => rowsIn(swap, 'prepare').filter((row) => !isPull(row));

/** Recreate, first go: what ends the old instance. */
export const endRows = (swap: Walks): SwapStep[] => rowsIn(swap, 'handover').filter(({ on }) => on === 'old');

/** Recreate, second go: what begins the new one, once all old ones have ended. */
export const beginRows = (swap: Walks): SwapStep[] => rowsIn(swap, 'handover').filter(({ on }) => on !== 'old');

const isPull = ({ order }: SwapStep): boolean => order === 'pull-image';
