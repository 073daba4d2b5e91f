import { Inbox } from '@restow/shared/base/inbox';
import { type Deployment, type DeploymentStep, isAtRest } from '@restow/shared/domain/deployment';
import type { DeploymentEvent, DeploymentView } from '@restow/shared/domain/view';
import type { News } from '../ports/announcer.ts';
import type { World } from '../world.ts';

/** A deployment with its steps and the number of its revision. */
export const viewDeployment = async (
  { store }: Pick<World, 'store'>,
  deployment: Deployment,
): Promise<DeploymentView> => {
  const revision = deployment.revisionId ? await store.revisions.get(deployment.revisionId) : null;
  return {
    ...deployment,
    revisionNumber: revision?.number ?? null,
    steps: await store.deployments.steps(deployment.id),
  };
};

const isOf = (news: News, deploymentId: string): boolean =>
  (news.kind === 'deployment' && news.deployment.id === deploymentId) ||
  (news.kind === 'step' && news.step.deploymentId === deploymentId) ||
  (news.kind === 'progress' && news.deploymentId === deploymentId);

/** Told already, or overtaken by what was told. A step that is repeated after a restart starts anew. */
const isOld = (step: DeploymentStep, told: DeploymentStep | undefined): boolean =>
  told !== undefined &&
  (step.startedAt < told.startedAt ||
    (step.startedAt === told.startedAt && (step.state === told.state || told.state !== 'running')));

/**
 * All that happened to a deployment so far, then what happens, until it has ended or is paused: `accepted` first,
 * `ended` last, every step once for each of its states. Leaving the loop stops nothing but the telling.
 */
export async function* followDeployment(
  world: Pick<World, 'store' | 'announcer'>,
  deploymentId: string,
  signal: AbortSignal,
): AsyncGenerator<DeploymentEvent, void, undefined> {
  const inbox = new Inbox<News>();
  // Listening before reading: what happens in between is in both, and told once.
  const stopListening = world.announcer.listen((news) => {
    if (isOf(news, deploymentId)) inbox.put(news);
  });
  const hangUp = () => inbox.close();
  if (signal.aborted) hangUp();
  signal.addEventListener('abort', hangUp, { once: true });
  try {
    const found = await world.store.deployments.get(deploymentId);
    if (!found) return;
    const view = await viewDeployment(world, found);
    const told = new Map<number, DeploymentStep>();
    let state = found.state;
    yield { kind: 'accepted', deployment: view };
    for (const step of view.steps) {
      told.set(step.seq, step);
      yield { kind: 'step', step };
    }
    if (isAtRest(found.state)) return yield { kind: 'ended', deployment: view };
    for await (const news of inbox) {
      if (news.kind === 'progress') yield news;
      else if (news.kind === 'step') {
        if (isOld(news.step, told.get(news.step.seq))) continue;
        told.set(news.step.seq, news.step);
        yield { kind: 'step', step: news.step };
      } else if (news.kind === 'deployment' && news.deployment.state !== state) {
        state = news.deployment.state;
        const deployment = await viewDeployment(world, news.deployment);
        if (isAtRest(state)) return yield { kind: 'ended', deployment };
        yield { kind: 'state', deployment };
      }
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', hangUp);
  }
}
