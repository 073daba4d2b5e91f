import type { Order, OrderFailure, OrderKind, Outcome, OutcomeByKind } from '@restow/shared/domain/order';
import type { InstanceState, ObservedInstance } from '@restow/shared/domain/slot';
import { volumesOf } from '../../packages/agent/src/swap/image-volumes.ts';
import type { Agents, OrderEnvelope } from '../../packages/coordinator/src/ports/agents.ts';
import type { Announcer } from '../../packages/coordinator/src/ports/announcer.ts';
import type { Store } from '../../packages/coordinator/src/ports/store.ts';
import { PaperEngines } from './paper-engines.ts';

/** One order as it arrived, `take web-1 n1`. */
export interface Sent {
  line: string;
  orderId: string;
  order: Order;
  /** Its node is not waited for as long as others. */
  isUrgent: boolean;
}

/** Kinds of order, and the one act that is the coordinator's own; that one is of no slot: its slot is ''. */
export type ActKind = OrderKind | 'announce-endpoint';

interface Fault {
  failure: OrderFailure;
  /** It is carried out all the same, and only its outcome is a failure. */
  done: boolean;
  times: number;
  skip: number;
}

/**
 * Agents that carry orders out on paper: instances are rows in the store, as real agents' observations would make
 * them. Faults by kind and slot; a gate holds an order until it is opened.
 */
export class ScriptedAgents implements Agents {
  readonly sent: Sent[] = [];
  readonly announced: string[][] = [];
  readonly away = new Set<string>();
  /** Nodes whose agent is there, and whose engine does not answer it. */
  readonly engineless = new Set<string>();
  readonly engines: PaperEngines;
  /** Connections an instance holds to its end, by slot. */
  readonly cut = new Map<string, number>();
  /** VOLUME paths of every image. */
  imageVolumes: string[] = [];
  readonly #faults = new Map<string, Fault>();
  readonly #gates = new Map<string, { reached: () => void; open: Promise<void>; done: boolean; skip: number }>();
  readonly #arrivals: (() => void)[] = [];
  readonly #store: Store;
  readonly #announcer: Announcer;

  /** `engines`: those of agents before these, with what is on them. */
  constructor(store: Store, announcer: Announcer, engines?: PaperEngines) {
    this.#store = store;
    this.#announcer = announcer;
    this.engines = engines ?? new PaperEngines({ has: (id) => this.away.has(id) || this.engineless.has(id) });
  }

  /**
   * The next such order of that slot, and each one after it, or only the next `times`, fails; `done`: after it was
   * carried out. `skip`: so many pass before. `web-1 n1`: only those to that node, here and below.
   */
  failAt(
    kind: ActKind,
    slotName: string,
    failure: Partial<OrderFailure> = {},
    {
      done = false,
      times = Number.POSITIVE_INFINITY,
      skip = 0,
    }: { done?: boolean; times?: number; skip?: number } = {},
  ): void {
    this.#faults.set(`${kind} ${slotName}`, {
      failure: {
        code: 'instance-exited',
        message: 'it ended with exit code 1',
        exitCode: 1,
        logTail: [],
        ...failure,
      },
      done,
      times,
      skip,
    });
  }

  cure(kind: ActKind, slotName: string): void {
    this.#faults.delete(`${kind} ${slotName}`);
  }

  /**
   * Holds that order: `reached` resolves when it has arrived, `open` lets it go on. `done`: it is carried out first, and
   * its outcome is what is held. `skip`: so many such orders pass before.
   */
  holdAt(
    kind: ActKind,
    slotName: string,
    { done = false, skip = 0 } = {},
  ): { reached: Promise<void>; open: () => void } {
    const reached = Promise.withResolvers<void>();
    const open = Promise.withResolvers<void>();
    this.#gates.set(`${kind} ${slotName}`, { reached: reached.resolve, open: open.promise, done, skip });
    return { reached: reached.promise, open: open.resolve };
  }

  lines(...kinds: OrderKind[]): string[] {
    return this.sent.filter(({ order }) => kinds.length === 0 || kinds.includes(order.kind)).map(({ line }) => line);
  }

  isConnected(nodeId: string): boolean {
    return !this.away.has(nodeId);
  }

  async whenConnected(nodeId: string, signal: AbortSignal): Promise<void> {
    while (this.away.has(nodeId))
      await new Promise<void>((resolve, reject) => {
        this.#arrivals.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
  }

  /** The node's session stands again. */
  comesBack(nodeId: string): void {
    this.away.delete(nodeId);
    for (const arrived of this.#arrivals.splice(0)) arrived();
  }

  async announceEndpoints(signal?: AbortSignal): Promise<void> {
    const { failure } = await this.#scripted(['announce-endpoint '], null, signal, async () => {
      const slots = await this.#store.slots.list();
      this.announced.push(slots.map(({ address, desired }) => `${address} ${desired?.nodeId ?? '-'}`));
    });
    if (failure) throw new Error(failure.message);
  }

  async send<Kind extends OrderKind>(
    nodeId: string,
    { orderId, order, absenceMs }: OrderEnvelope<Kind>,
    options: { signal?: AbortSignal } = {},
  ): Promise<Outcome<Kind>> {
    const slot = order.kind === 'pull-image' ? (orderId.split('/')[1] ?? '') : slotOf(order);
    const node = (await this.#store.nodes.get(nodeId))?.name ?? nodeId;
    const line = [order.kind, slot, node].filter(Boolean).join(' ');
    this.sent.push({ line, orderId, order, isUrgent: absenceMs !== undefined });
    const keys = [line, `${order.kind} ${slot}`];
    const { value, failure } = await this.#scripted(keys, nodeId, options.signal, () => this.#carryOut(nodeId, order));
    return failure ? { ok: false, failure } : { ok: true, value: value as OutcomeByKind[Kind] };
  }

  /** Carries it out as the script says: held, failing, failing though it was done. */
  async #scripted<Value>(
    keys: string[],
    nodeId: string | null,
    signal: AbortSignal | undefined,
    work: () => Promise<Value>,
  ): Promise<{ value?: Value; failure: OrderFailure | null }> {
    const held = keys.flatMap((key) => this.#gates.get(key) ?? [])[0];
    const gate = held && held.skip-- > 0 ? undefined : held;
    let value: Value | undefined;
    if (gate?.done) value = await work();
    if (gate) {
      gate.reached();
      await Promise.race([
        gate.open,
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
      ]);
    }
    if (nodeId !== null && (this.engineless.has(nodeId) || this.away.has(nodeId))) return { value, failure: noEngine };
    const fault = keys.flatMap((key) => this.#faults.get(key) ?? [])[0];
    const fails = fault !== undefined && fault.skip-- <= 0 && fault.times-- > 0;
    if (!gate?.done && (!fails || fault.done)) value = await work();
    return { value, failure: fails ? fault.failure : null };
  }

  async #carryOut(nodeId: string, order: Order): Promise<OutcomeByKind[OrderKind]> {
    this.engines.carryOut(nodeId, order);
    switch (order.kind) {
      case 'resolve-image':
        return {
          image: {
            kind: 'digest',
            reference: order.reference,
            repository: 'r/app',
            digest: `sha256:${order.reference}`,
          },
          bytes: 1,
        };
      case 'survey':
        return { imagePresent: true, portsInUse: [], foreignVolumes: [] };
      case 'pull-image':
        return { imageId: 'i', alreadyPresent: true, bytes: 0 };
      case 'prepare':
        await this.#observe(nodeId, order.instance);
        return {
          containerId: `c-${order.instance.instanceId}`,
          containerName: 'c',
          volumes: volumesOf(order.instance, this.imageVolumes)
            .filter(({ borrowed }) => !borrowed)
            .map(({ name, path }) => ({ name, path })),
        };
      case 'take':
      case 'revive':
        await this.#observe(nodeId, order.instance);
        return { healthyAfterMs: 1 };
      case 'drain':
        await this.#observe(nodeId, order.instance);
        return { exitCode: 0, killed: false, tookMs: 1, cut: this.cut.get(slotOf(order)) ?? 0 };
      case 'put-aside':
        await this.#observe(nodeId, order.instance);
        return { exitCode: 1, logTail: ['last words'] };
      case 'retire':
        await this.#observe(nodeId, order.instance);
        return { removedNow: true };
      case 'measure-volumes':
        return { volumes: order.names.map((name) => ({ name, bytes: 4096, users: [] })) };
      case 'purge-volume':
        return { removed: true };
      default:
        return {};
    }
  }

  /** What an agent would report of it now. Nothing of a container that was never made. */
  async #observe(
    nodeId: string,
    of: { instanceId: string; serviceId: string; slotId: string; deploymentId: string },
  ): Promise<void> {
    const before = await this.#store.instances.get(of.instanceId);
    const state: InstanceState = this.engines.find(of.instanceId)?.state ?? 'gone';
    if (!before && state === 'gone') return;
    await this.sees({
      instanceId: of.instanceId,
      containerId: `c-${of.instanceId}`,
      containerName: 'c',
      serviceId: of.serviceId,
      slotId: of.slotId,
      revisionId: before?.revisionId ?? '',
      deploymentId: of.deploymentId,
      nodeId,
      state,
      health: 'none',
      exitCode: state === 'stopped' ? 0 : null,
      startedAt: null,
      finishedAt: null,
    });
  }

  /** An observation arrives. */
  async sees(instance: ObservedInstance): Promise<void> {
    await this.#store.instances.put(instance);
    this.#announcer.announce({ kind: 'instance', instance });
  }
}

const noEngine: OrderFailure = {
  ...{ code: 'engine-unavailable', message: 'No Docker Engine answers', exitCode: null, logTail: [] },
};

const slotOf = (order: Order): string =>
  'instance' in order ? `${order.instance.serviceName}-${order.instance.slotIndex}` : '';
