import {
  type DeploymentKind,
  type DeploymentState,
  type DeploymentStep,
  deploymentMoves,
  type RedeployOptions,
  type StepState,
} from '../domain/deployment.ts';
import { updateOrders } from '../domain/service.ts';
import type { DeploymentEvent, DeploymentView } from '../domain/view.ts';
import type * as deployment from './gen/restow/v1/Deployment.ts';
import type * as event from './gen/restow/v1/DeploymentEvent.ts';
import type * as step from './gen/restow/v1/DeploymentStep.ts';
import type * as options from './gen/restow/v1/RedeployOptions.ts';
import { emptyIsNone, noneIsEmpty, noneIsZero, present, wordOf, zeroIsNone } from './wire.ts';
import { planFromWire, planToWire } from './wire-plan.ts';

const kinds: readonly DeploymentKind[] = ['deploy', 'redeploy', 'scale', 'remove'];
const states = Object.keys(deploymentMoves) as DeploymentState[];
const phases: readonly DeploymentStep['phase'][] = ['plan', 'prepare', 'handover', 'retire', 'undo', 'watch'];
const stepStates: readonly StepState[] = ['running', 'done', 'failed'];

export const redeployOptionsToWire = (value: RedeployOptions): options.RedeployOptions => ({
  notReuseVolumes: !value.reuseVolumes,
  order: noneIsEmpty(value.order),
  noQueue: value.noQueue,
  ...(typeof value.scaleTo === 'number' ? { scaleTo: value.scaleTo } : {}),
  scaleToNodes: value.scaleTo === 'nodes',
});

/** Absent options are the defaults. */
export const redeployOptionsFromWire = (message: options.RedeployOptions__Output | null): RedeployOptions => ({
  reuseVolumes: !message?.notReuseVolumes,
  order: message?.order ? wordOf(updateOrders, message.order, 'update order') : null,
  noQueue: message?.noQueue ?? false,
  ...(message?.scaleToNodes
    ? { scaleTo: 'nodes' }
    : message?.scaleTo === undefined
      ? {}
      : { scaleTo: message.scaleTo }),
});

export const deploymentToWire = (view: DeploymentView): deployment.Deployment => ({
  id: view.id,
  number: view.number,
  kind: view.kind,
  serviceId: view.serviceId,
  serviceName: view.serviceName,
  revisionId: noneIsEmpty(view.revisionId),
  state: view.state,
  reason: view.reason,
  code: noneIsEmpty(view.code),
  requestedBy: view.requestedBy,
  options: redeployOptionsToWire(view.options),
  plan: view.plan && planToWire(view.plan),
  requestedAt: view.requestedAt,
  startedAt: noneIsZero(view.startedAt),
  endedAt: noneIsZero(view.endedAt),
  steps: view.steps.map(stepToWire),
  revisionNumber: noneIsZero(view.revisionNumber),
});

export const deploymentFromWire = (message: deployment.Deployment__Output): DeploymentView => ({
  id: message.id,
  number: message.number,
  kind: wordOf(kinds, message.kind, 'kind of deployment'),
  serviceId: message.serviceId,
  serviceName: message.serviceName,
  revisionId: emptyIsNone(message.revisionId),
  state: wordOf(states, message.state, 'state of the deployment'),
  reason: message.reason,
  code: emptyIsNone(message.code),
  requestedBy: message.requestedBy,
  options: redeployOptionsFromWire(message.options),
  plan: message.plan && planFromWire(message.plan),
  requestedAt: message.requestedAt,
  startedAt: zeroIsNone(message.startedAt),
  endedAt: zeroIsNone(message.endedAt),
  steps: message.steps.map(stepFromWire),
  revisionNumber: zeroIsNone(message.revisionNumber),
});

export const stepToWire = (value: DeploymentStep): step.DeploymentStep => ({
  deploymentId: value.deploymentId,
  seq: value.seq,
  orderId: value.orderId,
  slotName: noneIsEmpty(value.slotName),
  nodeName: noneIsEmpty(value.nodeName),
  phase: value.phase,
  name: value.name,
  state: value.state,
  detail: value.detail,
  startedAt: value.startedAt,
  endedAt: noneIsZero(value.endedAt),
});

export const stepFromWire = (message: step.DeploymentStep__Output): DeploymentStep => ({
  deploymentId: message.deploymentId,
  seq: message.seq,
  orderId: message.orderId,
  slotName: emptyIsNone(message.slotName),
  nodeName: emptyIsNone(message.nodeName),
  phase: wordOf(phases, message.phase, 'phase of the step'),
  name: message.name,
  state: wordOf(stepStates, message.state, 'state of the step'),
  detail: message.detail,
  startedAt: message.startedAt,
  endedAt: zeroIsNone(message.endedAt),
});

export const deploymentEventToWire = (value: DeploymentEvent): event.DeploymentEvent => {
  switch (value.kind) {
    case 'accepted':
      return { accepted: deploymentToWire(value.deployment) };
    case 'state':
      return { state: deploymentToWire(value.deployment) };
    case 'step':
      return { step: stepToWire(value.step) };
    case 'progress':
      return {
        progress: {
          slotName: noneIsEmpty(value.slotName),
          nodeName: noneIsEmpty(value.nodeName),
          step: value.step,
          text: value.progress.text,
          current: value.progress.current ?? undefined,
          total: value.progress.total ?? undefined,
        },
      };
    case 'ended':
      return { ended: deploymentToWire(value.deployment) };
  }
};

export const deploymentEventFromWire = (message: event.DeploymentEvent__Output): DeploymentEvent => {
  if (message.accepted) return { kind: 'accepted', deployment: deploymentFromWire(message.accepted) };
  if (message.state) return { kind: 'state', deployment: deploymentFromWire(message.state) };
  if (message.step) return { kind: 'step', step: stepFromWire(message.step) };
  if (message.ended) return { kind: 'ended', deployment: deploymentFromWire(message.ended) };
  const { slotName, nodeName, step, text, current, total } = present(message.progress, 'event');
  return {
    kind: 'progress',
    slotName: emptyIsNone(slotName),
    nodeName: emptyIsNone(nodeName),
    step,
    progress: { text, current: current ?? null, total: total ?? null },
  };
};
