/** Follows containers' output to NATS; what the swap needs of it. */
export interface LogShipper {
  /**
   * Begins to follow a container, from its birth; asked again, it goes on with what it does. To be asked again whenever
   * a container starts: one that had ended, or was only made, is looked at again at once instead of within a minute.
   */
  follow(instanceId: string): void;
  /**
   * Resolves when every line of the (ended) container is acknowledged, at once when there is no such container, or
   * rejects with the signal. Lines written after it resolved by a container started again are followed all the same.
   */
  whenShipped(instanceId: string, signal: AbortSignal): Promise<void>;
}
