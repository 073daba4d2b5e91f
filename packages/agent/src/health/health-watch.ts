import type { Clock } from '@restow/shared/base/clock';
import { type InstanceHealth, slotOf } from '@restow/shared/domain/slot';
import type { Logger } from 'pino';
import type { InspectedInstance } from '../engine/container-engine.ts';
import { type AgentsCheck, type Timing, timingOf } from './checks.ts';
import type { HealthProbe, Probed } from './health-probe.ts';
import { probedAt } from './probed-at.ts';
import { healthy, judge, type Standing, starting } from './verdict.ts';

/** One that has not been healthy yet is looked at as often as this, or oftener. Milliseconds. */
const startingPaceMs = 1000;

/** One run of one container: after a restart everything begins anew. */
interface Watched {
  containerId: string;
  name: string;
  startedAt: number;
  address: string;
  check: AgentsCheck;
  timing: Timing;
  standing: Standing;
  stop: AbortController;
  over: Promise<void>;
}

/**
 * Goes on looking at instances whose check the agent makes, from the moment they serve until they end. It knows what it
 * looks at from what is seen of the engine, so it begins anew by itself after an agent was killed.
 *
 * Looks are spread over the interval. Each instance has one timer, and none is there where nothing is to be looked at.
 */
export class HealthWatch {
  readonly #probe: HealthProbe;
  readonly #clock: Clock;
  readonly #log: Pick<Logger, 'info' | 'warn'>;
  readonly #random: () => number;
  readonly #watched = new Map<string, Watched>();
  #onChange: (instanceId: string) => void = () => undefined;

  /** `random`: from 0 to 1. */
  constructor(parts: {
    probe: HealthProbe;
    clock: Clock;
    log: Pick<Logger, 'info' | 'warn'>;
    random?: () => number;
  }) {
    this.#probe = parts.probe;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#random = parts.random ?? Math.random;
  }

  /** From now on `onChange` is called whenever the health of an instance has become another. */
  listen(onChange: (instanceId: string) => void): void {
    this.#onChange = onChange;
  }

  /**
   * The health of an instance that was just seen: the engine's verdict, or ours. One that serves is looked at from now
   * on; one that was only started is whatever the order says that waits for it (`passed`).
   */
  see(found: InspectedInstance): InstanceHealth {
    if (found.check === null) return found.health;
    const { instanceId } = found;
    const known = this.#watched.get(instanceId);
    if (known && isRunOf(known, found)) return known.standing.health;
    this.#end(instanceId);
    if (found.state !== 'running') return 'none';
    if (found.serving) this.#begin(found, starting, (timing) => Math.min(timing.intervalMs, startingPaceMs));
    return 'starting';
  }

  /** It is not there any more. */
  gone(instanceId: string): void {
    this.#end(instanceId);
  }

  /** These are all there are. */
  seeAll(found: readonly InspectedInstance[]): void {
    const there = new Set(found.map(({ instanceId }) => instanceId));
    for (const instanceId of [...this.#watched.keys()]) if (!there.has(instanceId)) this.#end(instanceId);
  }

  /** An order that waited for it has seen it pass its check. */
  passed(found: InspectedInstance): void {
    const known = this.#watched.get(found.instanceId);
    if (known && isRunOf(known, found)) known.standing = healthy;
    else {
      this.#end(found.instanceId);
      this.#begin(found, healthy, (timing) => timing.intervalMs);
    }
  }

  /** Stops looking at everything. */
  async close(): Promise<void> {
    const watched = [...this.#watched.values()];
    for (const instanceId of [...this.#watched.keys()]) this.#end(instanceId);
    await Promise.all(watched.map(({ over }) => over));
  }

  #begin(found: InspectedInstance, standing: Standing, firstWithin: (timing: Timing) => number): void {
    const { instanceId, containerId, startedAt, check } = found;
    const address = probedAt(found);
    if (check === null || startedAt === null || address === null) return;
    const timing = timingOf(check.check, check.timing);
    const watched: Watched = {
      ...{ containerId, startedAt, address, check: check.check, timing, standing },
      name: `${slotOf(found)} (${found.containerName})`,
      stop: new AbortController(),
      over: Promise.resolve(),
    };
    this.#watched.set(instanceId, watched);
    watched.over = this.#lookOn(instanceId, watched, this.#random() * firstWithin(timing));
  }

  #end(instanceId: string): void {
    this.#watched.get(instanceId)?.stop.abort();
    this.#watched.delete(instanceId);
  }

  /** Never rejects: ends when it is stopped. */
  async #lookOn(instanceId: string, watched: Watched, firstAfterMs: number): Promise<void> {
    const { check, address, timing, startedAt } = watched;
    const { signal } = watched.stop;
    for (let waitMs = firstAfterMs; ; ) {
      await this.#clock.sleep(waitMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      const begun = this.#clock.now();
      const probed = await this.#probe.look(check, address, timing.timeoutMs, signal);
      if (signal.aborted) return;
      const before = watched.standing;
      watched.standing = judge(before, probed.ok, this.#clock.now() - startedAt, timing);
      if (watched.standing.health !== before.health) this.#tell(instanceId, watched, probed);
      const paceMs =
        watched.standing.health === 'starting' ? Math.min(timing.intervalMs, startingPaceMs) : timing.intervalMs;
      waitMs = Math.max(0, paceMs - (this.#clock.now() - begun));
    }
  }

  #tell(instanceId: string, { name, standing }: Watched, probed: Probed): void {
    if (probed.ok) this.#log.info({ instanceId }, `${name} is ${standing.health}`);
    else this.#log.warn({ instanceId }, `${name} is ${standing.health}: ${probed.because}`);
    this.#onChange(instanceId);
  }
}

const isRunOf = (watched: Watched, found: InspectedInstance): boolean =>
  found.state === 'running' && found.containerId === watched.containerId && found.startedAt === watched.startedAt;
