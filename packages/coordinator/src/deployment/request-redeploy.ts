import { RestowError } from '@restow/shared/base/errors';
import { type Deployment, type DeploymentKind, type RedeployOptions, underWay } from '@restow/shared/domain/deployment';
import { referenceTo, type Service } from '@restow/shared/domain/service';
import type { World } from '../world.ts';
import type { ServiceQueues } from './service-queues.ts';
import { supersedePaused, supersedeWaiting } from './supersede.ts';

export interface RedeployRequest {
  service: Service;
  kind: DeploymentKind;
  options: RedeployOptions;
  /** Who asked, for the record. */
  requestedBy: string;
}

/**
 * Queues behind whatever runs for this service and records the deployment; it is durable when this resolves. A request
 * that finds another one still waiting takes its place when both want the same, else supersedes it, and one that is
 * paused in any case: the newest definition wins, and none is lost. A scale supersedes scales alone, and is superseded by
 * them and by a removal: its number is nowhere else. Throws `busy` when something runs and the caller asked not to queue.
 */
export const requestRedeploy = async (
  world: World,
  queues: ServiceQueues,
  { service, kind, options, requestedBy }: RedeployRequest,
): Promise<Deployment> =>
  queues.admit(service.id, async () => {
    const { store } = world;
    const running = await store.deployments.list({ serviceId: service.id, states: underWay, limit: 1 });
    const waiting = await store.deployments.list({ serviceId: service.id, states: ['queued'] });
    const ahead = running[0] ?? waiting[0];
    if (ahead && options.noQueue)
      throw new RestowError(
        'busy',
        `${referenceTo(service)} is busy with deployment ${ahead.number} (${ahead.state}); ask again when it has ended, or without --no-queue.`,
      );

    const same = waiting.find((other) => other.kind === kind && sameOptions(other.options, options));
    if (same) return same;

    const deployment = await store.deployments.add({
      id: world.newId(),
      kind,
      serviceId: service.id,
      serviceName: referenceTo(service),
      revisionId: null,
      state: 'queued',
      reason: ahead ? `Waits for deployment ${ahead.number} of ${referenceTo(service)}.` : '',
      code: null,
      requestedBy,
      options,
      plan: null,
      requestedAt: world.clock.now(),
      startedAt: null,
      endedAt: null,
    });
    world.announcer.announce({ kind: 'deployment', deployment });
    queues.enqueue(service.id, deployment.id);
    for (const other of waiting.filter((waited) => isReplacedBy(waited.kind, kind)))
      await supersedeWaiting(world, other, deployment);
    await supersedePaused(world, deployment);
    return deployment;
  });

const isReplacedBy = (waiting: DeploymentKind, newer: DeploymentKind): boolean =>
  waiting !== 'remove' && (newer === 'remove' || (waiting === 'scale') === (newer === 'scale'));

const sameOptions = (a: RedeployOptions, b: RedeployOptions): boolean =>
  a.reuseVolumes === b.reuseVolumes && a.order === b.order && a.scaleTo === b.scaleTo;
