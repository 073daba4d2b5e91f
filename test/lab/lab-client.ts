import { readFileSync } from 'node:fs';
import type { Lab } from '@restow/lab/lab';
import type { DeploymentEvent, DeploymentView } from '@restow/shared/domain/view';
import { RestowClient } from '@restow/shared/rpc/restow-client';

/** The API itself, for what the command line cannot say. To be closed. */
export const clientOf = ({ env }: Pick<Lab, 'env'>): RestowClient =>
  new RestowClient({ address: env.RESTOW_HOST!, token: readFileSync(env.RESTOW_TOKEN_FILE!, 'utf8').trim() });

/** How a deployment ended, when it has; or that it is paused. */
export const endOf = async (events: AsyncIterable<DeploymentEvent>): Promise<DeploymentView> => {
  for await (const event of events) if (event.kind === 'ended') return event.deployment;
  throw new Error('The deployment was followed and never ended.');
};
