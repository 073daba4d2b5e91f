import type { Clock } from '@restow/shared/base/clock';
import { underWay } from '@restow/shared/domain/deployment';
import type { Node } from '@restow/shared/domain/node';
import type { Service } from '@restow/shared/domain/service';
import type { Slot } from '@restow/shared/domain/slot';
import type { Logger } from 'pino';
import type { Announcer, News } from '../ports/announcer.ts';
import type { Store } from '../ports/store.ts';
import { hasFixedPort, type NameRecords, sameNames, type Zone, type ZoneSettings, zoneOf } from './zone-of.ts';

/** An agent that is started anew, and one whose coordinator is, is back sooner; its containers ran on. Milliseconds. */
const awayAfterMs = 10_000;
/** Between two looks at the store, and so many times as long as the last one took: a look is no burden. Milliseconds. */
const restMs = 20;
const restTimes = 9;
/** After a look that failed. Milliseconds. */
const againMs = 1000;

const serialKey = 'zone-serial';

/**
 * The zone as it is now. It is computed anew from the store when there is news of what it tells, never for a question.
 * Its serial is durable before anybody sees it, so that it grows through restarts too.
 */
export class LiveZone {
  readonly #store: Store;
  readonly #announcer: Announcer;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #settings: ZoneSettings;
  readonly #stop = new AbortController();
  readonly #running = new Set<string>();
  readonly #deploying = new Map<string, Set<string>>();
  /** Of each revision, which never changes. */
  readonly #fixed = new Map<string, boolean>();
  #current: Zone;
  #hasNews = true;
  #looking: Promise<void> | null = null;
  /** Aborted when the moment at which a node would count as away is looked for anew. */
  #watching = new AbortController();

  constructor(parts: { store: Store; announcer: Announcer; clock: Clock; log: Logger; settings: ZoneSettings }) {
    this.#store = parts.store;
    this.#announcer = parts.announcer;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#settings = parts.settings;
    this.#current = { ...parts.settings, serial: 0, names: new Map() };
  }

  get current(): Zone {
    return this.#current;
  }

  /** The zone is current when this resolves, and follows the news from then on. To be called before there is any. */
  async open(): Promise<void> {
    for (const instance of await this.#store.instances.list())
      if (instance.state === 'running') this.#running.add(instance.instanceId);
    for (const { id, serviceId } of await this.#store.deployments.list({ states: underWay }))
      this.#ofService(serviceId).add(id);
    this.#stop.signal.addEventListener(
      'abort',
      this.#announcer.listen((news) => this.#heard(news)),
      { once: true },
    );
    await this.#look();
  }

  /** Hears of nothing more. Resolves when the store is not read any more. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#watching.abort();
    await this.#looking;
  }

  #ofService(serviceId: string): Set<string> {
    const known = this.#deploying.get(serviceId) ?? new Set();
    this.#deploying.set(serviceId, known);
    return known;
  }

  #heard(news: News): void {
    if (this.#takesIn(news)) this.#lookSoon();
  }

  /** True when names may say something else from now on. */
  #takesIn(news: News): boolean {
    if (news.kind === 'instance') {
      const { instanceId, state } = news.instance;
      const runs = state === 'running';
      if (this.#running.has(instanceId) === runs) return false;
      if (runs) this.#running.add(instanceId);
      else this.#running.delete(instanceId);
      return true;
    }
    if (news.kind === 'deployment') {
      const { id, serviceId, state } = news.deployment;
      const ofService = this.#ofService(serviceId);
      if (underWay.includes(state)) ofService.add(id);
      else ofService.delete(id);
      if (ofService.size === 0) this.#deploying.delete(serviceId);
      return true;
    }
    return news.kind === 'places' || news.kind === 'node';
  }

  #lookSoon(): void {
    this.#hasNews = true;
    this.#looking ??= this.#keepLooking().finally(() => {
      this.#looking = null;
      // Heard after the last look and before this.
      if (this.#hasNews && !this.#stop.signal.aborted) this.#lookSoon();
    });
  }

  /** One look at a time, and another one for what was heard meanwhile. */
  async #keepLooking(): Promise<void> {
    while (this.#hasNews && !this.#stop.signal.aborted) {
      const began = this.#clock.now();
      const wasSeen = await this.#look().then(
        () => true,
        (error: unknown) => {
          this.#log.error({ err: error }, 'the public zone could not be renewed; it is answered as it was');
          this.#hasNews = true;
          return false;
        },
      );
      const rest = wasSeen ? restMs + restTimes * (this.#clock.now() - began) : againMs;
      await this.#sleep(rest, this.#stop.signal);
    }
  }

  async #look(): Promise<void> {
    this.#hasNews = false;
    const slots = await this.#slots();
    const nodes = await this.#store.nodes.list();
    const now = this.#clock.now();
    const isAway = ({ unreachableSince }: Node) => unreachableSince !== null && now - unreachableSince >= awayAfterMs;
    const names = zoneOf(this.#settings, {
      slots,
      nodes,
      onFixedPorts: await this.#onFixedPorts(slots.map(({ slot }) => slot)),
      running: this.#running,
      away: new Set(nodes.filter(isAway).map(({ id }) => id)),
      deploying: new Set(this.#deploying.keys()),
    });
    await this.#publish(names);
    const nextMs = nodes.flatMap(({ unreachableSince: since }) =>
      since !== null && now - since < awayAfterMs ? [since + awayAfterMs - now] : [],
    );
    this.#lookAgainIn(nextMs.length > 0 ? Math.min(...nextMs) : null);
  }

  async #publish(names: ReadonlyMap<string, NameRecords>): Promise<void> {
    if (this.#current.serial > 0 && sameNames(names, this.#current.names)) return;
    const { settings } = this.#store;
    const serial = Number((await settings.get(serialKey)) ?? 0) + 1;
    await settings.set(serialKey, String(serial));
    this.#current = { ...this.#settings, serial, names };
  }

  async #slots(): Promise<{ slot: Slot; service: Service }[]> {
    const { slots, services } = this.#store;
    const living = await slots.list();
    const known = new Map((await services.list()).map((service) => [service.id, service]));
    // A service being removed is not listed any more while its last slots go.
    for (const { serviceId } of living) {
      const service = known.has(serviceId) ? null : await services.get(serviceId);
      if (service) known.set(serviceId, service);
    }
    return living.flatMap((slot) => {
      const service = known.get(slot.serviceId);
      return service ? [{ slot, service }] : [];
    });
  }

  async #onFixedPorts(slots: readonly Slot[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (const id of new Set(slots.flatMap(({ desired }) => desired?.revisionId ?? []))) {
      const revision = this.#fixed.has(id) ? null : await this.#store.revisions.get(id);
      if (revision) this.#fixed.set(id, hasFixedPort(revision.definition));
      if (this.#fixed.get(id)) found.add(id);
    }
    return found;
  }

  /** A node that stays away counts as away at a moment of which nobody brings news. */
  #lookAgainIn(ms: number | null): void {
    this.#watching.abort();
    this.#watching = new AbortController();
    const { signal } = this.#watching;
    if (ms === null || this.#stop.signal.aborted) return;
    void this.#sleep(ms, signal).then(() => {
      if (!signal.aborted) this.#lookSoon();
    });
  }

  /** Resolves when the time is over or the signal is aborted. */
  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
