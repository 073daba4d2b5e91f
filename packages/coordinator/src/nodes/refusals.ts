/**
 * Which nodes' agents refused to be part of the cluster when they last asked to be, and why. Nothing durable: an agent
 * that is started again asks again.
 */
export class Refusals {
  readonly #because = new Map<string, string>();

  refused(nodeId: string, because: string): void {
    this.#because.set(nodeId, because);
  }

  /** The node is in working order. */
  forget(nodeId: string): void {
    this.#because.delete(nodeId);
  }

  of(nodeId: string): string | null {
    return this.#because.get(nodeId) ?? null;
  }
}
