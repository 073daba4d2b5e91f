import { byIndex, type PlacementNode, type PlacementRequest, type PlacementSlot } from './cluster-view.ts';
import { allFit, type Constraint, constraintsOf } from './constraints.ts';
import { keepSeats } from './keep-seats.ts';
import { leastFirst } from './least-first.ts';
import type { Placing, Turn } from './placing.ts';
import { type Candidate, compareCandidates } from './rank.ts';

/** What was placed on each node so far. */
type Placed = Map<string, PlacementSlot[]>;

const none: readonly PlacementSlot[] = [];

const put = (placed: Placed, { slot, node }: { slot: PlacementSlot; node: { id: string } }): void => {
  const here = placed.get(node.id);
  if (here) here.push(slot);
  else placed.set(node.id, [slot]);
};

/**
 * Decides where every slot goes; makes no words (`explainPlacing` does, when asked). Slots bound by a volume have no
 * choice and go first; the others are handed places one after another, each place chosen by the strategy on what was
 * placed before, and a slot that is on one of those places already keeps it. Ties go where a slot would stay, then by
 * name. So what was just placed is placed the same way again, and no two slots trade nodes.
 */
export const placeSlots = (request: PlacementRequest): Placing => {
  const constraints = constraintsOf(request);
  const slots = [...request.slots].sort(byIndex);
  const bound = slots.filter((slot) => slot.pinnedVolumes.length > 0);
  const free = slots.filter((slot) => slot.pinnedVolumes.length === 0);
  const placed: Placed = new Map();
  for (const slot of request.standing ?? []) put(placed, { slot, node: { id: slot.currentNodeId! } });

  const byVolume = placeBound(request, constraints, bound, placed);
  const places = choosePlaces(request, constraints, free, placed);
  const seated = keepSeats(free, places);
  return {
    turns: [...byVolume, ...seated.turns],
    left: [...bound.filter((slot) => !byVolume.some((turn) => turn.slot === slot)), ...seated.left].sort(byIndex),
  };
};

/** Each on the node of its volumes, where that one takes it. */
const placeBound = (
  { nodes }: PlacementRequest,
  constraints: Constraint[],
  bound: PlacementSlot[],
  placed: Placed,
): Turn[] => {
  if (bound.length === 0) return [];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return bound.flatMap((slot) => {
    const node = byId.get(slot.pinnedVolumes[0]!.nodeId);
    if (!node || !allFit(constraints, slot, node, placed.get(node.id) ?? none)) return [];
    put(placed, { slot, node });
    return [{ slot, node }];
  });
};

/** As many places as there are slots, or fewer where no node fits any more. Nodes are filtered once for all slots. */
const choosePlaces = (
  { nodes, definition }: PlacementRequest,
  constraints: Constraint[],
  free: PlacementSlot[],
  placed: Placed,
): PlacementNode[] => {
  const anyOne = free[0];
  if (!anyOne) return [];
  const homes = new Map<string, number>();
  for (const { currentNodeId } of free)
    if (currentNodeId !== null) homes.set(currentNodeId, (homes.get(currentNodeId) ?? 0) + 1);

  const fitting: Candidate[] = [];
  for (const node of nodes) {
    const here = placed.get(node.id) ?? none;
    if (allFit(constraints, anyOne, node, here))
      fitting.push({
        node,
        own: here.length,
        total: node.otherContainers + here.length,
        homes: homes.get(node.id) ?? 0,
      });
  }
  const candidates = leastFirst(fitting, compareCandidates(definition.strategy));

  const places: PlacementNode[] = [];
  for (const standIn of free) {
    const best = candidates.least();
    if (!best) break;
    places.push(best.node);
    best.own += 1;
    best.total += 1;
    best.homes = Math.max(0, best.homes - 1);
    put(placed, { slot: standIn, node: best.node });
    // What was just put there may be why the next one does not fit.
    if (allFit(constraints, anyOne, best.node, placed.get(best.node.id)!)) candidates.settle();
    else candidates.drop();
  }
  return places;
};
