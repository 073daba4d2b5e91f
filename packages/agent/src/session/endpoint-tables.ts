import { setImmediate as immediate } from 'node:timers/promises';
import { backoffMs } from '@restow/shared/base/backoff';
import { messageOf } from '@restow/shared/base/errors';
import type { EndpointTable } from '@restow/shared/domain/order';
import type { AgentMessage } from '@restow/shared/rpc/wire-agent';
import type { AgentWorld } from './agent-world.ts';

/** How long what names lead to waits for the kernel. Milliseconds. */
const namesWaitMs = 200;

/**
 * Makes the node forward as the newest table says and tells the coordinator how far it is. A table that cannot be
 * applied is told with the reason and tried again until it can, a newer one comes, or the session is over.
 */
export class EndpointTables {
  readonly #world: Pick<AgentWorld, 'network' | 'names' | 'clock' | 'log'>;
  readonly #applied: (table: EndpointTable) => void;
  readonly #send: (message: AgentMessage) => void;
  readonly #over: AbortSignal;
  readonly #ended: Promise<void>;
  #newest: EndpointTable | null = null;

  /** `applied` remembers a table the node works with. */
  constructor(parts: {
    world: Pick<AgentWorld, 'network' | 'names' | 'clock' | 'log'>;
    applied: (table: EndpointTable) => void;
    send: (message: AgentMessage) => void;
    over: AbortSignal;
  }) {
    this.#world = parts.world;
    this.#applied = parts.applied;
    this.#send = parts.send;
    this.#over = parts.over;
    this.#ended = new Promise((resolve) => {
      parts.over.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /**
   * Resolves after the first attempt, so that what came after the table in the session finds it applied; or when the
   * session is over.
   */
  async take(table: EndpointTable): Promise<void> {
    this.#newest = table;
    const attempt = this.#apply(table).then((applied) => {
      if (!applied) void this.#tryOn(table);
    });
    void this.#name(table, attempt);
    await Promise.race([attempt, this.#ended]);
  }

  /**
   * The kernel first: packets wait for it, and of a large table what names lead to is a large file. But names wait for no
   * kernel that hangs: a slot is named when its address is known everywhere already.
   */
  async #name(table: EndpointTable, attempt: Promise<void>): Promise<void> {
    const { clock, names } = this.#world;
    const done = new AbortController();
    const patience = clock.sleep(namesWaitMs, done.signal).catch(() => undefined);
    await Promise.race([attempt, patience]);
    done.abort();
    // What is sent goes first.
    await immediate();
    if (this.#newest === table) names.useTable(table);
  }

  async #tryOn(table: EndpointTable): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.#world.clock.sleep(backoffMs(attempt), this.#over).catch(() => undefined);
      if (this.#over.aborted || this.#newest !== table || (await this.#apply(table))) return;
    }
  }

  async #apply(table: EndpointTable): Promise<boolean> {
    const { version } = table;
    try {
      await this.#world.network.applyEndpoints(table);
    } catch (error) {
      this.#world.log.warn({ err: error, version }, 'the endpoint table could not be applied; trying on');
      this.#send({ kind: 'table-applied', version, error: messageOf(error) });
      return false;
    }
    this.#send({ kind: 'table-applied', version, error: null });
    void immediate().then(() => this.#applied(table));
    return true;
  }
}
