import type { LogLine } from '@restow/shared/bus/log-line';
import type { LogQuery } from '@restow/shared/bus/log-query';

/** Container output as NATS keeps it. */
export interface LogArchive {
  /**
   * Lines by time; ends when all there is was given, or with `follow` goes on until the signal. Throws `unavailable`
   * when NATS does not answer.
   */
  read(query: LogQuery, signal: AbortSignal): AsyncIterable<LogLine>;
  /** When NATS goes away and when it is back; absent where it is always there. Both reject with the signal's reason. */
  away?: {
    /** Resolves once it has not answered for a while; at once when that is so now. */
    begins(signal: AbortSignal): Promise<void>;
    /** Resolves once it answers. */
    ends(signal: AbortSignal): Promise<void>;
  };
}
