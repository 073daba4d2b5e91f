import type { Clock } from '@restow/shared/base/clock';
import type { OrderFailure, Outcome } from '@restow/shared/domain/order';
import type { AgentMessage } from '@restow/shared/rpc/wire-agent';
import type { EndedOrder, GivenOrder } from '@restow/shared/rpc/wire-orders';
import type { OrderRunner } from './agent-world.ts';

/**
 * How long an outcome that was sent is kept, in case it was lost with its connection and the order is sent again.
 * Milliseconds; longer than anybody takes to notice a broken connection and to dial anew.
 */
const keptForMs = 2 * 60_000;

/** News of an order is for people: more often than this is of no use. Milliseconds. */
const progressEveryMs = 200;

interface Kept {
  ended: EndedOrder;
  /** The instance it was about, if any. */
  instanceId: string | null;
  /** `null`: nobody was there to hear it yet. */
  sentAt: number | null;
}

/**
 * The orders of this node, whichever session they came by. An order that runs is not started twice; one that ended is
 * answered again from what is kept, unless another order about the same instance came between: then it is carried out
 * again, for what it had made may be undone. What ended while nobody was there is sent when somebody is.
 */
export class Orders {
  readonly #runner: OrderRunner;
  readonly #clock: Clock;
  readonly #beforeOutcome: (instanceId: string) => Promise<void>;
  readonly #running = new Set<string>();
  readonly #kept = new Map<string, Kept>();
  #send: ((message: AgentMessage) => void) | null = null;
  #epoch = 0;

  /** `beforeOutcome` is awaited before an outcome is sent, with the instance the order was about. */
  constructor(parts: { runner: OrderRunner; clock: Clock; beforeOutcome: (instanceId: string) => Promise<void> }) {
    this.#runner = parts.runner;
    this.#clock = parts.clock;
    this.#beforeOutcome = parts.beforeOutcome;
  }

  /** From now on answers go this way; what is waiting to be sent goes first. */
  attach(epoch: number, send: (message: AgentMessage) => void): void {
    this.#epoch = Math.max(this.#epoch, epoch);
    this.#send = send;
    for (const kept of [...this.#kept.values()]) if (kept.sentAt === null) this.#answer(kept.ended, kept.instanceId);
  }

  /** The session is over. What runs goes on. */
  detach(): void {
    this.#send = null;
  }

  take(given: GivenOrder): void {
    const { orderId, epoch } = given;
    this.#dropOld();
    const kept = this.#kept.get(orderId);
    if (epoch < this.#epoch) this.#answer(refused(orderId, olderEpoch(epoch, this.#epoch)), null);
    else if (kept) this.#answer(kept.ended, kept.instanceId);
    else if (!this.#running.has(orderId)) void this.#run(given);
  }

  /** Gives up an order that runs; its outcome tells. One that ended or never came is no matter. */
  cancel(orderId: string): void {
    this.#runner.cancel(orderId);
  }

  async #run({ orderId, order, deadlineMs }: GivenOrder): Promise<void> {
    this.#running.add(orderId);
    const instanceId = 'instance' in order ? order.instance.instanceId : null;
    if (instanceId !== null) this.#dropOf(instanceId);
    const outcome = await this.#runner.run(orderId, order, deadlineMs, this.#progressOf(orderId));
    if (instanceId !== null) await this.#beforeOutcome(instanceId);
    this.#running.delete(orderId);
    this.#answer(outcome.ok ? { orderId, kind: order.kind, outcome } : { orderId, kind: null, outcome }, instanceId);
  }

  #progressOf(orderId: string) {
    let last = Number.NEGATIVE_INFINITY;
    return (progress: { text: string; current: number | null; total: number | null }) => {
      if (this.#clock.now() - last < progressEveryMs) return;
      last = this.#clock.now();
      this.#send?.({ kind: 'progress', orderId, progress });
    };
  }

  #answer(ended: EndedOrder, instanceId: string | null): void {
    this.#kept.set(ended.orderId, { ended, instanceId, sentAt: this.#send ? this.#clock.now() : null });
    this.#send?.({ kind: 'outcome', ended });
  }

  #dropOf(instanceId: string): void {
    for (const [orderId, kept] of this.#kept)
      if (kept.instanceId === instanceId && kept.sentAt !== null) this.#kept.delete(orderId);
  }

  #dropOld(): void {
    const now = this.#clock.now();
    for (const [orderId, { sentAt }] of this.#kept)
      if (sentAt !== null && now - sentAt > keptForMs) this.#kept.delete(orderId);
  }
}

const refused = (orderId: string, message: string): EndedOrder => {
  const failure: OrderFailure = { code: 'cancelled', message, exitCode: null, logTail: [] };
  const outcome: Extract<Outcome, { ok: false }> = { ok: false, failure };
  return { orderId, kind: null, outcome };
};

const olderEpoch = (theirs: number, newest: number): string =>
  `The order is of a coordinator that does not lead any more (epoch ${theirs}, the newest is ${newest}).`;
