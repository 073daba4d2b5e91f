import type { LogPosition } from '@restow/shared/bus/log-batch';
import type { EngineLogLine } from '../engine/container-engine.ts';
import { isAt, PlaceCounter } from './place-counter.ts';
import { type Output, type TakeLine, takeAs } from './read-files.ts';

/** Entries of the end among which the place must be: enough for what comes while one reading takes over from another. */
const overlap = 1000;

/**
 * Where a reader is further behind than this, in bytes, it goes back to reading files. An engine that follows goes from
 * one file to the next by being told of rotations; Docker's, a whole file behind (10 MiB), passes over the files between
 * and comes to the newest one, and may begin that one twice.
 */
const mostBehind = 2 * 1024 ** 2;

/** Why nothing more is read as it comes. */
export type LiveEnd = 'ended' | 'behind';

/**
 * Reads lines after a place as they come, numbered on from it; with no place, from the first line on. For a reader who has
 * everything but the last lines. Resolves with `ended` when the output has, with `behind` when it cannot be said that
 * nothing was passed over: then `readFiles` goes on. Throws as that does.
 */
export const readLive = async (
  output: Output,
  after: LogPosition | null,
  take: TakeLine,
  now: () => number,
  signal: AbortSignal,
): Promise<LiveEnd> => {
  const places = new PlaceCounter();
  const lag = new Lag();
  const latest = { stdout: '', stderr: '' };
  let seq = after?.seq ?? 0;
  let found = after === null;
  let passed = 0;
  const options = { follow: true, ...(after === null ? {} : { tail: overlap }) };
  for await (const line of output.read(options, signal)) {
    const sameTime = places.count(line);
    if (!found) {
      found = after !== null && isAt(after, line, sameTime);
      if (found || ++passed < overlap) continue;
      return 'behind';
    }
    // A stream that goes back in time: the same file once more, or another clock. Reading the files tells which.
    if (line.time < latest[line.stream]) return 'behind';
    latest[line.stream] = line.time;
    lag.read(line);
    const full = takeAs(++seq, line, sameTime, output.run, take);
    if (!full) continue;
    await full;
    if (lag.bytes(line, now()) > mostBehind) return 'behind';
  }
  signal.throwIfAborted();
  return 'ended';
};

/** How much output a reader has still to come to: as much as was written since the last line, at the rate of late. */
class Lag {
  #bytes = 0;
  #since = 0;

  read({ line, time }: EngineLogLine): void {
    if (this.#bytes === 0) this.#since = Date.parse(time);
    this.#bytes += line.length + entryOverhead;
  }

  /** As it is after this line; the rate is that since the last asking. */
  bytes({ time }: EngineLogLine, now: number): number {
    const at = Date.parse(time);
    const perMs = this.#bytes / Math.max(1, at - this.#since);
    this.#bytes = 0;
    return perMs * Math.max(0, now - at);
  }
}

/** What a line takes in the engine's files beside itself. */
const entryOverhead = 70;
