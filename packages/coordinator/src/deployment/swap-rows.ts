import type { ChosenOrder, PlannedSwap } from '@restow/shared/domain/plan';
import { handoverSteps, moveSteps, type SwapPhase, type SwapStep, stopFirstSteps } from '@restow/shared/domain/swap';

/** The old instance of a slot, as far as its rows depend on it. */
export type Replaced = Pick<NonNullable<PlannedSwap['from']>, 'nodeId' | 'away' | 'ended'>;

/**
 * The rows a swap walks, in and out. Start-first hands an address over: on its node (`handoverSteps`) or to another one
 * (`moveSteps`). Where there is nobody to hand it over (no old instance, one that does not run, one on a node that does
 * not answer) the rows are those of stop-first. Recreate walks those too, in two goes. Pure.
 */
export const stepsOf = (chosen: ChosenOrder['chosen'], old: Replaced | null, to: string): readonly SwapStep[] => {
  if (chosen !== 'start-first' || !old || old.away || old.ended) return stopFirstSteps;
  return old.nodeId === to ? handoverSteps : moveSteps;
};

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

/** Whether its address moves to another node while both instances run: the old one's node relays. */
export const isMove = ({ steps }: Walks): boolean => steps === moveSteps;

const isPull = ({ order }: SwapStep): boolean => order === 'pull-image';
