import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { Store } from '../ports/store.ts';

/** What a swap took, in milliseconds. */
export interface SwapTimes {
  drainMs: number;
  takeMs: number;
  /** Start-first: from the moment the old one was asked to let go of the address until the new one had it. */
  changeMs?: number;
}

/** From the beginning of the first step to the end of the last, where both were done. */
const between = (first: DeploymentStep | undefined, last: DeploymentStep | undefined): number | null =>
  first?.state === 'done' && last?.state === 'done' && last.endedAt !== null ? last.endedAt - first.startedAt : null;

/** Pairs each slot's drain with its take, and its letting go of the address with the having of it; the last ones count. Pure. */
export const swapTimes = (steps: DeploymentStep[], minRunningMs: number): SwapTimes[] => {
  const slots = [...new Set(steps.map((step) => step.slotName))];
  return slots.flatMap((slotName) => {
    const find = (name: string) =>
      steps.findLast((step) => step.slotName === slotName && step.name === name && step.phase === 'handover');
    const drainMs = between(find('drain'), find('drain'));
    const takeMs = between(find('take'), find('take'));
    if (drainMs === null || takeMs === null) return [];
    const changeMs = between(find('open'), find('flip'));
    return [
      {
        drainMs,
        // An instance without a health check is only waited for while it already answers.
        takeMs: Math.max(0, takeMs - minRunningMs),
        ...(changeMs === null ? {} : { changeMs }),
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
