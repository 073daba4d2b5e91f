import { type DeploymentState, hasEnded } from '@restow/shared/domain/deployment';
import type { DeploymentView } from '@restow/shared/domain/view';
import type { Look } from './look.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';
import { ago, imageLabel, none, seconds } from './words.ts';

export const stateColour = (state: DeploymentState, paint: Paint): string => {
  if (state === 'succeeded') return paint.good(state);
  return hasEnded(state) ? paint.bad(state) : state;
};

export const tookLabel = ({ startedAt, endedAt }: DeploymentView): string =>
  startedAt === null || endedAt === null ? none : seconds(endedAt - startedAt);

const reasonLabel = ({ reason }: DeploymentView, trunc: boolean): string => {
  const line = reason.split('\n')[0]!;
  return trunc && line.length > 60 ? `${line.slice(0, 57)}...` : line;
};

/** `deployment ls`. Pure. */
export const deploymentList = (deployments: DeploymentView[], look: Look): string =>
  table(
    ['NUMBER', 'SERVICE', 'KIND', 'STATE', 'REVISION', 'IMAGE', 'BY', 'ASKED', 'TOOK', 'REASON'],
    deployments.map((deployment) => [
      String(deployment.number),
      deployment.serviceName,
      deployment.kind,
      stateColour(deployment.state, look.paint),
      String(deployment.revisionNumber ?? none),
      imageLabel(deployment.plan?.image ?? null, look),
      deployment.requestedBy,
      ago(deployment.requestedAt, look.now),
      tookLabel(deployment),
      reasonLabel(deployment, look.trunc),
    ]),
  );
