import type { Clock } from '@restow/shared/base/clock';
import type { Order, OrderFailure, OrderKind, OrderProgress, Outcome } from '@restow/shared/domain/order';
import { cancelMessage, orderMessage } from '@restow/shared/rpc/wire-agent';
import type { EndedOrder } from '@restow/shared/rpc/wire-orders';
import type { Endpoints } from '../nodes/endpoints.ts';
import type { Session, Sessions } from '../nodes/sessions.ts';
import type { Agents, OrderEnvelope } from '../ports/agents.ts';

/** How long after an order's own deadline its outcome is still waited for. Milliseconds. */
const graceMs = 15_000;

/** An agent that was away gets at least this long for what it is asked again. Milliseconds. */
const shortestDeadlineMs = 1_000;

/** An order somebody waits for. */
interface Waiting {
  nodeId: string;
  orderId: string;
  order: Order;
  /** When the agent gives up by itself; as the coordinator's clock has it. */
  dueAt: number;
  outcome: PromiseWithResolvers<Outcome>;
  listeners: Set<(progress: OrderProgress) => void>;
  callers: number;
}

/**
 * The coordinator's way to its nodes over their sessions. An order is kept until its outcome is in, and sent again on
 * each new session of its node: the agent knows it by its id and joins it to the work under way, or answers what it
 * kept. The same order asked twice waits for one outcome.
 */
export class GrpcAgents implements Agents {
  readonly #sessions: Sessions;
  readonly #endpoints: Endpoints;
  readonly #clock: Clock;
  readonly #epoch: number;
  /** Sessions that were welcomed, by node. */
  readonly #open = new Map<string, Session>();
  readonly #waiting = new Map<string, Waiting>();
  /** Called when a session of their node was welcomed. */
  readonly #arrivals = new Map<string, Set<() => void>>();
  /** Orders nobody wants any more, of nodes that could not be told yet. */
  readonly #revoked = new Map<string, Set<string>>();
  #resting = false;

  constructor(parts: { sessions: Sessions; endpoints: Endpoints; clock: Clock; epoch: number }) {
    this.#sessions = parts.sessions;
    this.#endpoints = parts.endpoints;
    this.#clock = parts.clock;
    this.#epoch = parts.epoch;
  }

  isConnected(nodeId: string): boolean {
    return this.#session(nodeId) !== null;
  }

  async whenConnected(nodeId: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.isConnected(nodeId)) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const arrivals = this.#arrivals.get(nodeId) ?? new Set();
    this.#arrivals.set(nodeId, arrivals.add(resolve));
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
      arrivals.delete(resolve);
    }
  }

  announceEndpoints(signal?: AbortSignal, slotIds?: readonly string[]): Promise<void> {
    return this.#endpoints.announce(signal, slotIds);
  }

  async send<Kind extends OrderKind>(
    nodeId: string,
    { orderId, order, deadlineMs, absenceMs }: OrderEnvelope<Kind>,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: OrderProgress) => void } = {},
  ): Promise<Outcome<Kind>> {
    signal?.throwIfAborted();
    const waiting = this.#waiting.get(keyOf(nodeId, orderId)) ?? this.#give(nodeId, orderId, order, deadlineMs);
    waiting.callers += 1;
    if (onProgress) waiting.listeners.add(onProgress);
    const done = new AbortController();
    const until = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
    const patience = this.#clock
      .sleep(deadlineMs + graceMs, until)
      .then(() => this.#noAnswer(nodeId, order.kind, deadlineMs + graceMs));
    const lost =
      absenceMs === undefined
        ? []
        : [this.#absentFor(nodeId, absenceMs, until).then(() => this.#noAnswer(nodeId, order.kind, absenceMs))];
    try {
      return (await Promise.race([waiting.outcome.promise, patience, ...lost])) as Outcome<Kind>;
    } finally {
      done.abort();
      if (onProgress) waiting.listeners.delete(onProgress);
      waiting.callers -= 1;
      if (waiting.callers === 0) this.#forget(waiting, signal?.aborted ?? false);
    }
  }

  /**
   * The coordinator ends: what its callers let go of from now on is not called off. It goes on at its node, and the next
   * coordinator, which asks for the same order, hears what came of it.
   */
  rest(): void {
    this.#resting = true;
  }

  /** A session was welcomed: its node is told what to give up, and asked again what is still waited for. */
  opened(session: Session): void {
    this.#open.set(session.nodeId, session);
    session.send([...(this.#revoked.get(session.nodeId) ?? [])].map(cancelMessage));
    this.#revoked.delete(session.nodeId);
    for (const waiting of this.#waiting.values()) if (waiting.nodeId === session.nodeId) this.#ask(session, waiting);
    for (const arrived of this.#arrivals.get(session.nodeId) ?? []) arrived();
  }

  /** What nobody waits for is dropped: it was asked by a caller who left. */
  ended(session: Session, { orderId, kind, outcome }: EndedOrder): void {
    const waiting = this.#waiting.get(keyOf(session.nodeId, orderId));
    if (!waiting) return;
    // Forgotten at once, so that whoever asks again with the same id begins anew.
    this.#waiting.delete(keyOf(session.nodeId, orderId));
    const fitting = kind === null || kind === waiting.order.kind;
    waiting.outcome.resolve(fitting ? outcome : failed('internal', wrongKind(session, waiting, kind)));
  }

  progress(session: Session, orderId: string, progress: OrderProgress): void {
    for (const listener of this.#waiting.get(keyOf(session.nodeId, orderId))?.listeners ?? []) listener(progress);
  }

  /** Resolves when the node has been without a session for so long, from now or from the end of the one it has. */
  async #absentFor(nodeId: string, ms: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const session = this.#session(nodeId);
      if (session) await whenAborted(session.over, signal);
      const back = new AbortController();
      const until = AbortSignal.any([signal, back.signal]);
      const isBack = this.whenConnected(nodeId, until).then(() => true);
      try {
        if (!(await Promise.race([isBack, this.#clock.sleep(ms, until).then(() => false)]))) return;
      } finally {
        back.abort();
      }
    }
  }

  #session(nodeId: string): Session | null {
    const session = this.#open.get(nodeId);
    return session && this.#sessions.of(nodeId) === session && !session.over.aborted ? session : null;
  }

  #give(nodeId: string, orderId: string, order: Order, deadlineMs: number): Waiting {
    const waiting: Waiting = {
      nodeId,
      orderId,
      order,
      dueAt: this.#clock.now() + deadlineMs,
      outcome: Promise.withResolvers(),
      listeners: new Set(),
      callers: 0,
    };
    this.#waiting.set(keyOf(nodeId, orderId), waiting);
    this.#revoked.get(nodeId)?.delete(orderId);
    const session = this.#session(nodeId);
    if (session) this.#ask(session, waiting);
    return waiting;
  }

  #ask(session: Session, { orderId, order, dueAt }: Waiting): void {
    const deadlineMs = Math.max(shortestDeadlineMs, dueAt - this.#clock.now());
    session.send([orderMessage({ orderId, epoch: this.#epoch, deadlineMs, order })]);
  }

  #forget(waiting: Waiting, revoke: boolean): void {
    const { nodeId, orderId } = waiting;
    // Answered, and perhaps asked again since.
    if (this.#waiting.get(keyOf(nodeId, orderId)) !== waiting) return;
    this.#waiting.delete(keyOf(nodeId, orderId));
    if (!revoke || this.#resting) return;
    const session = this.#session(nodeId);
    if (session) session.send([cancelMessage(orderId)]);
    else this.#revoked.set(nodeId, (this.#revoked.get(nodeId) ?? new Set()).add(orderId));
  }

  #noAnswer(nodeId: string, kind: OrderKind, waitedMs: number): Outcome {
    const session = this.#session(nodeId);
    const seconds = waitedMs / 1000;
    const why = session
      ? `the agent of node ${session.nodeName} is connected but did not answer; look at its log`
      : `the agent of node ${nodeId} is not connected; start it, or look at why it cannot reach the coordinator`;
    return failed('engine-unavailable', `No outcome of ${kind} within ${seconds} s: ${why}.`);
  }
}

/** Resolves when `over` is aborted; rejects when `signal` is aborted first. */
const whenAborted = (over: AbortSignal, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (over.aborted) return resolve();
    const stop = new AbortController();
    const end = (settle: () => void) => () => {
      stop.abort();
      settle();
    };
    over.addEventListener('abort', end(resolve), { signal: stop.signal });
    signal.addEventListener(
      'abort',
      end(() => reject(signal.reason)),
      { signal: stop.signal },
    );
    if (signal.aborted) reject(signal.reason);
  });

const keyOf = (nodeId: string, orderId: string): string => `${nodeId} ${orderId}`;

const wrongKind = ({ nodeName }: Session, { orderId, order }: Waiting, kind: OrderKind | null): string =>
  `Node ${nodeName} answered the order ${orderId}, of kind ${order.kind}, as if it were of kind ${kind}.`;

const failed = (code: OrderFailure['code'], message: string): Outcome => ({
  ok: false,
  failure: { code, message, exitCode: null, logTail: [] },
});
