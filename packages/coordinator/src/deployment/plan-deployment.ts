import { ok, type Result, refused } from '@restow/shared/base/result';
import type { SlotPlacement, Unplaceable } from '@restow/shared/domain/placement';
import type { Plan, PlannedPull, PlannedSwap, PlanRefusal } from '@restow/shared/domain/plan';
import type { PublishedPort, Service } from '@restow/shared/domain/service';
import { type Slot, slotName } from '@restow/shared/domain/slot';
import { givePorts } from '../identity/node-ports.ts';
import { byName, type PlacementNode, type PlacementSlot } from '../placement/cluster-view.ts';
import { explainPlacing } from '../placement/explain.ts';
import { placeSlots } from '../placement/place-slots.ts';
import { type WantedSlots, wantedSlots } from '../placement/wanted-slots.ts';
import { plural } from '../placement/words.ts';
import { chooseOrder } from './choose-order.ts';
import { chooseVolumes } from './choose-volumes.ts';
import { makeBatches } from './make-batches.ts';
import type { OpenSlot, PlanInputs } from './plan-inputs.ts';
import { warningsOf } from './plan-warnings.ts';
import { predictOutage } from './predict-outage.ts';

/**
 * What bringing the service to this definition will do, or every reason why it cannot be done. A function of its inputs
 * and nothing else: nothing is asked, nothing is touched, and the same inputs give the same plan to the letter.
 */
export const planDeployment = (inputs: PlanInputs): Result<Plan, PlanRefusal> => {
  const { service, definition, image, options } = inputs;
  const slots = inputs.slots.map(({ slot, current }) => openSlot(inputs, slot, current));
  const wanted = wantedSlots(
    service.name,
    definition,
    slots.map(({ placement }) => placement),
    inputs.nodes,
  );
  const replaces = wanted.wanted.some(({ currentNodeId }) => currentNodeId !== null);
  const order = chooseOrder(options.order, definition, replaces);
  const placements = placeAll(inputs, wanted);

  if (!order.ok)
    return refused(refusal(service, order.refusal, placements.ok ? [] : placements.refusal, 'unsupported'));
  if (!placements.ok) return refused(refusal(service, whoHasNone(wanted, placements.refusal), placements.refusal));

  const ports = portsOf(inputs, placements.value, slots);
  if (!ports.ok) return refused(ports.refusal);
  const swaps = placements.value.map((placement, at) => {
    const known = slots.find(({ slot }) => slot.index === placement.slotIndex);
    return planSwap(inputs, placement, known, ports.value[at]!);
  });
  const indexes = swaps.map(({ slotIndex }) => slotIndex);
  const leaving = wanted.leaving.map(({ index }) => slots.find(({ slot }) => slot.index === index)!);
  return ok({
    serviceId: service.id,
    serviceName: service.name,
    revisionNumber: inputs.revisionNumber,
    image,
    order: order.value,
    ...makeBatches(indexes, order.value.chosen, definition.update, replaces),
    swaps,
    removals: leaving.map(({ slot, placement, current }) => ({
      slotIndex: slot.index,
      slotName: placement.name,
      nodeName: current?.nodeName ?? null,
    })),
    pulls: pullsOf(inputs.nodes, placements.value),
    predictedOutage: predictOutage(order.value.chosen, replaces, inputs.history),
    warnings: warningsOf({ inputs, order: order.value, swaps, leaving, outOfReach: wanted.outOfReach }),
  });
};

const openSlot = (
  { service, definition, volumes, options }: PlanInputs,
  slot: Slot,
  current: PlannedSwap['from'],
): OpenSlot => {
  const currentNodeId = current?.nodeId ?? null;
  const owner = { index: slot.index, id: slot.id, currentNodeId };
  const chosen = chooseVolumes(service, owner, definition.volumes, volumes, options.reuseVolumes);
  return {
    slot,
    current,
    volumes: chosen,
    placement: {
      ...owner,
      name: slotName(service.name, slot.index),
      pinnedVolumes: chosen.reused.map(({ name, nodeId }) => ({ name, nodeId })),
    },
  };
};

const placeAll = (
  { service, definition, image, nodes, slots }: PlanInputs,
  { wanted, leaving }: WantedSlots,
): Result<SlotPlacement[], Unplaceable[]> => {
  const request = {
    serviceName: service.name,
    definition,
    image,
    slots: wanted,
    nodes: nodes.map((node) => withPortsOf(node, leaving, slots)),
  };
  return explainPlacing(request, placeSlots(request));
};

/** Slots that are given up end last, and hold their ports until then. */
const withPortsOf = (
  node: PlacementNode,
  leaving: readonly PlacementSlot[],
  slots: PlanInputs['slots'],
): PlacementNode => {
  const held = leaving
    .filter(({ currentNodeId }) => currentNodeId === node.id)
    .flatMap(({ id, name }) =>
      (slots.find(({ slot }) => slot.id === id)?.current?.ports ?? []).map(({ protocol, hostPort }) => ({
        protocol,
        port: hostPort,
        holder: { kind: 'slot' as const, slotId: id ?? '', slotName: name },
      })),
    );
  return held.length === 0 ? node : { ...node, portsInUse: [...node.portsInUse, ...held] };
};

/** The ports of the nodes each placed slot gets, or which slot a node has none left for. */
const portsOf = (
  { service, definition, nodes, dynamicPorts }: PlanInputs,
  placements: SlotPlacement[],
  slots: OpenSlot[],
): Result<PublishedPort[][], PlanRefusal> => {
  const owners = placements.map(({ slotIndex, slotName: name, nodeId }) => {
    const current = slots.find(({ slot }) => slot.index === slotIndex)?.current;
    return { slotName: name, nodeId, held: current ? { nodeId: current.nodeId, ports: current.ports ?? [] } : null };
  });
  const inUse = (id: string) => nodes.find((node) => node.id === id)?.portsInUse ?? [];
  const { given, exhausted } = givePorts(definition.ports, owners, inUse, dynamicPorts);
  const [first] = exhausted;
  if (!first) return ok(given);
  const nodeName = nodes.find(({ id }) => id === first.nodeId)?.name ?? first.nodeId;
  return refused(
    refusal(
      service,
      `no port of ${dynamicPorts.first} to ${dynamicPorts.last} is left on ${nodeName} for ${first.slotName}. Publish a fixed port, or free some there.`,
      [],
    ),
  );
};

const planSwap = (
  { service, definition, volumes, options, nodes }: PlanInputs,
  placement: SlotPlacement,
  known: OpenSlot | undefined,
  ports: PublishedPort[],
): PlannedSwap => {
  const owner = { index: placement.slotIndex, id: null, currentNodeId: null };
  const chosen = known?.volumes ?? chooseVolumes(service, owner, definition.volumes, volumes, options.reuseVolumes);
  const nodeName = (id: string) => nodes.find((node) => node.id === id)?.name ?? id;
  return {
    slotIndex: placement.slotIndex,
    slotName: placement.slotName,
    address: known?.slot.address ?? null,
    from: known?.current ?? null,
    placement,
    volumes: chosen.mounts,
    detaches: chosen.detached.map(({ name, nodeId }) => ({ name, nodeName: nodeName(nodeId) })),
    ports,
  };
};

const pullsOf = (nodes: PlacementNode[], placements: SlotPlacement[]): PlannedPull[] => {
  const targets = new Set(placements.map(({ nodeId }) => nodeId));
  return nodes
    .filter(({ id }) => targets.has(id))
    .sort(byName)
    .map(({ id, name, imagePresent }) => ({ nodeId: id, nodeName: name, present: imagePresent }));
};

const refusal = (
  service: Service,
  message: string,
  unplaceable: Unplaceable[],
  code: PlanRefusal['code'] = 'unschedulable',
): PlanRefusal => ({ serviceName: service.name, message: `${service.name}: ${message}`, unplaceable, code });

const whoHasNone = ({ wanted }: WantedSlots, unplaceable: Unplaceable[]): string => {
  const names = unplaceable.slice(0, 5).map(({ slotName: name }) => name);
  const more = unplaceable.length - names.length;
  return `${unplaceable.length} of ${wanted.length} ${plural(wanted.length, 'slot')} cannot be placed (${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}).`;
};
