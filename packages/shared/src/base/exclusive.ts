/**
 * Lets one piece of work run at a time, in the order asked. Work that throws does not hold up the next.
 *
 * Work must not ask for its own `Exclusive` and wait for it: that waits for itself.
 */
export class Exclusive {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
