/**
 * Of what is under way at a time, so much may be one asker's, and so much all of them have together. What would be more is
 * refused at once, so a container that floods takes neither the memory nor what others need.
 */
export class Shares {
  readonly #each: number;
  readonly #all: number;
  readonly #taken = new Map<string, number>();
  #sum = 0;

  constructor({ each, all }: { each: number; all: number }) {
    this.#each = each;
    this.#all = all;
  }

  /** How to give it back, to be called once; `null`: there is none left. */
  take(asker: string): (() => void) | null {
    const taken = this.#taken.get(asker) ?? 0;
    if (taken >= this.#each || this.#sum >= this.#all) return null;
    this.#taken.set(asker, taken + 1);
    this.#sum++;
    return () => {
      const left = this.#taken.get(asker)! - 1;
      this.#sum--;
      if (left > 0) this.#taken.set(asker, left);
      else this.#taken.delete(asker);
    };
  }
}
