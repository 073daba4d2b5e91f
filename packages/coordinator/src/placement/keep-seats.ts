import type { PlacementNode, PlacementSlot } from './cluster-view.ts';
import type { Placing, Turn } from './placing.ts';

/**
 * Gives the chosen places to slots: who is on one already keeps it, the others take what remains, in the order of their
 * indexes and of the places. Slots therefore never trade nodes, which would move both for nothing, and for a fixed port
 * could not be done at all while both nodes still hold it.
 */
export const keepSeats = (slots: readonly PlacementSlot[], places: readonly PlacementNode[]): Placing => {
  const free = new Map<string, number[]>();
  places.forEach((node, turn) => {
    const turns = free.get(node.id);
    if (turns) turns.push(turn);
    else free.set(node.id, [turn]);
  });

  const seats = new Array<PlacementSlot | undefined>(places.length);
  const movers: PlacementSlot[] = [];
  for (const slot of slots) {
    const turn = slot.currentNodeId === null ? undefined : free.get(slot.currentNodeId)?.shift();
    if (turn === undefined) movers.push(slot);
    else seats[turn] = slot;
  }

  let next = 0;
  const turns: Turn[] = places.map((node, turn) => ({ node, slot: seats[turn] ?? movers[next++]! }));
  return { turns, left: movers.slice(next) };
};
