import { RestowError } from '@restow/shared/base/errors';
import type { ToAgent } from '@restow/shared/rpc/gen/restow/v1/ToAgent';

/** The stream of one agent, as long as it stands. */
export interface Session {
  readonly nodeId: string;
  readonly nodeName: string;
  /** Sends in order. What is sent to a session that is over is dropped. */
  send(messages: ToAgent[]): void;
  /** Ends it; the agent is told why. Ending it twice is the same as once. */
  end(why: RestowError): void;
  /** Aborted, with the reason, when it is over, whoever ended it. */
  readonly over: AbortSignal;
}

/**
 * Which nodes' sessions stand. A node has one at most: the newest counts, since the older one is either a dead
 * connection that nobody noticed yet or an agent that was started twice.
 */
export class Sessions {
  readonly #current = new Map<string, Session>();
  readonly #standing = new Set<Session>();
  #closing: PromiseWithResolvers<void> | null = null;

  /** Throws `unavailable` once the coordinator is ending. */
  enter(session: Session): void {
    if (this.#closing) throw ending();
    const before = this.#current.get(session.nodeId);
    this.#current.set(session.nodeId, session);
    this.#standing.add(session);
    before?.end(
      new RestowError(
        'failed-precondition',
        `A newer session of node ${session.nodeName} took the place of this one. Only one agent may run for a node.`,
      ),
    );
  }

  /** To be called once for each that entered. True when its node has no session any more. */
  leave(session: Session): boolean {
    this.#standing.delete(session);
    const last = this.#current.get(session.nodeId) === session;
    if (last) this.#current.delete(session.nodeId);
    if (this.#standing.size === 0) this.#closing?.resolve();
    return last;
  }

  of(nodeId: string): Session | null {
    return this.#current.get(nodeId) ?? null;
  }

  /** True from the moment the coordinator ends: who leaves now was not lost. */
  get closing(): boolean {
    return this.#closing !== null;
  }

  /** Ends all, lets none in, and resolves when the last has left. */
  async close(): Promise<void> {
    this.#closing ??= Promise.withResolvers();
    for (const session of this.#standing) session.end(ending());
    if (this.#standing.size === 0) this.#closing.resolve();
    await this.#closing.promise;
  }
}

const ending = () =>
  new RestowError('unavailable', 'The coordinator is ending; dial again until the next one answers.');
