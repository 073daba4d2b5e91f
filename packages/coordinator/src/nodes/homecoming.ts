import type { Clock } from '@restow/shared/base/clock';
import type { Node } from '@restow/shared/domain/node';

/** Agents dial again within 5 s; one that was being started a moment ago needs a little more. Milliseconds. */
const patienceMs = 15_000;

/** Who was lost so short a time ago may only have been missed by a coordinator that ended soon. Milliseconds. */
const lostRecentlyMs = 60_000;

/**
 * After a start nobody has dialled yet, and what was planned now would move slots away from nodes that are well. Waits
 * for the nodes that were here when the last coordinator ended, but not for ever: one may have been lost with it.
 */
export class Homecoming {
  readonly #missing: Set<string>;
  readonly #all = new AbortController();
  /** Resolves when all are back, when patience is over, or at shutdown. Never rejects. */
  readonly over: Promise<void>;

  /** `nodes` as the store had them before this start. */
  constructor(nodes: Pick<Node, 'id' | 'unreachableSince'>[], clock: Clock, signal: AbortSignal) {
    const since = clock.now() - lostRecentlyMs;
    const here = nodes.filter(({ unreachableSince }) => unreachableSince === null || unreachableSince > since);
    this.#missing = new Set(here.map(({ id }) => id));
    if (here.length === 0) this.#all.abort();
    this.over = clock.sleep(patienceMs, AbortSignal.any([this.#all.signal, signal])).catch(() => undefined);
  }

  arrived(nodeId: string): void {
    this.#missing.delete(nodeId);
    if (this.#missing.size === 0) this.#all.abort();
  }
}
