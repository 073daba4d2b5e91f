import type { Clock } from '@restow/shared/base/clock';
import { RestowError } from '@restow/shared/base/errors';
import { Exclusive } from '@restow/shared/base/exclusive';
import type { Node } from '@restow/shared/domain/node';
import type { Endpoint, EndpointTable } from '@restow/shared/domain/order';
import type { Service } from '@restow/shared/domain/service';
import type { Slot } from '@restow/shared/domain/slot';
import type { ToAgent } from '@restow/shared/rpc/gen/restow/v1/ToAgent';
import { endpointChangeMessages } from '@restow/shared/rpc/wire-agent';
import { changesBetween, type EndpointChanges } from '@restow/shared/rpc/wire-endpoints';
import type { Announcer } from '../ports/announcer.ts';
import type { Store } from '../ports/store.ts';
import { type DeployedAs, endpointsOf } from './endpoint-table.ts';
import type { Session } from './sessions.ts';

/** How long nodes may take to forward as the newest table says. Milliseconds. */
const applyWithinMs = 10_000;

const versionKey = 'endpoints-version';

/** One session that is told of the table, and how far it is. */
interface Follower {
  session: Session;
  applied: number;
  /** Why it does not forward as it should, as it last said. */
  error: string | null;
  onApplied: Set<() => void>;
}

/**
 * Publishes the endpoint table. It is computed from the store, numbered so that a newer one always has a greater
 * version (through restarts too: the version is durable before anybody sees it), and sent whole when a session opens
 * and as changes after that.
 */
export class Endpoints {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #announcer: Announcer;
  readonly #inOrder = new Exclusive();
  readonly #followers = new Map<Session, Follower>();
  /** Revisions never change, so each is read once. */
  readonly #revisions = new Map<string, DeployedAs>();
  /** `null` until this coordinator has computed its first. */
  #table: EndpointTable | null = null;
  /** What it holds, by slot. */
  #bySlot = new Map<string, Endpoint>();

  constructor({ store, clock, announcer }: { store: Store; clock: Clock; announcer: Announcer }) {
    this.#store = store;
    this.#clock = clock;
    this.#announcer = announcer;
  }

  /**
   * From now on the session is told of every change to the table this resolves with; the caller sends that one, before
   * it lets anything else happen (`welcome` is called with it at once).
   */
  follow(session: Session, welcome: (table: EndpointTable) => void): Promise<void> {
    return this.#inOrder.run(async () => {
      const table = await this.#renew();
      if (session.over.aborted) return;
      const follower: Follower = { session, applied: 0, error: null, onApplied: new Set() };
      this.#followers.set(session, follower);
      session.over.addEventListener('abort', () => this.#forget(follower), { once: true });
      welcome(table);
    });
  }

  /** A session says how far it is. */
  applied(session: Session, version: number, error: string | null): void {
    const follower = this.#followers.get(session);
    if (!follower) return;
    follower.error = error;
    if (error === null) follower.applied = Math.max(follower.applied, version);
    for (const look of [...follower.onApplied]) look();
  }

  /**
   * Computes the table anew, or of these slots alone, sends what changed, and resolves when every node with a session forwards as it says. Throws
   * `timeout` naming the nodes that did not within 10 s, and why where they said.
   */
  async announce(signal?: AbortSignal, slotIds?: readonly string[]): Promise<void> {
    try {
      await this.#tellAll(signal, slotIds);
    } finally {
      // Nodes and whoever asked first: others who look for where slots are read all of them.
      setImmediate(() => this.#announcer.announce({ kind: 'places' }));
    }
  }

  async #tellAll(signal?: AbortSignal, slotIds?: readonly string[]): Promise<void> {
    const { version } = await this.#inOrder.run(() => this.#renew(slotIds));
    const late = new Set([...this.#followers.values()].filter(({ applied }) => applied < version));
    if (late.size === 0) return;
    const done = new AbortController();
    const all = Promise.all(
      [...late].map(async (follower) => {
        await whenApplied(follower, version);
        late.delete(follower);
      }),
    );
    const patience = this.#clock
      .sleep(applyWithinMs, signal ? AbortSignal.any([signal, done.signal]) : done.signal)
      .then(() => {
        throw tooLate([...late]);
      });
    try {
      await Promise.race([all, patience]);
    } finally {
      done.abort();
    }
  }

  #forget(follower: Follower): void {
    this.#followers.delete(follower.session);
    for (const look of [...follower.onApplied]) look();
  }

  /**
   * Computes the table, or what these slots have in it; when it changed, numbers it and tells the followers. A cluster of
   * ten thousand slots is not read for the move of one.
   */
  async #renew(slotIds?: readonly string[]): Promise<EndpointTable> {
    const before = this.#table;
    const some = before && slotIds ? await this.#computeOf(slotIds) : null;
    // An address that another slot had goes to a new one only when that is gone, which was to be told first.
    const whole = some === null || this.#isTaken(some);
    const found = whole ? await this.#compute() : some;
    const held = whole ? (before?.endpoints ?? []) : slotIds!.flatMap((id) => this.#bySlot.get(id) ?? []);
    const { endpoints: changed, removedSlots } = changesBetween(
      { version: 0, endpoints: held },
      { version: 0, endpoints: found },
    );
    if (before && changed.length + removedSlots.length === 0) return before;
    const version = Number((await this.#store.settings.get(versionKey)) ?? 0) + 1;
    await this.#store.settings.set(versionKey, String(version));
    for (const endpoint of changed) this.#bySlot.set(endpoint.slotId, endpoint);
    for (const id of removedSlots) this.#bySlot.delete(id);
    this.#table = { version, endpoints: [...this.#bySlot.values()] };
    this.#tell({ version, endpoints: changed, removedSlots });
    return this.#table;
  }

  #isTaken(endpoints: readonly Endpoint[]): boolean {
    const addresses = new Map(endpoints.map(({ address, slotId }) => [address, slotId]));
    return [...this.#bySlot.values()].some(({ address, slotId }) => (addresses.get(address) ?? slotId) !== slotId);
  }

  async #compute(): Promise<Endpoint[]> {
    const { slots, services, nodes } = this.#store;
    const living = await slots.list();
    const known = new Map((await services.list()).map((service) => [service.id, service]));
    return this.#endpointsOf(living, known, await nodes.list());
  }

  async #computeOf(slotIds: readonly string[]): Promise<Endpoint[]> {
    const { slots, nodes } = this.#store;
    const found = (await Promise.all(slotIds.map((id) => slots.get(id)))).filter((slot) => slot !== null);
    const living = found.filter(({ removedAt }) => removedAt === null);
    return this.#endpointsOf(living, new Map(), await nodes.list());
  }

  /** `known` need not hold all their services: one being removed is not listed any more while its last slots go. */
  async #endpointsOf(living: Slot[], known: Map<string, Service>, nodes: Node[]): Promise<Endpoint[]> {
    for (const { serviceId } of living) {
      const service = known.has(serviceId) ? null : await this.#store.services.get(serviceId);
      if (service) known.set(serviceId, service);
    }
    const nodesById = new Map(nodes.map((node) => [node.id, node]));
    return endpointsOf(living, known, nodesById, await this.#revisionsOf(living));
  }

  /** Those of the desired instances of these slots, by id. */
  async #revisionsOf(slots: readonly Slot[]): Promise<ReadonlyMap<string, DeployedAs>> {
    for (const id of new Set(slots.flatMap(({ desired }) => desired?.revisionId ?? []))) {
      const definition = this.#revisions.has(id) ? undefined : (await this.#store.revisions.get(id))?.definition;
      if (definition) this.#revisions.set(id, { net: definition.net, strategy: definition.strategy });
    }
    return this.#revisions;
  }

  /** Followers are told of every change since the table their welcome held, so what changed is all they lack. */
  #tell(changes: EndpointChanges): void {
    if (this.#followers.size === 0) return;
    const messages: ToAgent[] = endpointChangeMessages(changes);
    for (const { session } of this.#followers.values()) session.send(messages);
  }
}

/** Resolves when it forwards as that version says, or its session is over: it then gets the table when it returns. */
const whenApplied = (follower: Follower, version: number): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (follower.applied < version && !follower.session.over.aborted) return;
      follower.onApplied.delete(look);
      resolve();
    };
    follower.onApplied.add(look);
    look();
  });

const tooLate = (late: Follower[]): RestowError => {
  const names = late.map(({ session, error }) => (error ? `${session.nodeName} (${error})` : session.nodeName)).sort();
  return new RestowError(
    'timeout',
    `Not every node forwards to the slots' new places after ${applyWithinMs / 1000} s: ${names.join(', ')}. Look at the agent's log there.`,
  );
};
