import type { ErrorCode } from '@restow/shared/base/errors';
import type { Deployment } from '@restow/shared/domain/deployment';
import type { InstanceRef, InstanceSpec } from '@restow/shared/domain/order';
import type { Plan } from '@restow/shared/domain/plan';
import type { Revision } from '@restow/shared/domain/revision';
import type { Service } from '@restow/shared/domain/service';
import type { DesiredInstance, Slot } from '@restow/shared/domain/slot';
import type { SwapStep } from '@restow/shared/domain/swap';
import type { World } from '../world.ts';
import type { Journal } from './journal.ts';

export interface NamedNode {
  id: string;
  name: string;
}

/** One instance with everything its node has to know of it. */
export interface PlacedInstance {
  node: NamedNode;
  ref: InstanceRef;
  desired: DesiredInstance;
  /**
   * Its node did not answer when the deployment was planned. It gets no orders on the way in: nothing can be asked of
   * it, and when the node comes back `reapDisowned` stops it. On the way back it is started again if it can be reached.
   */
  away: boolean;
}

/** Why a swap is not part of its rollout any more. */
export interface GivenUp {
  code: ErrorCode;
  /** In words, with those of a way back that failed too. */
  because: string;
  /** The way back failed too: nobody knows what runs in the slot. Absent: it is back, or was never begun. */
  isStuck?: true;
}

/** One slot's swap under way. */
export interface Swap {
  slot: Slot;
  slotName: string;
  spec: InstanceSpec;
  next: PlacedInstance;
  /** `null` where nothing ran. */
  old: PlacedInstance | null;
  /** The rows it walks (`stepsOf`). */
  steps: readonly SwapStep[];
  /** Rows begun so far, in the table's order, by an earlier run of the deployment too: what an undo has to walk back. */
  begun: SwapStep[];
  /** Rows of the handover an earlier run of the deployment carried out: they are not asked again. */
  done: SwapStep[];
  /** This run of the deployment asked something of it on the way in. */
  isWalked: boolean;
  /**
   * It failed, and its slot went back to its old instance alone, the rest of the rollout staying as it is. `null` while
   * it is part of the rollout, also before its turn.
   */
  gaveUp: GivenUp | null;
}

/** A slot the definition no longer wants. */
export interface Removal {
  slot: Slot;
  slotName: string;
  old: PlacedInstance | null;
}

/** Everything a deployment works with once it has a plan. */
export interface Rollout {
  world: World;
  deployment: Deployment;
  service: Service;
  revision: Revision;
  plan: Plan;
  journal: Journal;
  swaps: Swap[];
  removals: Removal[];
  /** Aborted when the coordinator shuts down: the deployment stays as recorded and goes on at the next start. */
  signal: AbortSignal;
}

/** Those of its swaps that did not fail. */
export const staying = ({ swaps }: Pick<Rollout, 'swaps'>): Swap[] => swaps.filter(({ gaveUp }) => gaveUp === null);

/** Its slot is the new instance's, unless it was given up since. */
export const isSwapped = ({ begun }: Pick<Swap, 'begun'>): boolean => begun.some(({ order }) => order === 'settle');

/** Those that are still to come: their slots are as they were. */
export const waiting = (rollout: Pick<Rollout, 'swaps'>): Swap[] => staying(rollout).filter((swap) => !isSwapped(swap));

/** The same rollout as far as it is about these swaps. */
export const onlyOf = (rollout: Rollout, swaps: readonly Swap[]): Rollout => ({
  ...rollout,
  swaps: [...swaps],
  plan: {
    ...rollout.plan,
    swaps: rollout.plan.swaps.filter(({ slotIndex }) => swaps.some(({ slot }) => slot.index === slotIndex)),
  },
});
