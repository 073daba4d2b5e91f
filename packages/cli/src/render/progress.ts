import type { DeploymentStep } from '@restow/shared/domain/deployment';
import { hasEnded } from '@restow/shared/domain/deployment';
import type { Plan } from '@restow/shared/domain/plan';
import type { DeploymentEvent, DeploymentView } from '@restow/shared/domain/view';
import { outcomeText } from './outcome.ts';
import type { Paint } from './paint.ts';
import { noWidths, type StepWidths, stepLine, widen } from './step.ts';
import { bytes, counted } from './words.ts';

/** What has been told of a deployment, so that what is told again after a reconnection is not said twice. */
export interface Progress {
  told: ReadonlySet<string>;
  widths: StepWidths;
  /** Steps under way with their last news: what a terminal shows on its last line. */
  running: ReadonlyMap<string, string>;
  /** Why steps failed, as told. */
  failures: readonly string[];
  /** What had happened before anybody listened is not told. */
  fromNow: boolean;
}

export const noProgress: Progress = {
  told: new Set(),
  widths: noWidths,
  running: new Map(),
  failures: [],
  fromNow: false,
};

const planWidths = (widths: StepWidths, { plan }: DeploymentView): StepWidths =>
  (plan?.swaps ?? []).reduce(
    (wide, { slotName, placement: { nodeName }, from }) =>
      widen(widen(wide, { slotName, nodeName }), { slotName, nodeName: from?.nodeName ?? null }),
    widths,
  );

const nodesOf = ({ plan }: DeploymentView): string =>
  [...new Set(plan?.swaps.map(({ placement }) => placement.nodeName))].sort().join(', ');

const scaleLine = (serviceName: string, { swaps, removals }: Plan): string => {
  const parts = [
    ...(swaps.length > 0 ? [`starting ${counted(swaps.length, 'slot')}`] : []),
    ...(removals.length > 0 ? [`ending ${counted(removals.length, 'slot')}`] : []),
  ];
  return `${serviceName}: ${parts.join(', ') || 'nothing to start or to end'}`;
};

/** What a state means to those who wait; `null` where the steps say enough. */
const stateLine = (deployment: DeploymentView, { failures }: Progress): string | null => {
  const { serviceName, number, state, kind, plan, reason } = deployment;
  switch (state) {
    case 'queued':
      return reason === '' ? null : `${serviceName}: deployment ${number} is queued: ${reason}`;
    case 'preparing':
      if (plan?.scale && plan.swaps.length === 0) return null;
      return `${serviceName}: preparing on ${nodesOf(deployment)}; nothing that runs is touched yet`;
    case 'rolling':
      if (kind === 'remove' || !plan) return `${serviceName}: ending its containers`;
      if (plan.scale) return scaleLine(serviceName, plan);
      return `${serviceName}: swapping ${counted(plan.swaps.length, 'slot')}, ${plan.order.chosen}`;
    case 'watching':
      if (kind === 'remove' || (plan?.scale && plan.swaps.length === 0)) return null;
      return plan?.scale
        ? `${serviceName}: watching whether the new ones stay healthy`
        : `${serviceName}: all swapped, watching whether they stay healthy`;
    case 'undoing':
      return failures.length > 0
        ? `${serviceName}: rolling back`
        : `${serviceName}: rolling back: ${reason.split('\n')[0]}`;
    default:
      return null;
  }
};

const keyOf = ({ slotName, nodeName, name }: Pick<DeploymentStep, 'slotName' | 'nodeName' | 'name'>): string =>
  [slotName, nodeName, name].filter(Boolean).join(' ');

const newsOf = ({ text, current, total }: Extract<DeploymentEvent, { kind: 'progress' }>['progress']): string =>
  current === null || total === null || total === 0 ? text : `${text} ${bytes(current)} of ${bytes(total)}`;

/** Once, the same after a reconnection. */
const keyOfStep = ({ seq, state, startedAt }: DeploymentStep): string => `${seq} ${state} ${startedAt}`;

const tellDeployment = (progress: Progress, deployment: DeploymentView, isFirst: boolean): [Progress, string[]] => {
  const { state, number, serviceName } = deployment;
  const before = progress.fromNow ? deployment.steps.map(keyOfStep) : [];
  const wide = {
    ...progress,
    widths: planWidths(progress.widths, deployment),
    told: new Set([...progress.told, ...before]),
    fromNow: false,
  };
  if (progress.told.has(state)) return [wide, []];
  const line = stateLine(deployment, progress);
  const waits = state === 'queued' && line !== null;
  const lines = [
    ...(isFirst && !waits && progress.told.size === 0 ? [`${serviceName}: deployment ${number}`] : []),
    ...(line === null || hasEnded(state) ? [] : [line]),
  ];
  return [{ ...wide, told: new Set([...wide.told, state]) }, lines];
};

const tellStep = (progress: Progress, step: DeploymentStep): [Progress, string[]] => {
  const key = keyOfStep(step);
  if (progress.told.has(key)) return [progress, []];
  const widths = widen(progress.widths, step);
  const running = new Map(progress.running);
  if (step.state === 'running') running.set(keyOf(step), '');
  else running.delete(keyOf(step));
  const isFailure = step.state === 'failed';
  // Before anything is swapped the deployment is refused with it, and says why as its last word.
  const isRefusal = isFailure && (step.phase === 'plan' || step.phase === 'prepare');
  const isSaid = progress.failures.some((failure) => step.detail.includes(failure));
  const lines =
    step.state === 'running' ? [] : [stepLine(isRefusal || isSaid ? { ...step, detail: '' } : step, widths)];
  const failures = isFailure && step.detail !== '' ? [...progress.failures, step.detail] : progress.failures;
  return [{ ...progress, told: new Set([...progress.told, key]), widths, running, failures }, lines];
};

/** Takes one event and says which lines it is worth. Pure. */
export const tellEvent = (
  progress: Progress,
  event: DeploymentEvent,
  paint: Paint,
): [progress: Progress, lines: string[]] => {
  switch (event.kind) {
    case 'accepted':
    case 'state':
      return tellDeployment(progress, event.deployment, event.kind === 'accepted');
    case 'step':
      return tellStep(progress, event.step);
    case 'progress': {
      const key = keyOf({ ...event, name: event.step });
      if (!progress.running.has(key)) return [progress, []];
      return [{ ...progress, running: new Map([...progress.running, [key, newsOf(event.progress)]]) }, []];
    }
    case 'ended': {
      const text = outcomeText(event.deployment, paint);
      return [{ ...progress, running: new Map() }, text.trimEnd().split('\n')];
    }
  }
};

/** What goes on at this moment, on one line of a terminal: `web-1 n2 pull-image 12 MiB of 40 MiB`. Pure. */
export const nowLine = ({ running }: Progress): string =>
  [...running].map(([step, news]) => (news === '' ? step : `${step} ${news}`)).join(' | ');
