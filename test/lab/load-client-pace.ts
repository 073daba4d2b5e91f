/**
 * An open schedule: so many things a second, whether the earlier ones have ended or not. What a busy machine made late is
 * done late and known to be late; nothing is left out. Times in milliseconds of one clock.
 */
export class Pace {
  readonly #everyMs: number;
  readonly #from: number;
  #taken = 0;

  /** `perSecond` 0: never anything. */
  constructor(perSecond: number, from: number) {
    this.#everyMs = 1000 / perSecond;
    this.#from = from;
  }

  /** When the next one is due. */
  get next(): number {
    return this.#taken === 0 && !Number.isFinite(this.#everyMs) ? Infinity : this.#from + this.#taken * this.#everyMs;
  }

  /** When each was due that is due by now and was not taken yet. */
  take(now: number): number[] {
    const due: number[] = [];
    for (; this.next <= now; this.#taken += 1) due.push(this.next);
    return due;
  }
}
