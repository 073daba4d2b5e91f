import { ok, type Result, refused } from '@restow/shared/base/result';
import { isSamePath } from '@restow/shared/domain/container-path';
import type { SlotPlacement, Unplaceable } from '@restow/shared/domain/placement';
import type { ChosenOrder, Plan, PlannedPull, PlannedSwap, PlanRefusal } from '@restow/shared/domain/plan';
import { type PublishedPort, referenceTo, type Service } from '@restow/shared/domain/service';
import { type Slot, slotName } from '@restow/shared/domain/slot';
import { givePorts } from '../identity/node-ports.ts';
import { byName, type PlacementNode, type PlacementSlot } from '../placement/cluster-view.ts';
import { explainPlacing } from '../placement/explain.ts';
import { placeSlots } from '../placement/place-slots.ts';
import { type ScaledSlots, scaledSlots, wantedSlots } from '../placement/wanted-slots.ts';
import { plural } from '../placement/words.ts';
import { chooseOrder, type Replaced } from './choose-order.ts';
import { chooseVolumes, type SlotVolumes, type VolumeHeld } from './choose-volumes.ts';
import { lendingTo, lentTo } from './lent-mounts.ts';
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
  const opened = allOk(inputs.slots.map(({ slot, current }) => openSlot(inputs, slot, current)));
  if (!opened.ok) return refused(volumeHeld(inputs, opened.refusal));
  const slots = opened.value;
  const wanted = slotsToHave(
    inputs,
    slots.map(({ placement }) => placement),
  );
  const isScale = options.scaleTo !== undefined;
  const fresh = allOk(wanted.wanted.filter(({ id }) => id === null).map((slot) => openNew(inputs, slot)));
  if (!fresh.ok) return refused(volumeHeld(inputs, fresh.refusal));
  const replaces = wanted.wanted.some(({ currentNodeId }) => currentNodeId !== null);
  const leavingIndexes = new Set([...wanted.leaving, ...wanted.outOfReach].map(({ index }) => index));
  const placed = [...slots.filter(({ slot }) => !leavingIndexes.has(slot.index)), ...fresh.value];
  const made = new Set(placed.flatMap(({ volumes }) => freshNames(volumes)));
  const held = {
    ...inputs,
    nodes: inputs.nodes.map((node) =>
      withPortsOf(withNames(node, made), [...wanted.leaving, ...wanted.standing], inputs.slots),
    ),
  };
  const { placements, unplaced } = placeWanted(held, {
    ...wanted,
    wanted: wanted.wanted.map(
      (slot) => fresh.value.find(({ placement }) => placement.index === slot.index)?.placement ?? slot,
    ),
  });
  const order = isScale
    ? ok(leftAlone)
    : chooseOrder({
        asked: options.order,
        definition,
        replaced: placements.ok ? replacedBy(inputs, placements.value, slots) : [],
        stopFirstOutage: predictOutage('stop-first', replaces, inputs.history),
      });
  if (!order.ok)
    return refused(
      refusal(service, order.refusal.message, placements.ok ? [] : placements.refusal, order.refusal.code),
    );
  if (!placements.ok) return refused(refusal(service, whoHasNone(wanted, placements.refusal), placements.refusal));

  const ports = portsOf(held, placements.value, slots);
  if (!ports.ok) return refused(ports.refusal);
  const swaps = placements.value.map((placement, at) => {
    const known = slots.find(({ slot }) => slot.index === placement.slotIndex);
    const { volumes } = known ?? fresh.value.find((slot) => slot.placement.index === placement.slotIndex)!;
    return planSwap(inputs, placement, known, volumes, ports.value[at]!);
  });
  const indexes = swaps.map(({ slotIndex }) => slotIndex);
  const leaving = wanted.leaving.map(({ index }) => slots.find(({ slot }) => slot.index === index)!);
  return ok({
    serviceId: service.id,
    serviceName: referenceTo(service),
    revisionNumber: inputs.revisionNumber,
    image,
    order: order.value,
    ...makeBatches(indexes, order.value.chosen, definition, replaces),
    swaps,
    removals: leaving.map(({ slot, placement, current }) => ({
      slotIndex: slot.index,
      slotName: placement.name,
      nodeName: current?.nodeName ?? null,
    })),
    pulls: pullsOf(inputs.nodes, placements.value),
    predictedOutage: isScale
      ? { seconds: 0, from: 'what runs is left alone' }
      : predictOutage(order.value.chosen, replaces, inputs.history),
    warnings: [
      ...warningsOf({ inputs, order: order.value, swaps, leaving, outOfReach: wanted.outOfReach }),
      ...unplaced.map(({ message }) => message),
      ...(isScale && swaps.length > 0 ? mixed(inputs, wanted.standing) : []),
    ],
    ...(isScale
      ? {
          scale: {
            from: inputs.slots.filter(({ current }) => current !== null).length,
            to: wanted.standing.length + swaps.length,
          },
        }
      : {}),
  });
};

/** Every slot there has to be; of a scale only those it makes. */
const slotsToHave = ({ service, definition, options, nodes }: PlanInputs, living: PlacementSlot[]): ScaledSlots =>
  options.scaleTo === undefined
    ? { ...wantedSlots(service.name, definition, living, nodes), standing: [] }
    : scaledSlots(service.name, definition.tags, options.scaleTo, living, nodes);

/** New slots have nothing to take over. */
const leftAlone: ChosenOrder = { asked: 'auto', chosen: 'stop-first', because: 'what runs is left alone' };

/** The nodes a service follows each have one or not: that one cannot is no reason for another not to. */
const placeWanted = (
  inputs: PlanInputs,
  { wanted, standing }: ScaledSlots,
): { placements: ReturnType<typeof placeAll>; unplaced: Unplaceable[] } => {
  const placements = placeAll(inputs, wanted, standing);
  if (placements.ok || inputs.options.scaleTo !== 'nodes' || placements.refusal.length === wanted.length)
    return { placements, unplaced: [] };
  const left = new Set(placements.refusal.map(({ slotIndex }) => slotIndex));
  const others = wanted.filter(({ index }) => !left.has(index));
  return { placements: placeAll(inputs, others, standing), unplaced: placements.refusal };
};

/** New slots have the newest definition, those left alone the one they were deployed with. */
const mixed = ({ slots, revisionNumber }: PlanInputs, standing: PlacementSlot[]): string[] => {
  const others = slots.filter(
    ({ slot, current }) =>
      current !== null && current.revisionNumber !== revisionNumber && standing.some(({ id }) => id === slot.id),
  );
  return others.length === 0
    ? []
    : [
        `New slots get revision ${revisionNumber}, made of the newest definition; ${others.length === 1 ? 'one slot stays' : `${others.length} slots stay`} as deployed until the service is redeployed.`,
      ];
};

/** All of them, or the first refusal. */
const allOk = <Value, Refusal>(results: Result<Value, Refusal>[]): Result<Value[], Refusal> => {
  const failed = results.find((result) => !result.ok);
  return failed && !failed.ok ? failed : ok(results.flatMap((result) => (result.ok ? [result.value] : [])));
};

const openSlot = (inputs: PlanInputs, slot: Slot, current: PlannedSwap['from']): Result<OpenSlot, VolumeHeld> => {
  const owner = { index: slot.index, id: slot.id, currentNodeId: current?.nodeId ?? null };
  const opened = openPlace(inputs, { ...owner, name: slotName(inputs.service.name, slot.index), pinnedVolumes: [] });
  return opened.ok ? ok({ slot, current, ...opened.value }) : opened;
};

/** A slot that will be new. With `EVERY_NODE` it is its node's, so it finds nothing that lies elsewhere. */
const openNew = (inputs: PlanInputs, slot: PlacementSlot) =>
  openPlace(
    inputs.definition.strategy === 'EVERY_NODE'
      ? { ...inputs, options: { ...inputs.options, reuseVolumes: false } }
      : inputs,
    slot,
  );

/** Its volumes, and the nodes they bind it to. */
const openPlace = (
  { service, definition, volumes, options, lenders }: PlanInputs,
  slot: PlacementSlot,
): Result<Pick<OpenSlot, 'volumes' | 'placement'>, VolumeHeld> => {
  const lending = lenders.map((lender) => lendingTo(lender, slot.index));
  const ownPaths = definition.hostPaths.map(({ path }) => path);
  const lent = lentTo(lenders, slot.index);
  const chosen = chooseVolumes({
    service,
    slot,
    mounts: definition.volumes,
    volumes,
    reuse: options.reuseVolumes,
    lent: lent.volumes.filter(({ path }) => !ownPaths.some((own) => isSamePath(own, path))),
    pathsOfNode: [...ownPaths, ...lent.hostPaths.map(({ path }) => path)],
  });
  if (!chosen.ok) return chosen;
  const own = chosen.value.reused.map(({ name, nodeId }) => ({ name, nodeId }));
  const theirs = lending.flatMap(({ nodeId, slotName: lender, volumes: lentVolumes, hostPaths }) =>
    [...lentVolumes.map(({ name }) => name), ...hostPaths.map(({ hostPath }) => hostPath)].map((name) => ({
      ...{ name, nodeId, lender },
    })),
  );
  return ok({ volumes: chosen.value, placement: { ...slot, pinnedVolumes: [...own, ...theirs] } });
};

const volumeHeld = ({ service, nodes }: PlanInputs, { path, volume }: VolumeHeld): PlanRefusal => {
  const node = nodes.find(({ id }) => id === volume.nodeId)?.name ?? 'an unknown node';
  const message = `volume ${volume.name}, which its mount ${path} asks for by name, is attached to another slot on ${node} (\`restow volume inspect ${volume.name}\`). Give the mount another name.`;
  return refusal(service, message, [], 'failed-precondition');
};

const placeAll = (
  { service, definition, image, nodes }: PlanInputs,
  wanted: PlacementSlot[],
  standing: PlacementSlot[],
): Result<SlotPlacement[], Unplaceable[]> => {
  const request = {
    serviceName: referenceTo(service),
    definition,
    image,
    slots: wanted,
    ...(standing.length > 0 ? { standing } : {}),
    nodes,
  };
  return explainPlacing(request, placeSlots(request));
};

const freshNames = ({ mounts }: SlotVolumes): string[] => mounts.flatMap(({ fresh, name }) => (fresh ? [name] : []));

/** Somebody else's volumes are in nobody's way unless this plan would make one of their name. */
const withNames = (node: PlacementNode, made: ReadonlySet<string>): PlacementNode =>
  node.foreignVolumes.length === 0
    ? node
    : { ...node, foreignVolumes: node.foreignVolumes.filter(({ name }) => made.has(name)) };

/** Slots that are removed end last, and hold their ports until then; those left alone hold them on. */
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

/** What the order depends on, of each slot in which something runs. */
const replacedBy = ({ nodes }: PlanInputs, placements: SlotPlacement[], slots: OpenSlot[]): Replaced[] =>
  placements.flatMap(({ slotIndex }) => {
    const known = slots.find(({ slot }) => slot.index === slotIndex);
    if (!known?.current) return [];
    const { nodeId, offOverlay = false } = known.current;
    const old = nodes.find(({ id }) => id === nodeId);
    return {
      reachable: old !== undefined && old.unreachableSince === null,
      volumes: known.volumes.mounts,
      offOverlay,
    };
  });

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
  { nodes, lenders }: PlanInputs,
  placement: SlotPlacement,
  known: OpenSlot | undefined,
  volumes: SlotVolumes,
  ports: PublishedPort[],
): PlannedSwap => {
  const nodeName = (id: string) => nodes.find((node) => node.id === id)?.name ?? id;
  const lentPaths = lentTo(lenders, placement.slotIndex).hostPaths;
  return {
    slotIndex: placement.slotIndex,
    slotName: placement.slotName,
    address: known?.slot.address ?? null,
    from: known?.current ?? null,
    placement,
    volumes: volumes.mounts,
    ...(lentPaths.length > 0 ? { lentPaths } : {}),
    detaches: volumes.detached.map(({ name, nodeId }) => ({ name, nodeName: nodeName(nodeId) })),
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
): PlanRefusal => ({
  serviceName: referenceTo(service),
  message: `${referenceTo(service)}: ${message}`,
  unplaceable,
  code,
});

const whoHasNone = ({ wanted }: Pick<ScaledSlots, 'wanted'>, unplaceable: Unplaceable[]): string => {
  const names = unplaceable.slice(0, 5).map(({ slotName: name }) => name);
  const more = unplaceable.length - names.length;
  return `${unplaceable.length} of ${wanted.length} ${plural(wanted.length, 'slot')} cannot be placed (${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}).`;
};
