/** One reason why a node cannot take a slot. */
export interface Reason {
  code:
    | 'missing-tag'
    | 'cordoned'
    | 'unreachable'
    | 'volume-elsewhere'
    | 'port-in-use'
    | 'image-elsewhere'
    | 'volume-taken'
    | 'ports-exhausted'
    | 'already-has-one';
  /** A sentence part that names the node and the thing: `n2 lacks tag prod`. */
  message: string;
}

/** What is said of one node for one slot: every reason, not only the first. */
export interface NodeVerdict {
  nodeId: string;
  nodeName: string;
  fits: boolean;
  reasons: Reason[];
  /** What the strategy counted on this node when this slot was placed; lower is better. `null` where it does not fit. */
  score: number | null;
}

/** The decision slot -> node, with the verdict for every node. */
export interface SlotPlacement {
  slotIndex: number;
  slotName: string;
  nodeId: string;
  nodeName: string;
  /** Why this one of those that fit: `holds volume web-1-data`, `fewest containers (2)`. */
  because: string;
  verdicts: NodeVerdict[];
}

/** Why a slot has no place: every node with every reason, and the ways out. */
export interface Unplaceable {
  slotIndex: number;
  slotName: string;
  message: string;
  waysOut: string[];
  verdicts: NodeVerdict[];
}
