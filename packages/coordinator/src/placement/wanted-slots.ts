import type { ServiceDefinition } from '@restow/shared/domain/service';
import { slotName } from '@restow/shared/domain/slot';
import { byIndex, byName, isSchedulable, type PlacementNode, type PlacementSlot } from './cluster-view.ts';

/** Which slots a service has to have. */
export interface WantedSlots {
  /** To be placed, by index: those that stay, and new ones. */
  wanted: PlacementSlot[];
  /** Removed by this deployment. */
  leaving: PlacementSlot[];
  /** `EVERY_NODE` only: on nodes that do not answer. Left as they are until their node is back; never doubled elsewhere. */
  outOfReach: PlacementSlot[];
}

const newSlot = (serviceName: string, index: number): PlacementSlot => ({
  index,
  name: slotName(serviceName, index),
  id: null,
  currentNodeId: null,
  pinnedVolumes: [],
});

/** That many new slots, on the lowest indexes no living slot has. */
const newSlots = (serviceName: string, living: PlacementSlot[], count: number): PlacementSlot[] => {
  const taken = new Set(living.map(({ index }) => index));
  const made: PlacementSlot[] = [];
  for (let index = 1; made.length < count; index++) if (!taken.has(index)) made.push(newSlot(serviceName, index));
  return made;
};

/**
 * Which slots there have to be. By count: the lowest indexes stay, the highest go, new ones get the lowest free
 * indexes. `EVERY_NODE`: one for each node that carries the tags, is active and answers; a slot keeps its node, one
 * whose node is out of the set takes over a node that has none before a new slot is made, and one with a volume to use
 * again is never removed in silence: it stays wanted, and placement says what is in its way. Never nothing at all, so
 * that a service no node fits is refused with reasons rather than deployed nowhere.
 */
export const wantedSlots = (
  serviceName: string,
  { strategy, count, tags }: Pick<ServiceDefinition, 'strategy' | 'count' | 'tags'>,
  existing: PlacementSlot[],
  nodes: PlacementNode[],
): WantedSlots => {
  const living = [...existing].sort(byIndex);
  if (strategy !== 'EVERY_NODE') {
    const staying = living.slice(0, count);
    const added = newSlots(serviceName, living, count - staying.length);
    return { wanted: [...staying, ...added].sort(byIndex), leaving: living.slice(count), outOfReach: [] };
  }

  const byId = new Map(nodes.map((node) => [node.id, node]));
  const home = (slot: PlacementSlot) => slot.pinnedVolumes[0]?.nodeId ?? slot.currentNodeId;
  const isOutOfReach = (slot: PlacementSlot) => {
    const id = home(slot);
    return id !== null && (byId.get(id)?.unreachableSince ?? null) !== null;
  };
  const vacant = new Map(
    nodes
      .filter((node) => isSchedulable(node, tags))
      .sort(byName)
      .map((node) => [node.id, node]),
  );
  const wanted: PlacementSlot[] = [];
  const spare: PlacementSlot[] = [];
  const leaving: PlacementSlot[] = [];
  for (const slot of living.filter((one) => !isOutOfReach(one))) {
    const id = home(slot);
    const isPinned = slot.pinnedVolumes.length > 0;
    if (id !== null && vacant.delete(id)) wanted.push(slot);
    else if (!isPinned) spare.push(slot);
    else if (wanted.some((other) => home(other) === id)) leaving.push(slot);
    else wanted.push(slot);
  }
  const movers = spare.slice(0, vacant.size);
  const added = newSlots(serviceName, living, vacant.size - movers.length);
  const outOfReach = living.filter(isOutOfReach);
  const all = [...wanted, ...movers, ...added].sort(byIndex);
  const gone = [...leaving, ...spare.slice(vacant.size)].sort(byIndex);
  if (all.length > 0) return { wanted: all, leaving: gone, outOfReach };
  if (living.length > 0) return { wanted: living, leaving: [], outOfReach: [] };
  return { wanted: newSlots(serviceName, [], 1), leaving: [], outOfReach: [] };
};

/** What a scale does with a service's slots. */
export interface ScaledSlots extends WantedSlots {
  /** Left alone: what runs in them stays as it is. */
  standing: PlacementSlot[];
}

/**
 * Which slots a scale makes and ends. To a number: the highest indexes go, new ones get the lowest free indexes, and of
 * those that stay only the ones in which nothing runs are placed. To `nodes`: one more for each node that carries the
 * tags, is active and answers and has none; nothing ends, since a tag or a cordon ends nothing that runs.
 */
export const scaledSlots = (
  serviceName: string,
  tags: string[],
  to: number | 'nodes',
  existing: PlacementSlot[],
  nodes: PlacementNode[],
): ScaledSlots => {
  const living = [...existing].sort(byIndex);
  const runs = ({ currentNodeId }: PlacementSlot) => currentNodeId !== null;
  const stand = (slots: PlacementSlot[]) => slots.filter(runs).map((slot) => ({ ...slot, stands: true as const }));
  if (to !== 'nodes') {
    const staying = living.slice(0, to);
    const added = newSlots(serviceName, living, to - staying.length);
    const wanted = [...staying.filter((slot) => !runs(slot)), ...added].sort(byIndex);
    return { standing: stand(staying), wanted, leaving: living.slice(to), outOfReach: [] };
  }
  const standing = stand(living);
  const taken = new Set(
    standing.flatMap(({ currentNodeId, pinnedVolumes }) => [
      currentNodeId,
      ...pinnedVolumes.map(({ nodeId }) => nodeId),
    ]),
  );
  const vacant = new Set(nodes.filter((node) => isSchedulable(node, tags) && !taken.has(node.id)).map(({ id }) => id));
  const resting = living.filter((slot) => !runs(slot));
  const bound = resting.filter(({ pinnedVolumes }) => pinnedVolumes.some(({ nodeId }) => vacant.delete(nodeId)));
  const free = resting.filter(({ pinnedVolumes }) => pinnedVolumes.length === 0).slice(0, vacant.size);
  const added = newSlots(serviceName, living, vacant.size - free.length);
  return { standing, wanted: [...bound, ...free, ...added].sort(byIndex), leaving: [], outOfReach: [] };
};
