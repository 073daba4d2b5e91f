/** As the engine's own: the first pause, the longest one, and how long a run makes all before it forgotten. Milliseconds. */
const firstMs = 100;
const longestMs = 60_000;
const healthyRunMs = 10_000;

/** How long to wait before the next start, given the pause before the last one (`null`: none) and how long it ran. Pure. */
export const nextPause = (lastMs: number | null, ranMs: number): number =>
  lastMs === null || ranMs >= healthyRunMs ? firstMs : Math.min(2 * lastMs, longestMs);
