import { backoffMs } from '@restow/shared/base/backoff';
import type { Clock } from '@restow/shared/base/clock';
import { messageOf } from '@restow/shared/base/errors';
import { Exclusive } from '@restow/shared/base/exclusive';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import type { Logger } from 'pino';
import type { ContainerEngine, InspectedInstance } from '../engine/container-engine.ts';
import type { HealthWatch } from '../health/health-watch.ts';
import { serves } from '../swap/ports.ts';
import type { NodeNames } from './agent-world.ts';

/** Changes come in flocks (create, start, health): they are gathered this long. Milliseconds. */
const gatherMs = 50;

/** Everything is looked at this often, whatever the events said. Milliseconds. */
const completeEveryMs = 60_000;

/** A container begins to write with these. */
const beginnings = ['create', 'start', 'restart', 'unpause'];

/** It ends with the first; with the second one that has ended may have come to serve. */
const endings = ['die', 'rename'];

export interface Observation {
  instances: ObservedInstance[];
  /** All there are, not only those that changed. */
  complete: boolean;
}

/**
 * Watches the engine for as long as the agent lives, session or none, and reports what it sees to whoever listens.
 * Looks are taken one after the other, so that what is reported last was seen last.
 */
export class EngineWatch {
  readonly #engine: ContainerEngine;
  readonly #health: Pick<HealthWatch, 'see' | 'seeAll' | 'gone'>;
  readonly #names: Pick<NodeNames, 'see' | 'seeAll' | 'gone'>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #onBegin: (instanceId: string) => void;
  readonly #onEnd: (instanceId: string) => void;
  readonly #onServing: (instanceId: string) => void;
  readonly #onEngineBack: () => Promise<void>;
  readonly #onMinute: () => Promise<void>;
  readonly #inOrder = new Exclusive();
  readonly #changed = new Set<string>();
  readonly #seen = new Map<string, ObservedInstance>();
  #gathering: Promise<void> | null = null;
  #report: ((observation: Observation) => void) | null = null;
  #awayBecause: string | null = null;

  /**
   * `onBegin`: a container was made or started. `onEnd`: one may have ended that serves. `onServing`: one that serves was started, by the engine's own policy most
   * likely. `onEngineBack`: the engine answers again after it was away. `onMinute`: time to look for what no event tells
   * of, session or none; it must not reject.
   */
  constructor(parts: {
    engine: ContainerEngine;
    health: Pick<HealthWatch, 'see' | 'seeAll' | 'gone'>;
    names: Pick<NodeNames, 'see' | 'seeAll' | 'gone'>;
    clock: Clock;
    log: Logger;
    onBegin: (instanceId: string) => void;
    onEnd: (instanceId: string) => void;
    onServing: (instanceId: string) => void;
    onEngineBack: () => Promise<void>;
    onMinute: () => Promise<void>;
  }) {
    this.#engine = parts.engine;
    this.#health = parts.health;
    this.#names = parts.names;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#onBegin = parts.onBegin;
    this.#onEnd = parts.onEnd;
    this.#onServing = parts.onServing;
    this.#onEngineBack = parts.onEngineBack;
    this.#onMinute = parts.onMinute;
  }

  /** All there is now to `begin`, and after it every change to `report`. */
  attach(begin: (instances: ObservedInstance[]) => void, report: (observation: Observation) => void): Promise<void> {
    return this.#inOrder.run(async () => {
      begin(await this.#lookAtAll());
      this.#report = report;
    });
  }

  detach(): void {
    this.#report = null;
  }

  /** Looks at one instance now and reports it. The engine may be away: then the change is reported when it is back. */
  async look(instanceId: string): Promise<void> {
    this.#changed.add(instanceId);
    await this.#lookAtChanged().catch((error: unknown) => this.#away(error));
  }

  /** Follows the engine's events until the signal is aborted. An engine that goes away is waited for. */
  async run(signal: AbortSignal): Promise<void> {
    const completely = this.#lookNowAndThen(signal);
    for (let attempt = 0; !signal.aborted; attempt++) {
      if (attempt > 0) await this.#clock.sleep(backoffMs(attempt), signal).catch(() => undefined);
      const over = new AbortController();
      try {
        const changes = this.#engine.changes(AbortSignal.any([signal, over.signal]));
        if (attempt > 0) await this.#back();
        attempt = 0;
        for await (const { instanceId, action } of changes) {
          if (beginnings.includes(action)) this.#onBegin(instanceId);
          if (endings.includes(action)) this.#onEnd(instanceId);
          this.#changed.add(instanceId);
          this.#gathering ??= this.#gather(signal);
        }
      } catch (error) {
        if (signal.aborted) break;
        this.#away(error);
      } finally {
        over.abort();
      }
    }
    await completely;
  }

  async #back(): Promise<void> {
    await this.#onEngineBack();
    await this.#inOrder.run(async () => this.#report?.({ instances: await this.#lookAtAll(), complete: true }));
    this.#log.info('the engine is back');
    this.#awayBecause = null;
  }

  /** Said once for each cause, not once for each attempt. */
  #away(error: unknown): void {
    if (messageOf(error) === this.#awayBecause) return;
    this.#awayBecause = messageOf(error);
    this.#log.warn({ err: error }, 'the engine cannot be observed; trying on');
  }

  async #gather(signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(gatherMs, signal).catch(() => undefined);
    this.#gathering = null;
    await this.#lookAtChanged().catch((error: unknown) => this.#away(error));
  }

  async #lookNowAndThen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(completeEveryMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.#onMinute();
      if (!this.#report) continue;
      await this.#inOrder
        .run(async () => this.#report?.({ instances: await this.#lookAtAll(), complete: true }))
        .catch((error: unknown) => this.#away(error));
    }
  }

  #lookAtChanged(): Promise<void> {
    return this.#inOrder.run(async () => {
      // What changes from here on is looked at again: the answer may be older than the change.
      const changed = [...this.#changed];
      this.#changed.clear();
      const looked = await Promise.allSettled(changed.map((instanceId) => this.#engine.find(instanceId)));
      const instances: ObservedInstance[] = [];
      let failure: PromiseRejectedResult | null = null;
      for (const [at, look] of looked.entries()) {
        const instanceId = changed[at]!;
        if (look.status === 'rejected') {
          this.#changed.add(instanceId);
          failure ??= look;
          continue;
        }
        const instance = this.#seenNow(instanceId, look.value);
        if (instance) instances.push(instance);
      }
      if (instances.length > 0) this.#report?.({ instances, complete: false });
      if (failure) throw failure.reason;
    });
  }

  /** What is to be told of an instance that was just looked at; `null` of one that nobody was ever told of. */
  #seenNow(instanceId: string, found: InspectedInstance | null): ObservedInstance | null {
    const before = this.#seen.get(instanceId);
    if (!found) {
      this.#health.gone(instanceId);
      this.#names.gone(instanceId);
      this.#seen.delete(instanceId);
      return before ? { ...before, state: 'gone' } : null;
    }
    if (found.state === 'running' && serves(found) && found.startedAt !== before?.startedAt)
      this.#onServing(instanceId);
    this.#names.see(found);
    const instance = this.#observed(found);
    this.#seen.set(instanceId, instance);
    return instance;
  }

  async #lookAtAll(): Promise<ObservedInstance[]> {
    const all = await this.#engine.list();
    this.#health.seeAll(all);
    this.#names.seeAll(all);
    const instances = all.map((found) => this.#observed(found));
    this.#seen.clear();
    for (const instance of instances) this.#seen.set(instance.instanceId, instance);
    return instances;
  }

  /** Only what the coordinator is told. */
  #observed(found: InspectedInstance): ObservedInstance {
    return {
      instanceId: found.instanceId,
      containerId: found.containerId,
      containerName: found.containerName,
      serviceId: found.serviceId,
      slotId: found.slotId,
      revisionId: found.revisionId,
      deploymentId: found.deploymentId,
      nodeId: found.nodeId,
      state: found.state,
      health: this.#health.see(found),
      exitCode: found.exitCode,
      startedAt: found.startedAt,
      finishedAt: found.finishedAt,
    };
  }
}
