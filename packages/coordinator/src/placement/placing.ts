import type { PlacementNode, PlacementSlot } from './cluster-view.ts';

/** One decision. */
export interface Turn {
  slot: PlacementSlot;
  node: PlacementNode;
}

/** All decisions in the order they were made, each seeing those before it, and the slots no node was found for. */
export interface Placing {
  turns: Turn[];
  left: PlacementSlot[];
}
