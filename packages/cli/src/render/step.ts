import type { DeploymentStep } from '@restow/shared/domain/deployment';
import { none } from './words.ts';

/** The longest name a step has, `announce-endpoint`. */
const nameWidth = 17;

export interface StepWidths {
  slot: number;
  node: number;
}

export const noWidths: StepWidths = { slot: 5, node: 2 };

export const widen = (widths: StepWidths, { slotName, nodeName }: Pick<DeploymentStep, 'slotName' | 'nodeName'>) => ({
  slot: Math.max(widths.slot, slotName?.length ?? 0),
  node: Math.max(widths.node, nodeName?.length ?? 0),
});

/** The detail without the "web-1 on n2, take: " that an order's failure begins with; the columns say that already. */
const withoutPlace = ({ detail, slotName, nodeName, name }: DeploymentStep): string => {
  const place = `${slotName} on ${nodeName}, ${name}: `;
  return detail.startsWith(place) ? detail.slice(place.length) : detail;
};

const stepState = (step: DeploymentStep): string => {
  const detail = withoutPlace(step);
  if (step.state === 'failed') return detail === '' ? 'failed' : `failed: ${detail}`;
  return step.state === 'running' ? 'running' : detail || 'done';
};

/** `web-1  n2  take               started, healthy after 0.6 s`, and further lines where the detail has them. Pure. */
export const stepText = (step: DeploymentStep, widths: StepWidths): string =>
  [
    (step.slotName ?? none).padEnd(widths.slot),
    (step.nodeName ?? none).padEnd(widths.node),
    step.name.padEnd(nameWidth),
    stepState(step),
  ].join('  ');

/** Only its first line: what failed last says its last words at the end. Pure. */
export const stepLine = (step: DeploymentStep, widths: StepWidths): string => stepText(step, widths).split('\n')[0]!;
