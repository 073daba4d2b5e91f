import type { ChosenOrder, PlannedSwap } from '@restow/shared/domain/plan';
import type { PlacementNode, PlacementSlot } from '../placement/cluster-view.ts';
import { inWords, plural } from '../placement/words.ts';
import type { OpenSlot, PlanInputs } from './plan-inputs.ts';

/** What is worth a warning in a plan that can be carried out. */
export interface PlannedSoFar {
  inputs: Pick<PlanInputs, 'image' | 'nodes' | 'definition'>;
  order: ChosenOrder;
  swaps: PlannedSwap[];
  leaving: Pick<OpenSlot, 'placement' | 'current' | 'volumes'>[];
  outOfReach: PlacementSlot[];
}

/** What a person should know before they say yes, a sentence each. Pure. */
export const warningsOf = (planned: PlannedSoFar): string[] => [
  ...imageOnOneNode(planned),
  ...planned.swaps.flatMap((swap) => moved(planned, swap)),
  ...planned.swaps.flatMap((swap) => pathsLeft(planned, swap)),
  ...planned.swaps.flatMap((swap) => found(swap)),
  ...planned.swaps.flatMap((swap) => leftBehind(planned, swap)),
  ...planned.leaving.flatMap((slot) => removed(planned, slot)),
  ...planned.outOfReach.map((slot) => leftAsItIs(planned, slot)),
  ...noGate(planned),
];

const nodeOf = ({ inputs }: PlannedSoFar, id: string | null): PlacementNode | undefined =>
  inputs.nodes.find((node) => node.id === id);

const imageOnOneNode = (planned: PlannedSoFar): string[] => {
  const { image } = planned.inputs;
  if (image.kind === 'digest') return [];
  const name = nodeOf(planned, image.nodeId)?.name ?? 'one node';
  return [`${image.reference} is in no registry: it exists on ${name} only, and every slot is placed there.`];
};

/** A move is told with what drove the slot away, or drew it. */
const moved = (planned: PlannedSoFar, { slotName, from, placement }: PlannedSwap): string[] => {
  if (!from || from.nodeId === placement.nodeId) return [];
  const reasons = placement.verdicts.find(({ nodeId }) => nodeId === from.nodeId)?.reasons ?? [];
  const why = nodeOf(planned, from.nodeId)
    ? inWords(reasons.map(({ message }) => message)) || placement.because
    : `${from.nodeName} is not known any more`;
  return [`${slotName} moves from ${from.nodeName} to ${placement.nodeName}: ${why}.`];
};

/** VOL-05: a host path is a directory of the node, not of the slot. */
const pathsLeft = ({ inputs }: PlannedSoFar, { slotName, from, placement }: PlannedSwap): string[] => {
  if (!from || from.nodeId === placement.nodeId || inputs.definition.hostPaths.length === 0) return [];
  const paths = inputs.definition.hostPaths.map(({ hostPath }) => hostPath);
  return [
    `What ${slotName} has in ${inWords(paths)} of ${from.nodeName} stays there: on ${placement.nodeName} it finds what that node has at the same ${plural(paths.length, 'path')}.`,
  ];
};

const found = ({ slotName, placement, volumes }: PlannedSwap): string[] =>
  volumes.flatMap((volume) =>
    volume.found
      ? [`${slotName} takes the detached volume ${volume.name} on ${placement.nodeName} with what is in it.`]
      : [],
  );

const leftBehind = (planned: PlannedSoFar, { slotName, from }: PlannedSwap): string[] => {
  if (!from || (nodeOf(planned, from.nodeId)?.unreachableSince ?? null) === null) return [];
  return [`The old instance of ${slotName} cannot be stopped while ${from.nodeName} does not answer.`];
};

const removed = (planned: PlannedSoFar, { placement, current, volumes }: PlannedSoFar['leaving'][number]): string[] => {
  const kept = [...volumes.reused, ...volumes.detached].map(
    ({ name, nodeId }) => `${name} on ${nodeOf(planned, nodeId)?.name ?? 'an unknown node'}`,
  );
  const from = current ? `${placement.name} on ${current.nodeName} is removed` : `${placement.name} is removed`;
  if (kept.length === 0) return [`${from}.`];
  return [
    `${from}; its ${plural(kept.length, 'volume')} ${inWords(kept)} ${kept.length === 1 ? 'stays' : 'stay'}, detached.`,
  ];
};

const leftAsItIs = (planned: PlannedSoFar, { name, currentNodeId, pinnedVolumes }: PlacementSlot): string => {
  const node = nodeOf(planned, pinnedVolumes[0]?.nodeId ?? currentNodeId)?.name ?? 'its node';
  return `${name} stays as it is: ${node} does not answer. Redeploy again when it is back.`;
};

const noGate = ({ inputs, order, swaps }: PlannedSoFar): string[] =>
  inputs.definition.update.gate === true && order.chosen === 'recreate' && swaps.length > 1
    ? ['The policy asks for a gate, which recreate cannot have: all slots end before any starts.']
    : [];
