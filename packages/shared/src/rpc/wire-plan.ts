import type { ErrorCode } from '../base/errors.ts';
import type { Result } from '../base/result.ts';
import type { NodeVerdict, Reason, SlotPlacement, Unplaceable } from '../domain/placement.ts';
import type { ChosenOrder, Plan, PlannedSwap, PlanRefusal } from '../domain/plan.ts';
import { updateOrders } from '../domain/service.ts';
import type * as verdict from './gen/restow/v1/NodeVerdict.ts';
import type * as plan from './gen/restow/v1/Plan.ts';
import type * as swap from './gen/restow/v1/PlannedSwap.ts';
import type * as refusal from './gen/restow/v1/PlanRefusal.ts';
import type * as reply from './gen/restow/v1/PlanReply.ts';
import type * as placement from './gen/restow/v1/SlotPlacement.ts';
import type * as unplaceable from './gen/restow/v1/Unplaceable.ts';
import { emptyIsNone, noneIsEmpty, present, wordOf } from './wire.ts';
import { pinnedImageWire, publishedPortWire } from './wire-common.ts';

const chosenOrders: readonly ChosenOrder['chosen'][] = ['start-first', 'stop-first', 'recreate'];

/** An optional field that is empty on the wire: left out, not `undefined`, so that both sides hold equal values. */
const optional = <Key extends string>(key: Key, text: string): { [K in Key]?: string } =>
  text === '' ? {} : ({ [key]: text } as { [K in Key]: string });

export const planToWire = (value: Plan): plan.Plan => ({
  serviceId: value.serviceId,
  serviceName: value.serviceName,
  revisionNumber: value.revisionNumber,
  image: pinnedImageWire.encode(value.image),
  order: value.order,
  gate: value.gate,
  batches: value.batches.map((slots) => ({ slots })),
  swaps: value.swaps.map(plannedSwapToWire),
  removals: value.removals.map((removal) => ({ ...removal, nodeName: noneIsEmpty(removal.nodeName) })),
  pulls: value.pulls,
  predictedOutageSeconds: value.predictedOutage.seconds,
  predictedOutageFrom: value.predictedOutage.from,
  warnings: value.warnings,
  ...(value.scale ? { scale: value.scale } : {}),
});

export const planFromWire = (message: plan.Plan__Output): Plan => {
  const order = present(message.order, 'order');
  return {
    serviceId: message.serviceId,
    serviceName: message.serviceName,
    revisionNumber: message.revisionNumber,
    image: pinnedImageWire.decode(present(message.image, 'image')),
    order: {
      asked: wordOf(updateOrders, order.asked, 'order asked for'),
      chosen: wordOf(chosenOrders, order.chosen, 'order chosen'),
      because: order.because,
    },
    gate: message.gate,
    batches: message.batches.map(({ slots }) => slots),
    swaps: message.swaps.map(plannedSwapFromWire),
    removals: message.removals.map(({ slotIndex, slotName, nodeName }) => ({
      slotIndex,
      slotName,
      nodeName: emptyIsNone(nodeName),
    })),
    pulls: message.pulls.map(({ nodeId, nodeName, present }) => ({ nodeId, nodeName, present })),
    predictedOutage: { seconds: message.predictedOutageSeconds, from: message.predictedOutageFrom },
    warnings: message.warnings,
    ...(message.scale ? { scale: { from: message.scale.from, to: message.scale.to } } : {}),
  };
};

const plannedSwapToWire = (value: PlannedSwap): swap.PlannedSwap => ({
  slotIndex: value.slotIndex,
  slotName: value.slotName,
  address: noneIsEmpty(value.address),
  from: value.from && { ...value.from, ports: value.from.ports?.map(publishedPortWire.encode) },
  placement: slotPlacementToWire(value.placement),
  volumes: value.volumes.map((volume) => ({
    ...volume,
    mountName: noneIsEmpty(volume.mountName),
    from: noneIsEmpty(volume.from),
  })),
  detaches: value.detaches,
  ports: value.ports.map(publishedPortWire.encode),
  slotId: value.slotId ?? '',
  instanceId: value.instanceId ?? '',
});

const plannedSwapFromWire = (message: swap.PlannedSwap__Output): PlannedSwap => ({
  slotIndex: message.slotIndex,
  slotName: message.slotName,
  ...optional('slotId', message.slotId),
  ...optional('instanceId', message.instanceId),
  address: emptyIsNone(message.address),
  from: message.from && {
    nodeId: message.from.nodeId,
    nodeName: message.from.nodeName,
    instanceId: message.from.instanceId,
    revisionNumber: message.from.revisionNumber,
    ...optional('deploymentId', message.from.deploymentId),
    ...(message.from.ports.length > 0 ? { ports: message.from.ports.map(publishedPortWire.decode) } : {}),
  },
  placement: slotPlacementFromWire(present(message.placement, 'placement')),
  volumes: message.volumes.map(({ name, path, fresh, readOnly, mountName, from }) => ({
    name,
    path,
    fresh,
    readOnly,
    mountName: emptyIsNone(mountName),
    from: emptyIsNone(from),
  })),
  detaches: message.detaches.map(({ name, nodeName }) => ({ name, nodeName })),
  ports: message.ports.map(publishedPortWire.decode),
});

const slotPlacementToWire = (value: SlotPlacement): placement.SlotPlacement => ({
  ...value,
  verdicts: value.verdicts.map(nodeVerdictToWire),
});

const slotPlacementFromWire = (message: placement.SlotPlacement__Output): SlotPlacement => ({
  slotIndex: message.slotIndex,
  slotName: message.slotName,
  nodeId: message.nodeId,
  nodeName: message.nodeName,
  because: message.because,
  verdicts: message.verdicts.map(nodeVerdictFromWire),
});

const nodeVerdictToWire = (value: NodeVerdict): verdict.NodeVerdict => ({ ...value, score: value.score ?? undefined });

const nodeVerdictFromWire = (message: verdict.NodeVerdict__Output): NodeVerdict => ({
  nodeId: message.nodeId,
  nodeName: message.nodeName,
  fits: message.fits,
  // A newer coordinator may have reasons this side does not know; the message is what people read.
  reasons: message.reasons.map(({ code, message }) => ({ code: code as Reason['code'], message })),
  score: message.score ?? null,
});

export const planRefusalToWire = (value: PlanRefusal): refusal.PlanRefusal => ({
  serviceName: value.serviceName,
  message: value.message,
  unplaceable: value.unplaceable.map(unplaceableToWire),
  code: value.code ?? '',
});

export const planRefusalFromWire = (message: refusal.PlanRefusal__Output): PlanRefusal => ({
  serviceName: message.serviceName,
  message: message.message,
  unplaceable: message.unplaceable.map(unplaceableFromWire),
  ...(message.code === '' ? {} : { code: message.code as ErrorCode }),
});

const unplaceableToWire = (value: Unplaceable): unplaceable.Unplaceable => ({
  ...value,
  verdicts: value.verdicts.map(nodeVerdictToWire),
});

const unplaceableFromWire = (message: unplaceable.Unplaceable__Output): Unplaceable => ({
  slotIndex: message.slotIndex,
  slotName: message.slotName,
  message: message.message,
  waysOut: message.waysOut,
  verdicts: message.verdicts.map(nodeVerdictFromWire),
});

/** What `planDeployment` says, both ways it can go. */
export const planReplyToWire = (outcome: Result<Plan, PlanRefusal>): reply.PlanReply =>
  outcome.ok ? { plan: planToWire(outcome.value) } : { refusal: planRefusalToWire(outcome.refusal) };

export const planReplyFromWire = (message: reply.PlanReply__Output): Result<Plan, PlanRefusal> =>
  message.plan
    ? { ok: true, value: planFromWire(message.plan) }
    : { ok: false, refusal: planRefusalFromWire(present(message.refusal, 'plan or refusal')) };
