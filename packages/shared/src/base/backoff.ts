/**
 * Milliseconds to wait before attempt `attempt` (1 is the first repeat): doubles from `firstMs` up to `mostMs`, less up to
 * a quarter by chance, so that many who failed together do not come back together. Pure but for `random`.
 */
export const backoffMs = (
  attempt: number,
  {
    firstMs = 100,
    mostMs = 5000,
    random = Math.random,
  }: { firstMs?: number; mostMs?: number; random?: () => number } = {},
): number => Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30)) * (1 - random() / 4);
