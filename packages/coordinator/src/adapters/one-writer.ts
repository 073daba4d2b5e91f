import { AsyncLocalStorage } from 'node:async_hooks';
import { RestowError } from '@restow/shared/base/errors';

/** How a store reaches its rows: `Rows` is a connection to a database, or tables in memory. */
export interface Access<Rows> {
  read<T>(query: (rows: Rows) => Promise<T>): Promise<T>;
  /** All of `change` or, when it throws, nothing of it. */
  write<T>(change: (rows: Rows) => Promise<T>): Promise<T>;
}

/** A place for rows with transactions that nest: an inner `commit` is undone when the outer one rolls back. */
export interface Ledger<Rows> {
  /** As of the last outermost commit; never shows what may still be rolled back. */
  readonly committed: Rows;
  /** Shows and makes the changes of the transaction under way. */
  readonly changing: Rows;
  /** False when the database itself gave up the transaction under way, as SQLite does on some faults of the disk. */
  readonly standing: boolean;
  begin(): void;
  /** The outermost one returns when the changes are durable. */
  commit(): void;
  rollback(): void;
  close(): void;
}

interface Turn<Rows> {
  alone: boolean;
  take(rows: Rows): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

// Taken when the module loads, so that a test which turns the clock by hand does not stop the store.
const eventLoopTurn = globalThis.setImmediate;

const atomically = async <Rows, T>(ledger: Ledger<Rows>, change: (rows: Rows) => Promise<T>): Promise<T> => {
  ledger.begin();
  try {
    const value = await change(ledger.changing);
    ledger.commit();
    return value;
  } catch (error) {
    ledger.rollback();
    throw error;
  }
};

/** What one transaction sees: its own changes, one after the other, until it has ended. */
class Session<Rows> implements Access<Rows> {
  readonly #ledger: Ledger<Rows>;
  #last: Promise<unknown> = Promise.resolve();
  open = true;

  constructor(ledger: Ledger<Rows>) {
    this.#ledger = ledger;
  }

  read<T>(query: (rows: Rows) => Promise<T>): Promise<T> {
    return this.#next(() => query(this.#ledger.changing));
  }

  write<T>(change: (rows: Rows) => Promise<T>): Promise<T> {
    return this.#next(() => atomically(this.#ledger, change));
  }

  /** Waits for what was begun and not awaited, so that nothing of it lands after the commit. */
  async end(): Promise<void> {
    this.open = false;
    await this.#last;
  }

  async #next<T>(act: () => Promise<T>): Promise<T> {
    if (!this.open)
      throw new RestowError(
        'internal',
        'The store of a transaction was used after it had ended: await everything inside it.',
      );
    const done = this.#last.then(act);
    // Whoever awaits `done` hears of the failure; the next in line only waits for its end.
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/**
 * Lets changes in one after the other. Changes that came in while the last commit was being made durable share the next
 * one, each still all or nothing by itself, so that a slow disk costs one wait for many; a transaction has its own.
 * Reads do not queue: they see what is committed.
 */
export class OneWriter<Rows> implements Access<Rows> {
  readonly #ledger: Ledger<Rows>;
  readonly #within = new AsyncLocalStorage<Session<Rows>>();
  #waiting: Turn<Rows>[] = [];
  #draining: Promise<void> | null = null;
  #closed = false;

  constructor(ledger: Ledger<Rows>) {
    this.#ledger = ledger;
  }

  async read<T>(query: (rows: Rows) => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    return query(this.#ledger.committed);
  }

  write<T>(change: (rows: Rows) => Promise<T>): Promise<T> {
    return this.#queue(false, change);
  }

  /** A throw of `work` undoes all it did and is thrown on. `work` should wait for nothing but the store. */
  transaction<T>(work: (access: Access<Rows>) => Promise<T>): Promise<T> {
    const asCaller = AsyncLocalStorage.bind((session: Session<Rows>) => this.#within.run(session, () => work(session)));
    return this.#queue(true, async () => {
      const session = new Session(this.#ledger);
      try {
        return await asCaller(session);
      } finally {
        await session.end();
      }
    });
  }

  /** Lets what was begun end; everything after it is refused. Closing twice is the same as once. */
  async close(): Promise<void> {
    this.#refuseWithin('closed');
    if (this.#closed) return;
    this.#closed = true;
    await this.#draining;
    await new Promise((resolve) => eventLoopTurn(resolve));
    this.#ledger.close();
  }

  async #queue<T>(alone: boolean, take: (rows: Rows) => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    this.#refuseWithin('written to');
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ alone, take, resolve: resolve as (value: unknown) => void, reject });
      this.#draining ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => eventLoopTurn(resolve));
      const alone = this.#waiting.findIndex((turn) => turn.alone);
      const count = alone === 0 ? 1 : alone === -1 ? this.#waiting.length : alone;
      await this.#commitTogether(this.#waiting.splice(0, count));
    }
    this.#draining = null;
  }

  async #commitTogether(turns: Turn<Rows>[]): Promise<void> {
    const ledger = this.#ledger;
    const answers: (() => void)[] = [];
    try {
      ledger.begin();
      for (const turn of turns) {
        try {
          const value = await atomically(ledger, (rows) => turn.take(rows));
          answers.push(() => turn.resolve(value));
        } catch (error) {
          if (!ledger.standing) throw error;
          answers.push(() => turn.reject(error));
        }
      }
      ledger.commit();
    } catch (fault) {
      ledger.rollback();
      for (const turn of turns) turn.reject(fault);
      return;
    }
    for (const answer of answers) answer();
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new RestowError('unavailable', 'The store is closed: the coordinator is ending.');
  }

  /** Would wait for itself for ever. */
  #refuseWithin(what: string): void {
    if (this.#within.getStore()?.open)
      throw new RestowError(
        'internal',
        `The store was ${what} from inside one of its transactions: use the store that the transaction was given; transactions do not nest.`,
      );
  }
}
