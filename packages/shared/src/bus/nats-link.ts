import { setMaxListeners } from 'node:events';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { backoffMs } from '../base/backoff.ts';
import { systemClock } from '../base/clock.ts';
import { messageOf, RestowError } from '../base/errors.ts';
import { connectToNats, type NatsAddress } from './connect.ts';

/** A time without interruption on a connection to NATS. What was learnt of the server in it holds until it is lost. */
export interface NatsSession {
  connection: NatsConnection;
  /** Aborted when the connection breaks, is replaced, or the link is closed. The next session is a new object. */
  lost: AbortSignal;
}

/**
 * The way to NATS: there may be none yet, it may break and come back, its address may change. Those who need it wait
 * for a session and stop when that is lost.
 *
 * Invariants: at most one session at a time; a session handed out is not yet lost.
 */
export class NatsLink {
  readonly #name: string;
  readonly #log: Logger;
  #address: NatsAddress | null = null;
  #dialling: AbortController | null = null;
  #kept: Promise<void> = Promise.resolve();
  #session: { session: NatsSession; lose: AbortController } | null = null;
  #waiting = new Set<(session: NatsSession) => void>();

  /** `name` is what the server's operator sees, such as `restow-agent n1`. */
  constructor(options: { name: string; log: Logger }) {
    this.#name = options.name;
    this.#log = options.log;
  }

  /** The address from now on; dialled until it answers. The same one again changes nothing. */
  use(address: NatsAddress): void {
    if (this.#address?.url === address.url && this.#address.token === address.token) return;
    this.#address = { ...address };
    this.#dialling?.abort();
    this.#dialling = new AbortController();
    const before = this.#kept;
    const { signal } = this.#dialling;
    this.#kept = before.then(() => this.#keep(address, signal));
  }

  /** The session that stands now; `null` when there is none. */
  get session(): NatsSession | null {
    return this.#session?.session ?? null;
  }

  /** Resolves with a session, as soon as there is one; rejects with the signal's reason. */
  connected(signal: AbortSignal): Promise<NatsSession> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#session) return Promise.resolve(this.#session.session);
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#waiting.delete(take);
        signal.removeEventListener('abort', stop);
      };
      const take = (session: NatsSession) => {
        settle();
        resolve(session);
      };
      const stop = () => {
        settle();
        reject(signal.reason);
      };
      this.#waiting.add(take);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** As `connected`, for those who answer somebody: throws `unavailable` after `withinMs`. */
  async reach(withinMs: number, signal: AbortSignal): Promise<NatsSession> {
    const deadline = AbortSignal.timeout(withinMs);
    try {
      return await this.connected(AbortSignal.any([signal, deadline]));
    } catch (error) {
      if (signal.aborted || !deadline.aborted) throw error;
      const where = this.#address === null ? 'NATS' : `NATS at ${this.#address.url}`;
      throw new RestowError(
        'unavailable',
        `${where} did not answer within ${withinMs / 1000} s; try again when it does.`,
      );
    }
  }

  /** Ends the session and everything that would start another. */
  async close(): Promise<void> {
    this.#address = null;
    this.#dialling?.abort();
    await this.#kept;
  }

  async #keep(address: NatsAddress, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; !signal.aborted; attempt++) {
      let connection: NatsConnection;
      try {
        connection = await connectToNats(address, this.#name);
      } catch (error) {
        // The first time is news, the rest is the same news.
        if (attempt === 1) this.#log.warn({ url: address.url }, `${messageOf(error)} Trying on.`);
        await systemClock.sleep(backoffMs(attempt), signal).catch(() => undefined);
        continue;
      }
      attempt = 0;
      await this.#stay(connection, address, signal);
    }
  }

  /** Until the connection is closed, by us or for good. */
  async #stay(connection: NatsConnection, address: NatsAddress, signal: AbortSignal): Promise<void> {
    const close = () => void connection.close();
    signal.addEventListener('abort', close, { once: true });
    if (signal.aborted) close();
    const news = connection.status();
    if (!connection.isClosed()) this.#begin(connection);
    for await (const status of news) {
      if (status.type === 'disconnect') {
        this.#log.warn({ url: address.url }, 'NATS went away; output waits in the engine until it is back.');
        this.#end();
      } else if (status.type === 'reconnect') {
        this.#log.info({ url: address.url }, 'NATS is back.');
        this.#begin(connection);
      } else if (status.type === 'error') {
        this.#log.warn({ url: address.url, cause: messageOf(status.error) }, 'NATS refused something.');
      }
    }
    await connection.closed();
    this.#end();
    signal.removeEventListener('abort', close);
  }

  #begin(connection: NatsConnection): void {
    this.#end();
    const lose = new AbortController();
    // One listener for each request under way: many are no leak.
    setMaxListeners(0, lose.signal);
    const session = { connection, lost: lose.signal };
    this.#session = { session, lose };
    for (const take of [...this.#waiting]) take(session);
  }

  #end(): void {
    const ended = this.#session;
    this.#session = null;
    ended?.lose.abort(new RestowError('unavailable', 'The connection to NATS was lost.'));
  }
}
