import { LogBatch, type LogEntry, type LogPosition } from '@restow/shared/bus/log-batch';

/** A line waits at most this long for others to travel with. */
const gatherMs = 20;

/**
 * Sends lines in batches of 64 KiB or 20 ms, whichever is first.
 *
 * Invariants: one batch is on its way at a time; the next is gathered meanwhile, and when that is full, whoever brings
 * lines has to wait. After a failure nothing is sent any more.
 */
export class LineSender {
  readonly #send: (batch: LogBatch) => Promise<void>;
  readonly #onFailure: (why: unknown) => void;
  #batch = new LogBatch();
  #count = 0;
  /** The batch has waited long enough. */
  #due = false;
  #timer: NodeJS.Timeout | undefined;
  #onItsWay: Promise<void> | null = null;
  #failure: { why: unknown } | null = null;

  /** `onFailure` is told at once, for whoever brings lines may wait for the next for ever. */
  constructor(send: (batch: LogBatch) => Promise<void>, onFailure: (why: unknown) => void) {
    this.#send = send;
    this.#onFailure = onFailure;
  }

  /** A promise where the next line must wait; it rejects with what `send` threw. */
  take(entry: LogEntry, position: LogPosition): Promise<void> | undefined {
    if (this.#batch.empty) this.#timer = setTimeout(() => this.#fallDue(), gatherMs);
    this.#batch.add(entry, position);
    this.#count++;
    if (this.#due) this.#sendOff();
    return this.#batch.full || this.#failure ? this.#untilRoom() : undefined;
  }

  /** Sends what is left. Resolves with the number of lines when all of it has arrived; throws what `send` threw. */
  async end(): Promise<number> {
    while ((this.#onItsWay || this.#batch.complete) && !this.#failure) {
      this.#sendOff();
      await this.#onItsWay;
    }
    this.#throwFailure();
    return this.#count;
  }

  /** Sends nothing more. Resolves when the batch on its way has arrived or failed. */
  async stop(): Promise<void> {
    this.#failure ??= { why: new Error('sending was stopped') };
    clearTimeout(this.#timer);
    await this.#onItsWay;
  }

  async #untilRoom(): Promise<void> {
    while (this.#batch.full && !this.#failure) {
      this.#sendOff();
      if (this.#batch.full) await this.#onItsWay;
    }
    this.#throwFailure();
  }

  #sendOff(): void {
    if (this.#onItsWay || this.#failure || !this.#batch.complete) return;
    const ready = this.#batch;
    this.#batch = new LogBatch();
    this.#due = false;
    clearTimeout(this.#timer);
    this.#onItsWay = this.#send(ready).then(
      () => {
        this.#onItsWay = null;
        if (this.#due || this.#batch.full) this.#sendOff();
      },
      (why: unknown) => {
        this.#onItsWay = null;
        if (this.#failure) return;
        this.#failure = { why };
        this.#onFailure(why);
      },
    );
  }

  #fallDue(): void {
    this.#due = true;
    this.#sendOff();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.why;
  }
}
