/** Rows by key. What goes in and out are whole copies: nobody changes a stored row by changing theirs. */
export interface Table<Row> {
  get(key: string): Row | null;
  /** Those that `fits` accepts, in no order. `fits` is shown the rows themselves and must not change them. */
  where(fits: (row: Row) => boolean): Row[];
  set(key: string, row: Row): void;
  delete(key: string): void;
}

/** As a database would keep it: through JSON, which also drops what is `undefined`. */
const copy = <Row>(row: Row): Row => JSON.parse(JSON.stringify(row));

const onlyInside = (): never => {
  throw new Error('a table in memory was changed outside of a transaction');
};

/**
 * A table with transactions that nest. Each open transaction is a layer of changes over what lies below it, which its
 * commit writes down and its rollback forgets; `null` in a layer stands for a row deleted.
 */
export class LayeredTable<Row> {
  readonly #rows = new Map<string, Row>();
  readonly #layers: Map<string, Row | null>[] = [];

  /** What is committed; only to be read. */
  readonly committed: Table<Row> = {
    get: (key) => copy(this.#rows.get(key) ?? null),
    where: (fits) => [...this.#rows.values()].filter(fits).map(copy),
    set: onlyInside,
    delete: onlyInside,
  };

  /** What the innermost transaction sees and changes. */
  readonly changing: Table<Row> = {
    get: (key) => {
      const layer = this.#layers.findLast((changes) => changes.has(key));
      return copy((layer ?? this.#rows).get(key) ?? null);
    },
    where: (fits) => {
      const rows = new Map<string, Row | null>(this.#rows);
      for (const layer of this.#layers) for (const [key, row] of layer) rows.set(key, row);
      return [...rows.values()].filter((row) => row !== null && fits(row)).map(copy) as Row[];
    },
    set: (key, row) => (this.#layers.at(-1) ?? onlyInside()).set(key, copy(row)),
    delete: (key) => (this.#layers.at(-1) ?? onlyInside()).set(key, null),
  };

  begin(): void {
    this.#layers.push(new Map());
  }

  commit(): void {
    const changes = this.#layers.pop() ?? onlyInside();
    const below = this.#layers.at(-1);
    for (const [key, row] of changes) {
      if (below) below.set(key, row);
      else if (row === null) this.#rows.delete(key);
      else this.#rows.set(key, row);
    }
  }

  rollback(): void {
    this.#layers.pop();
  }
}
