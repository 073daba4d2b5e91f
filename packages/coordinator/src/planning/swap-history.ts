import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { Store } from '../ports/store.ts';

/** What a swap took, in milliseconds. */
export interface SwapTimes {
  drainMs: number;
  takeMs: number;
}

const took = (step: DeploymentStep | undefined): number | null =>
  step?.state === 'done' && step.endedAt !== null ? step.endedAt - step.startedAt : null;

/** Pairs each slot's drain with its take; the last ones count. Pure. */
export const swapTimes = (steps: DeploymentStep[], minRunningMs: number): SwapTimes[] => {
  const slots = [...new Set(steps.map((step) => step.slotName))];
  return slots.flatMap((slotName) => {
    const find = (name: string) =>
      steps.findLast((step) => step.slotName === slotName && step.name === name && step.phase === 'handover');
    const drainMs = took(find('drain'));
    const takeMs = took(find('take'));
    if (drainMs === null || takeMs === null) return [];
    return [
      {
        drainMs,
        // An instance without a health check is only waited for while it already answers.
        takeMs: Math.max(0, takeMs - minRunningMs),
      },
    ];
  });
};

/** The last deployments of a service whose swaps tell how long the next will take. */
const remembered = 5;

/** Times of the service's last successful swaps, newest deployment first. */
export const swapHistory = async (store: Store, serviceId: string): Promise<SwapTimes[]> => {
  const deployments = await store.deployments.list({ serviceId, states: ['succeeded'], limit: remembered });
  const times: SwapTimes[] = [];
  for (const deployment of deployments) {
    const revision = deployment.revisionId ? await store.revisions.get(deployment.revisionId) : null;
    // Only where nothing but time makes it healthy is min_running part of the wait.
    const waited = revision?.definition.healthCheck.kind === 'image' ? revision.definition.update.minRunningMs : 0;
    times.push(...swapTimes(await store.deployments.steps(deployment.id), waited));
  }
  return times;
};
