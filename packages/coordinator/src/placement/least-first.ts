/** A binary heap: the least of its items is always at hand, and may grow or go. Costs log(n) for each change. */
export interface LeastFirst<Item> {
  least(): Item | undefined;
  /** The least item was changed and may not be the least any more. */
  settle(): void;
  /** Takes the least item away. */
  drop(): void;
}

/** Makes a heap of `items`; `compare` must never call two of them equal, so that there is one order only. */
export const leastFirst = <Item>(items: readonly Item[], compare: (a: Item, b: Item) => number): LeastFirst<Item> => {
  const heap = [...items];
  const sink = (from: number): void => {
    const item = heap[from]!;
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && compare(heap[right]!, heap[left]!) < 0 ? right : left;
      if (compare(item, heap[child]!) <= 0) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = item;
  };
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(at);

  return {
    least: () => heap[0],
    settle: () => {
      if (heap.length > 0) sink(0);
    },
    drop: () => {
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return;
      heap[0] = last;
      sink(0);
    },
  };
};
