import type { Paint } from './paint.ts';

/** What rendering depends on beside the value. */
export interface Look {
  /** Milliseconds since the epoch, for "3 min ago". */
  now: number;
  /** Ids and digests cut to what people compare. */
  trunc: boolean;
  paint: Paint;
}
