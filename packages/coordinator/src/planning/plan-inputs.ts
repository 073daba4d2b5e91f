import type { RedeployOptions } from '@restow/shared/domain/deployment';
import type { PortRange } from '@restow/shared/domain/order';
import type { PlannedSwap } from '@restow/shared/domain/plan';
import type { PinnedImage } from '@restow/shared/domain/revision';
import type { Service, ServiceDefinition } from '@restow/shared/domain/service';
import type { Slot, Volume } from '@restow/shared/domain/slot';
import type { PlacementNode, PlacementSlot } from '../placement/cluster-view.ts';
import type { SlotVolumes } from './choose-volumes.ts';
import type { Lender } from './lent-mounts.ts';
import type { SwapTimes } from './swap-history.ts';

/** A living slot and what runs in it. */
export interface PlannedSlot {
  slot: Slot;
  /** `null` where nothing runs. */
  current: PlannedSwap['from'];
}

/** Everything a plan is made from. */
export interface PlanInputs {
  service: Service;
  /** What to deploy; checked before. */
  definition: ServiceDefinition;
  image: PinnedImage;
  /** Number the revision has or will have. */
  revisionNumber: number;
  options: RedeployOptions;
  /** Living slots. */
  slots: PlannedSlot[];
  nodes: PlacementNode[];
  /** This service's, attached and detached, and every other one of a name its mounts ask for. */
  volumes: Volume[];
  /** Services whose mounts it has too. */
  lenders: Lender[];
  /** Where ports come from that the definition leaves to us. */
  dynamicPorts: PortRange;
  /** What this service's last swaps took. */
  history: SwapTimes[];
}

/** A living slot with its volumes chosen and what they mean for its place. */
export interface OpenSlot extends PlannedSlot {
  volumes: SlotVolumes;
  placement: PlacementSlot;
}
