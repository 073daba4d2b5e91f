/** One after the other, until the signal: of a list nobody waits for any more, no further entry is looked up. */
export const eachInTurn = async <Item, View>(
  items: Item[],
  signal: AbortSignal,
  view: (item: Item) => Promise<View>,
): Promise<View[]> => {
  const views: View[] = [];
  for (const item of items) {
    signal.throwIfAborted();
    views.push(await view(item));
  }
  return views;
};
