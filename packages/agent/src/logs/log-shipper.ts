/** Follows containers' output to NATS; what the swap needs of it. */
export interface LogShipper {
  /** Begins to follow a container, from its birth; asked again, it goes on with what it does. */
  follow(instanceId: string): void;
  /** Resolves when every line of the (ended) container is acknowledged, or rejects with the signal. */
  whenShipped(instanceId: string, signal: AbortSignal): Promise<void>;
}
