import type { Clock } from '@restow/shared/base/clock';

/** A clock turned by hand. Nothing sleeps on it longer than the test says. */
export class ManualClock implements Clock {
  #now: number;
  #sleepers: { at: number; wake: () => void }[] = [];
  #arrivals: { count: number; resolve: () => void }[] = [];

  constructor(now = Date.parse('2026-01-02T03:04:05Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { at: this.#now + ms, wake: resolve };
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      sleeper.wake = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#sleepers.push(sleeper);
      this.#arrivals = this.#arrivals.filter((arrival) => {
        if (this.#sleepers.length < arrival.count) return true;
        arrival.resolve();
        return false;
      });
    });
  }

  /** How many sleep now. */
  get asleep(): number {
    return this.#sleepers.length;
  }

  /** Resolves as soon as that many sleep at the same time. */
  untilAsleep(count = 1): Promise<void> {
    return new Promise((resolve) => {
      if (this.#sleepers.length >= count) resolve();
      else this.#arrivals.push({ count, resolve });
    });
  }

  /** Lets time pass: wakes whose time has come, earliest first, and lets each go on before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const [next] = this.#sleepers.toSorted((one, other) => one.at - other.at);
      if (!next || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      next.wake();
    }
    this.#now = end;
  }
}
