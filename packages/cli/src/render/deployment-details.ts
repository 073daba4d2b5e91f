import type { RedeployOptions } from '@restow/shared/domain/deployment';
import type { DeploymentView } from '@restow/shared/domain/view';
import { stateColour, tookLabel } from './deployment-list.ts';
import type { Look } from './look.ts';
import { planText } from './plan.ts';
import { noWidths, stepText, widen } from './step.ts';
import { columns, indent } from './table.ts';
import { listed, moment, none } from './words.ts';

const asked = ({ reuseVolumes, order, noQueue }: RedeployOptions): string =>
  listed([
    ...(reuseVolumes ? [] : ['fresh volumes']),
    ...(order === null ? [] : [`order ${order}`]),
    ...(noQueue ? ['no queueing'] : []),
  ]);

/** `deployment inspect`, for people: what was asked, planned, done, and how it ended. Pure. */
export const deploymentDetails = (deployment: DeploymentView, look: Look): string => {
  const { paint } = look;
  const { serviceName, number, kind, state, reason, plan, steps } = deployment;
  const about = [
    ['id', deployment.id],
    ['asked', `${moment(deployment.requestedAt)} by ${deployment.requestedBy}`],
    ['options', asked(deployment.options)],
    ['revision', String(deployment.revisionNumber ?? none)],
    ['began', moment(deployment.startedAt)],
    ['ended', moment(deployment.endedAt)],
    ['took', tookLabel(deployment)],
  ];
  const widths = steps.reduce(widen, noWidths);
  return [
    `${paint.bold(`deployment ${number}`)}   ${kind} of ${serviceName}   ${stateColour(state, paint)}\n`,
    indent(columns(about)),
    ...(reason === '' ? [] : [`\nwhy\n${indent(`${reason.trimEnd()}\n`)}`]),
    ...(plan === null ? [] : [`\nplan\n${indent(planText(plan, look))}`]),
    ...(steps.length === 0
      ? []
      : [`\nsteps\n${indent(steps.map((step) => `${stepText(step, widths).replaceAll('\n', '\n  ')}\n`).join(''))}`]),
  ].join('');
};
