import type { Order, OrderFailure, OrderKind, Outcome, OutcomeByKind } from '@restow/shared/domain/order';
import type { InstanceState, ObservedInstance } from '@restow/shared/domain/slot';
import { volumesOf } from '../../packages/agent/src/swap/image-volumes.ts';
import type { Agents, OrderEnvelope } from '../../packages/coordinator/src/ports/agents.ts';
import type { Announcer } from '../../packages/coordinator/src/ports/announcer.ts';
import type { Store } from '../../packages/coordinator/src/ports/store.ts';

/** One order as it arrived, `take web-1 n1`. */
export interface Sent {
  line: string;
  orderId: string;
  order: Order;
}

/**
 * Agents that carry orders out on paper: instances are rows in the store, as real agents' observations would make
 * them. Faults by kind and slot; a gate holds an order until it is opened.
 */
export class ScriptedAgents implements Agents {
  readonly sent: Sent[] = [];
  readonly announced: string[][] = [];
  readonly away = new Set<string>();
  /** VOLUME paths of every image. */
  imageVolumes: string[] = [];
  readonly #faults = new Map<string, OrderFailure>();
  readonly #gates = new Map<string, { reached: () => void; open: Promise<void> }>();
  readonly #arrivals: (() => void)[] = [];
  readonly #store: Store;
  readonly #announcer: Announcer;

  constructor(store: Store, announcer: Announcer) {
    this.#store = store;
    this.#announcer = announcer;
  }

  /** The next such order of that slot, and each one after it, fails. */
  failAt(kind: OrderKind, slotName: string, failure: Partial<OrderFailure> = {}): void {
    this.#faults.set(`${kind} ${slotName}`, {
      code: 'instance-exited',
      message: 'it ended with exit code 1',
      exitCode: 1,
      logTail: [],
      ...failure,
    });
  }

  cure(kind: OrderKind, slotName: string): void {
    this.#faults.delete(`${kind} ${slotName}`);
  }

  /** Holds that order: `reached` resolves when it has arrived, `open` lets it go on. */
  holdAt(kind: OrderKind, slotName: string): { reached: Promise<void>; open: () => void } {
    const reached = Promise.withResolvers<void>();
    const open = Promise.withResolvers<void>();
    this.#gates.set(`${kind} ${slotName}`, { reached: reached.resolve, open: open.promise });
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

  async announceEndpoints(): Promise<void> {
    const slots = await this.#store.slots.list();
    this.announced.push(slots.map(({ address, desired }) => `${address} ${desired?.nodeId ?? '-'}`));
  }

  async send<Kind extends OrderKind>(
    nodeId: string,
    { orderId, order }: OrderEnvelope<Kind>,
    options: { signal?: AbortSignal } = {},
  ): Promise<Outcome<Kind>> {
    const slot = order.kind === 'pull-image' ? (orderId.split('/')[1] ?? '') : slotOf(order);
    const node = (await this.#store.nodes.get(nodeId))?.name ?? nodeId;
    this.sent.push({ line: [order.kind, slot, node].filter(Boolean).join(' '), orderId, order });
    const gate = this.#gates.get(`${order.kind} ${slot}`);
    if (gate) {
      gate.reached();
      await Promise.race([
        gate.open,
        new Promise((_, reject) => options.signal?.addEventListener('abort', () => reject(options.signal?.reason))),
      ]);
    }
    const fault = this.#faults.get(`${order.kind} ${slot}`);
    if (fault) return { ok: false, failure: fault };
    return { ok: true, value: (await this.#carryOut(nodeId, order)) as OutcomeByKind[Kind] };
  }

  async #carryOut(nodeId: string, order: Order): Promise<OutcomeByKind[OrderKind]> {
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
        await this.#observe(nodeId, order.instance, 'created');
        return {
          containerId: `c-${order.instance.instanceId}`,
          containerName: 'c',
          volumes: volumesOf(order.instance, this.imageVolumes).map(({ name, path }) => ({ name, path })),
        };
      case 'take':
        await this.#observe(nodeId, order.instance, 'running');
        return { healthyAfterMs: 1 };
      case 'revive':
        await this.#observe(nodeId, order.instance, 'running');
        return { healthyAfterMs: 1 };
      case 'drain':
        await this.#observe(nodeId, order.instance, 'stopped');
        return { exitCode: 0, killed: false, tookMs: 1 };
      case 'put-aside':
        await this.#observe(nodeId, order.instance, 'stopped');
        return { exitCode: 1, logTail: ['last words'] };
      case 'retire':
        await this.#observe(nodeId, order.instance, 'gone');
        return { removedNow: true };
      default:
        return {};
    }
  }

  async #observe(
    nodeId: string,
    of: { instanceId: string; serviceId: string; slotId: string; deploymentId: string },
    state: InstanceState,
  ): Promise<void> {
    const before = await this.#store.instances.get(of.instanceId);
    // Nothing to observe of a container that was never made.
    if (!before && (state === 'stopped' || state === 'gone')) return;
    const instance: ObservedInstance = {
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
    };
    await this.#store.instances.put(instance);
    this.#announcer.announce({ kind: 'instance', instance });
  }
}

const slotOf = (order: Order): string =>
  'instance' in order ? `${order.instance.serviceName}-${order.instance.slotIndex}` : '';
