import { messageOf } from '@restow/shared/base/errors';
import { Exclusive } from '@restow/shared/base/exclusive';
import { hasEnded } from '@restow/shared/domain/deployment';
import type { World } from '../world.ts';
import { moveDeployment } from './move-deployment.ts';
import { removeService } from './remove-service.ts';
import { runDeployment } from './run-deployment.ts';
import { supersedePaused } from './supersede.ts';

/**
 * Runs deployments, one at a time for each service, in the order they were recorded.
 *
 * Invariants:
 * - Of one service at most one deployment is under way; services do not wait for each other. One that is paused is not
 *   under way: its turn is over until a person takes it up again.
 * - What is queued is in the store first; this only remembers whose turn it is. A lost queue is read from there.
 * - `admit` is exclusive for a service, so two requests never both believe they are first. It must not await a
 *   deployment's end, or it waits for itself.
 */
export class ServiceQueues {
  readonly #world: World;
  readonly #signal: AbortSignal;
  readonly #ready: Promise<void>;
  readonly #turns = new Map<string, Promise<void>>();
  readonly #doors = new Map<string, Exclusive>();
  readonly #replanning = new Exclusive();

  /** No turn comes before `ready`, which must not reject. */
  constructor(world: World, signal: AbortSignal, ready: Promise<void> = Promise.resolve()) {
    this.#world = world;
    this.#signal = signal;
    this.#ready = ready;
  }

  /** Runs `work` when no other admission of this service is under way. */
  admit<T>(serviceId: string, work: () => Promise<T>): Promise<T> {
    const door = this.#doors.get(serviceId) ?? new Exclusive();
    this.#doors.set(serviceId, door);
    return door.run(work);
  }

  /** The recorded deployment runs when those before it have ended. */
  enqueue(serviceId: string, deploymentId: string): void {
    this.inTurn(serviceId, () => this.#run(deploymentId)).catch((error) =>
      this.#world.log.error({ err: error, deploymentId }, 'the end of a deployment could not be recorded'),
    );
  }

  /**
   * Runs `work` when everything enqueued for the service before has ended, and nothing of the service beside it. What
   * has not begun at shutdown never does.
   */
  inTurn(serviceId: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const before = this.#turns.get(serviceId) ?? this.#ready;
    const mine = before.then(() => (this.#signal.aborted ? undefined : work(this.#signal)));
    // Whoever asked for the turn hears of its failure; the next in line only waits for its end.
    this.#turns.set(
      serviceId,
      mine.catch(() => undefined),
    );
    return mine;
  }

  /** Resolves when everything enqueued so far has ended or was stopped by shutdown. */
  async idle(): Promise<void> {
    await Promise.all(this.#turns.values());
  }

  async #run(deploymentId: string): Promise<void> {
    const { store, log } = this.#world;
    try {
      const deployment = await store.deployments.get(deploymentId);
      if (!deployment || hasEnded(deployment.state)) return;
      if (deployment.state === 'queued') await supersedePaused(this.#world, deployment);
      if (deployment.kind === 'remove') await removeService(this.#world, deployment, this.#signal);
      else await runDeployment(this.#world, deployment, this.#replanning, this.#signal);
    } catch (error) {
      if (this.#signal.aborted) return;
      // A bug or a broken store. The record must not stay open with nobody working on it.
      log.error({ err: error, deploymentId }, 'deployment broke');
      const deployment = await store.deployments.get(deploymentId);
      if (deployment && !hasEnded(deployment.state))
        await moveDeployment(this.#world, deployment, 'failed', {
          code: 'internal',
          reason: `The coordinator could not go on: ${messageOf(error)}`,
        });
    }
  }
}
