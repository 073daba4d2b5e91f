import type { Clock } from '@restow/shared/base/clock';
import type { ContainerEngine, InspectedInstance } from '../engine/container-engine.ts';
import type { LogShipper } from '../logs/log-shipper.ts';

/** How long a retirement may hold its order up, for logs that are as good as shipped. Milliseconds. */
const patienceMs = 250;

/** Pause before a removal that failed is tried again. Milliseconds. */
const retryMs = 5000;

/**
 * Removes instances that were retired, each as soon as its last log line is acknowledged.
 *
 * Invariants:
 * 1. What is to go is marked on the engine first, so an agent that starts anew finds it (`resume`).
 * 2. For one instance at most one removal is under way.
 * 3. No container is removed while it runs or before its lines are safe.
 */
export class Retirements {
  readonly #engine: ContainerEngine;
  readonly #logs: LogShipper;
  readonly #clock: Clock;
  readonly #onTrouble: (message: string, cause: unknown) => void;
  readonly #pending = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();

  /** `onTrouble` is told when a removal fails; it is tried again all the same. */
  constructor(
    deps: { engine: ContainerEngine; logs: LogShipper; clock: Clock },
    onTrouble: (message: string, cause: unknown) => void,
  ) {
    this.#engine = deps.engine;
    this.#logs = deps.logs;
    this.#clock = deps.clock;
    this.#onTrouble = onTrouble;
  }

  /** Resolves with whether it is gone already; otherwise it goes when its lines are safe. */
  async begin(instance: InspectedInstance): Promise<{ removedNow: boolean }> {
    await this.#engine.markRetired(instance.containerId);
    const removal = this.#removal(instance);
    const enough = new AbortController();
    const patience = this.#clock.sleep(patienceMs, enough.signal);
    const removedNow = await Promise.race([removal.then(() => true), patience.then(() => false)]);
    enough.abort();
    return { removedNow };
  }

  /** Goes on with what an agent before this one was told to remove. To be called once, when the agent starts. */
  async resume(): Promise<void> {
    for (const instance of await this.#engine.list()) if (instance.retired) void this.#removal(instance);
  }

  /** Stops waiting. What is not removed yet stays marked. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#pending.values());
  }

  #removal(instance: InspectedInstance): Promise<void> {
    const { instanceId } = instance;
    const known = this.#pending.get(instanceId);
    if (known) return known;
    const removal = this.#remove(instance).finally(() => this.#pending.delete(instanceId));
    this.#pending.set(instanceId, removal);
    return removal;
  }

  /** Never rejects: it ends when the container is gone, or when we close. */
  async #remove({ instanceId, containerId, containerName, startedAt }: InspectedInstance): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        if (startedAt !== null) await this.#logs.whenShipped(instanceId, signal);
        await this.#engine.remove(containerId);
        return;
      } catch (cause) {
        if (signal.aborted) return;
        this.#onTrouble(
          `Container ${containerName} could not be removed; it is tried again in ${retryMs / 1000} s`,
          cause,
        );
        await this.#clock.sleep(retryMs, signal).catch(() => undefined);
      }
    }
  }
}
