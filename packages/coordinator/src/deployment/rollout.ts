import type { Deployment } from '@restow/shared/domain/deployment';
import type { InstanceRef, InstanceSpec } from '@restow/shared/domain/order';
import type { Plan } from '@restow/shared/domain/plan';
import type { Revision } from '@restow/shared/domain/revision';
import type { Service } from '@restow/shared/domain/service';
import type { DesiredInstance, Slot } from '@restow/shared/domain/slot';
import type { SwapStep } from '@restow/shared/domain/swap';
import type { Journal } from './journal.ts';
import type { World } from './world.ts';

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
   * Its node did not answer when the deployment was planned. It gets no orders: nothing can be asked of it, and when
   * the node comes back `reapDisowned` stops it, or it runs on where the rollout was undone.
   */
  away: boolean;
}

/** One slot's swap under way. */
export interface Swap {
  slot: Slot;
  slotName: string;
  spec: InstanceSpec;
  next: PlacedInstance;
  /** `null` where nothing ran. */
  old: PlacedInstance | null;
  /** Rows begun so far, in the table's order, by an earlier run of the deployment too: what an undo has to walk back. */
  begun: SwapStep[];
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
