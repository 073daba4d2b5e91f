import type { Clock } from '@restow/shared/base/clock';
import { messageOf } from '@restow/shared/base/errors';
import { slotOf } from '@restow/shared/domain/slot';
import type { Logger } from 'pino';
import type { ContainerEngine, InspectedInstance } from '../engine/container-engine.ts';
import { isEngineError } from '../engine/engine-error.ts';
import type { PublishedPorts } from '../swap/published-ports.ts';
import type { Retirements } from '../swap/retirements.ts';
import { nextPause } from './pauses.ts';
import { mayFollow, whatFollows } from './what-follows.ts';

/** What following needs. `between` does something to a slot between two of its orders. */
export interface EndingsParts {
  engine: Pick<ContainerEngine, 'find' | 'list' | 'start' | 'whyEnded'>;
  clock: Clock;
  ports: Pick<PublishedPorts, 'takeAway'>;
  retirements: Pick<Retirements, 'begin'>;
  between: <Value>(slotId: string, act: () => Promise<Value>) => Promise<Value>;
  log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Sees to what follows when an instance that serves ends by itself and its service does not say ALWAYS: it is started
 * again after a pause that grows, or removed once its last line is safe, or left as it is.
 *
 * Invariants:
 * 1. All that is needed is read from the engine, so an agent that starts anew goes on (`lookAtAll`); only the pauses
 *    begin anew then.
 * 2. An instance is started or removed between two orders of its slot, and only if it still serves at that moment: one
 *    that an order has stopped, drained or put aside stays so.
 * 3. Of one instance one ending is followed at a time.
 */
export class Endings {
  readonly #parts: EndingsParts;
  readonly #closing = new AbortController();
  readonly #followed = new Map<string, { over: Promise<void>; again: boolean }>();
  /** The pause before the last start of each that was started again. */
  readonly #paused = new Map<string, number>();
  #beforeRemoval: (instanceId: string) => Promise<void> = async () => undefined;

  constructor(parts: EndingsParts) {
    this.#parts = parts;
  }

  /** From now on `tell` is awaited before an instance is removed: how it ended is seen while it is there. */
  listen(tell: (instanceId: string) => Promise<void>): void {
    this.#beforeRemoval = tell;
  }

  /** This instance may have ended. */
  look(instanceId: string): void {
    const known = this.#followed.get(instanceId);
    if (known) known.again = true;
    else if (!this.#closing.signal.aborted) this.#begin(instanceId);
  }

  /** Any may have, while nobody looked. */
  async lookAtAll(): Promise<void> {
    for (const instance of await this.#parts.engine.list()) if (mayFollow(instance)) this.look(instance.instanceId);
  }

  /** Stops following; what waits for its next start is found by the next agent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#followed.values()].map(({ over }) => over));
  }

  #begin(instanceId: string): void {
    const following = { over: Promise.resolve(), again: false };
    this.#followed.set(instanceId, following);
    following.over = this.#follow(instanceId).then(() => {
      this.#followed.delete(instanceId);
      if (following.again) this.look(instanceId);
    });
  }

  /** Never rejects. What cannot be found out now is looked at again when the engine is back. */
  async #follow(instanceId: string): Promise<void> {
    const { engine, log } = this.#parts;
    try {
      const found = await engine.find(instanceId);
      if (!found?.serving) this.#paused.delete(instanceId);
      if (!found || !mayFollow(found)) return;
      const following = whatFollows(found, await engine.whyEnded(found.containerId));
      if (following === 'restart') await this.#restart(found);
      else this.#paused.delete(instanceId);
      if (following === 'destroy') await this.#destroy(found);
    } catch (error) {
      // Of an engine that is away the watch tells, once for all.
      if (this.#closing.signal.aborted || isEngineError(error, 'engine-unavailable')) return;
      log.warn({ err: error, instanceId }, 'what follows the end of an instance failed');
    }
  }

  /** Until it runs again, or nobody wants that any more. */
  async #restart(ended: InspectedInstance): Promise<void> {
    const { engine, clock, log } = this.#parts;
    const { instanceId, containerName, exitCode } = ended;
    const { signal } = this.#closing;
    let ranMs = Math.max(0, (ended.finishedAt ?? 0) - (ended.startedAt ?? 0));
    for (let told = false; ; ) {
      const pauseMs = nextPause(this.#paused.get(instanceId) ?? null, ranMs);
      this.#paused.set(instanceId, pauseMs);
      await clock.sleep(pauseMs, signal);
      try {
        await this.#whileItServes(ended, ({ containerId }) => engine.start(containerId));
        log.info({ instanceId, exitCode, pauseMs }, `${slotOf(ended)} (${containerName}) failed and is started again`);
        return;
      } catch (error) {
        // It will have ended with its engine, if at all.
        if (isEngineError(error, 'engine-unavailable', 'instance-missing')) throw error;
        if (!told)
          log.warn(
            { err: error, instanceId },
            `${containerName} cannot be started again (${messageOf(error)}); trying on`,
          );
        told = true;
        ranMs = 0;
      }
      if (!(await this.#isAsBefore(ended))) return;
    }
  }

  async #destroy(ended: InspectedInstance): Promise<void> {
    const { ports, retirements, log } = this.#parts;
    const { instanceId, containerName, exitCode } = ended;
    await this.#beforeRemoval(instanceId);
    await this.#whileItServes(ended, async (found) => {
      await ports.takeAway(found.ports ?? [], found.nodeAddress);
      // Its mark takes the place of the one that says it serves: whoever is killed before it finds all as it was.
      await retirements.begin(found);
      log.info(
        { instanceId, exitCode },
        `${slotOf(found)} (${containerName}) ended and is removed, as its service asks`,
      );
    });
  }

  /** Does it between two orders, unless one of them, or somebody else, has changed what was found. */
  #whileItServes(ended: InspectedInstance, act: (found: InspectedInstance) => Promise<void>): Promise<void> {
    return this.#parts.between(ended.slotId, async () => {
      this.#closing.signal.throwIfAborted();
      const found = await this.#isAsBefore(ended);
      if (found) await act(found);
    });
  }

  async #isAsBefore({ instanceId, finishedAt }: InspectedInstance): Promise<InspectedInstance | null> {
    const found = await this.#parts.engine.find(instanceId);
    return found && mayFollow(found) && found.finishedAt === finishedAt ? found : null;
  }
}
