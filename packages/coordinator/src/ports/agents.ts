import type { Order, OrderKind, OrderProgress, Outcome } from '@restow/shared/domain/order';

/** One order on its way: its id makes it safe to send again. */
export interface OrderEnvelope<Kind extends OrderKind = OrderKind> {
  /** The same for the same step of the same deployment, so that a repeat joins or finds the work done. */
  orderId: string;
  order: Extract<Order, { kind: Kind }>;
  /** Milliseconds after which the agent gives up by itself. */
  deadlineMs: number;
  /**
   * How long its node may be without a session before that is the outcome. Milliseconds; absent: as long as the outcome
   * is waited for. For orders that touch nothing that runs: there is nothing to lose by giving up.
   */
  absenceMs?: number;
}

/** The coordinator's way to its nodes. */
export interface Agents {
  /**
   * Sends an order and waits for its outcome. A session that breaks meanwhile is waited for until the deadline plus
   * a grace of 15 s has passed, and the order is sent again on the new one. Resolves with a failure of code
   * `engine-unavailable` when the node does not come back in time; rejects only when `signal` is aborted (the agent is
   * then told to cancel).
   */
  send<Kind extends OrderKind>(
    nodeId: string,
    envelope: OrderEnvelope<Kind>,
    options?: { signal?: AbortSignal; onProgress?: (progress: OrderProgress) => void },
  ): Promise<Outcome<Kind>>;
  isConnected(nodeId: string): boolean;
  /** Resolves as soon as the node's session stands; rejects with the signal's reason when it is aborted first. */
  whenConnected(nodeId: string, signal: AbortSignal): Promise<void>;
  /**
   * Publishes the endpoint table (computed anew from the store, or of these slots alone where nothing else can have
   * changed) and resolves when every connected node has applied
   * it; nodes away get it when they return. Throws `timeout` naming the nodes that did not apply it.
   */
  announceEndpoints(signal?: AbortSignal, slotIds?: readonly string[]): Promise<void>;
}
