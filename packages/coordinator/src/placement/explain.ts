import { ok, type Result, refused } from '@restow/shared/base/result';
import type { NodeVerdict, SlotPlacement, Unplaceable } from '@restow/shared/domain/placement';
import { byName, type PlacementNode, type PlacementRequest, type PlacementSlot } from './cluster-view.ts';
import { type Constraint, constraintsOf, reasonsAgainst, staysByVolume } from './constraints.ts';
import type { Placing } from './placing.ts';
import { type Candidate, compareCounts, preferenceInWords, scoreOf } from './rank.ts';
import { waysOut } from './ways-out.ts';
import { inWords, plural } from './words.ts';

/**
 * The reasons behind what `placeSlots` decided for this request: every slot with every node, chosen or not, as each
 * decision saw it; or, when a slot was left over, every such slot with every reason and the ways out. Replays the
 * decisions, so it costs slots times nodes: made for people, not for placing.
 */
export const explainPlacing = (
  request: PlacementRequest,
  { turns, left }: Placing,
): Result<SlotPlacement[], Unplaceable[]> => {
  const replay = openReplay(request);
  const placements = turns.map(({ slot, node }) => {
    const placement: SlotPlacement = {
      slotIndex: slot.index,
      slotName: slot.name,
      nodeId: node.id,
      nodeName: node.name,
      because: because(request, replay, slot, node),
      verdicts: replay.verdicts(slot),
    };
    replay.place(slot, node);
    return placement;
  });
  if (left.length === 0) return ok(placements.sort((a, b) => a.slotIndex - b.slotIndex));
  return refused(left.map((slot) => explainLeft(request, slot, replay.verdicts(slot), turns.length)));
};

/** The cluster as it was before each decision, one decision after another. */
interface Replay {
  verdicts(slot: PlacementSlot): NodeVerdict[];
  candidate(node: PlacementNode): Candidate;
  /** Nodes that fit the slot. */
  fitting(slot: PlacementSlot): Candidate[];
  place(slot: PlacementSlot, node: PlacementNode): void;
}

const openReplay = (request: PlacementRequest): Replay => {
  const { strategy } = request.definition;
  const constraints: Constraint[] = constraintsOf(request);
  const nodes = [...request.nodes].sort(byName);
  const placed = new Map<string, PlacementSlot[]>(nodes.map(({ id }) => [id, []]));
  for (const slot of request.standing ?? []) placed.get(slot.currentNodeId!)?.push(slot);
  // Slots without a pin are alike, so what was said of a node stands until something is placed there.
  const said = new Map<string, NodeVerdict>();

  const candidate = (node: PlacementNode): Candidate => {
    const own = placed.get(node.id)!.length;
    return { node, own, total: node.otherContainers + own, homes: 0 };
  };
  const judge = (slot: PlacementSlot, node: PlacementNode): NodeVerdict => {
    const reasons = reasonsAgainst(constraints, slot, node, placed.get(node.id)!);
    const fits = reasons.length === 0;
    return {
      nodeId: node.id,
      nodeName: node.name,
      fits,
      reasons,
      score: fits ? scoreOf(strategy, candidate(node)) : null,
    };
  };
  const verdict = (slot: PlacementSlot, node: PlacementNode): NodeVerdict => {
    if (slot.pinnedVolumes.length > 0) return judge(slot, node);
    const known = said.get(node.id) ?? judge(slot, node);
    said.set(node.id, known);
    return known;
  };
  return {
    candidate,
    verdicts: (slot) => nodes.map((node) => verdict(slot, node)),
    fitting: (slot) => nodes.filter((node) => verdict(slot, node).fits).map(candidate),
    place: (slot, node) => {
      placed.get(node.id)!.push(slot);
      said.delete(node.id);
    },
  };
};

const because = (request: PlacementRequest, replay: Replay, slot: PlacementSlot, node: PlacementNode): string => {
  if (slot.pinnedVolumes.length > 0) {
    const names = slot.pinnedVolumes.map(({ name }) => name);
    const holds = `holds ${plural(names.length, 'volume')} ${inWords(names)}`;
    const stays = node.availability === 'cordoned' && staysByVolume(slot, node);
    return stays ? `${holds}; ${node.name} is cordoned, but the slot runs there already and stays` : holds;
  }
  const { strategy } = request.definition;
  const chosen = replay.candidate(node);
  const others = replay.fitting(slot).filter((other) => other.node.id !== node.id);
  const preference = preferenceInWords(strategy, request.serviceName, chosen, others);
  if (strategy === 'EVERY_NODE') return preference;
  if (others.length === 0) return 'the only node that fits';
  const compare = compareCounts(strategy);
  if (!others.some((other) => compare(other, chosen) === 0)) return preference;
  return slot.currentNodeId === node.id ? `${preference}, and it is there now` : `${preference}, first by name`;
};

/** Nodes a message names one by one; all of them are in the verdicts. */
const namedAtMost = 10;

const explainLeft = (
  request: PlacementRequest,
  slot: PlacementSlot,
  verdicts: NodeVerdict[],
  placedCount: number,
): Unplaceable => ({
  slotIndex: slot.index,
  slotName: slot.name,
  message: slot.pinnedVolumes.length > 0 ? whyNotThere(request, slot, verdicts) : whyNowhere(slot, verdicts),
  waysOut: waysOut(request, slot, verdicts, placedCount),
  verdicts,
});

/** `its volume a`, `its volumes a and b and what db-1 lends`. */
const withWhat = ({ pinnedVolumes }: PlacementSlot): string => {
  const own = pinnedVolumes.filter(({ lender }) => lender === undefined).map(({ name }) => name);
  const lenders = [...new Set(pinnedVolumes.flatMap(({ lender }) => lender ?? []))];
  return inWords([
    ...(own.length > 0 ? [`its ${plural(own.length, 'volume')} ${inWords(own)}`] : []),
    ...(lenders.length > 0 ? [`what ${inWords(lenders)} lends`] : []),
  ]);
};

/** Its volumes leave one node only: what is in the way there. */
const whyNotThere = ({ nodes }: PlacementRequest, slot: PlacementSlot, verdicts: NodeVerdict[]): string => {
  const homes = new Map(slot.pinnedVolumes.map(({ nodeId }) => [nodeId, nodes.find(({ id }) => id === nodeId)]));
  const where = slot.pinnedVolumes.map(
    ({ name, nodeId }) => `${name} on ${homes.get(nodeId)?.name ?? 'an unknown node'}`,
  );
  if (homes.size > 1) return `${slot.name} cannot be with all its volumes: ${inWords(where)}.`;
  const [home] = homes.values();
  if (!home)
    return `${slot.name} has to stay with ${withWhat(slot)}, but the node that holds it is not known any more.`;
  const reasons = verdicts.find(({ nodeId }) => nodeId === home.id)?.reasons ?? [];
  return `${slot.name} has to stay on ${home.name} with ${withWhat(slot)}, but ${inWords(reasons.map(({ message }) => message))}.`;
};

const whyNowhere = (slot: PlacementSlot, verdicts: NodeVerdict[]): string => {
  if (verdicts.length === 0) return `No node for ${slot.name}: no node has joined yet.`;
  const named = verdicts.slice(0, namedAtMost).map(({ reasons }) => inWords(reasons.map(({ message }) => message)));
  const more = verdicts.length - named.length;
  return `No node for ${slot.name}: ${named.join('; ')}${more > 0 ? `; and ${more} more, with reasons of their own` : ''}.`;
};
