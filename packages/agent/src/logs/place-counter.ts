import type { LogPosition } from '@restow/shared/bus/log-batch';
import type { EngineLogLine } from '../engine/container-engine.ts';

/**
 * Counts entries of the same time in each stream, as they are read. An engine stamps each stream's entries in order, so
 * a time and a count name one entry, wherever reading begins, as long as it begins before that time.
 */
export class PlaceCounter {
  readonly #last = { stdout: { time: '', count: 0 }, stderr: { time: '', count: 0 } };

  /** How many entries of its stream had exactly its time until now, this one included. */
  count(entry: Pick<EngineLogLine, 'time' | 'stream'>): number {
    const last = this.#last[entry.stream];
    if (last.time === entry.time) return ++last.count;
    last.time = entry.time;
    last.count = 1;
    return 1;
  }
}

/** The entry, which is number `sameTime` of its time, is the one the position names. */
export const isAt = (
  position: Pick<LogPosition, 'time' | 'stream' | 'sameTime'>,
  entry: Pick<EngineLogLine, 'time' | 'stream'>,
  sameTime: number,
): boolean => sameTime === position.sameTime && entry.time === position.time && entry.stream === position.stream;
