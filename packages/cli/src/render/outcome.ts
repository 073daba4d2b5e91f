import type { DeploymentState } from '@restow/shared/domain/deployment';
import type { DeploymentView } from '@restow/shared/domain/view';
import type { Paint } from './paint.ts';
import { indent } from './table.ts';
import { counted, imageLabel, seconds } from './words.ts';

const words: Record<DeploymentState, string> = {
  queued: 'is queued',
  planning: 'is being planned',
  preparing: 'is being prepared',
  rolling: 'is under way',
  watching: 'is being watched',
  paused: 'is paused',
  undoing: 'is being rolled back',
  succeeded: 'succeeded',
  undone: 'was rolled back',
  refused: 'was refused',
  failed: 'failed',
  superseded: 'was superseded',
};

const what = ({ kind, serviceName, plan, revisionNumber }: DeploymentView): string => {
  if (kind === 'remove') return `: ${serviceName} is gone`;
  if (!plan) return '';
  if (plan.scale)
    return `: ${counted(plan.scale.to, 'slot')}${plan.scale.from === plan.scale.to ? ', as before' : ` (${plan.scale.from} before)`}`;
  const slots = counted(plan.swaps.length, 'slot');
  return `: ${slots} on revision ${revisionNumber ?? plan.revisionNumber}, ${imageLabel(plan.image, { trunc: true })}`;
};

const took = ({ startedAt, endedAt }: DeploymentView): string =>
  startedAt === null || endedAt === null ? '' : ` after ${seconds(endedAt - startedAt)}`;

/** What a person may say to a deployment that is paused. */
const wordsOn = (number: number): string =>
  `\`restow deployment resume ${number}\` goes on, \`restow deployment rollback ${number}\` goes back.\n`;

/** The reason without the words it begins with for the record, which the head of the outcome has said. */
const withoutVerdict = (reason: string): string =>
  reason.replace(/^(Rolled back|Refused while preparing, nothing that runs was touched)\. /, '');

/** How a deployment ended, and why: one line, and the reason with the last words of what failed. Pure. */
export const outcomeText = (deployment: DeploymentView, paint: Paint): string => {
  const { serviceName, number, state, reason } = deployment;
  const head = `${serviceName}: deployment ${number} `;
  const why = reason === '' ? '' : indent(`${withoutVerdict(reason).trimEnd()}\n`);
  if (state === 'succeeded') return `${head}${paint.good(words[state])}${took(deployment)}${what(deployment)}\n${why}`;
  const untouched = state === 'refused' ? '; nothing that runs was touched' : '';
  const next = state === 'paused' ? indent(wordsOn(number)) : '';
  return `${head}${paint.bad(words[state])}${took(deployment)}${untouched}\n${why}${next}`;
};
