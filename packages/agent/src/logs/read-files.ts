import type { LogEntry, LogPosition } from '@restow/shared/bus/log-batch';
import type { EngineLogLine } from '../engine/container-engine.ts';
import { isAt, PlaceCounter } from './place-counter.ts';

/** The output one container has in the engine's files, and goes on to have. */
export interface Output {
  /** Entries in the order they were written: from `sinceTime` on (inclusive), the last `tail`, or all there are. */
  read(
    options: { follow: boolean; sinceTime?: string; tail?: number },
    signal: AbortSignal,
  ): AsyncIterable<EngineLogLine>;
  /** When the present run was started, milliseconds since the epoch. */
  run: number | null;
  /** What the engine's files hold at least before the oldest of them is dropped; infinite where none ever is. */
  spoolBytes: number;
}

/** The oldest line an agent saw of a container it knows nothing else of. */
export interface FirstSeen {
  time: string;
  stream: 'stdout' | 'stderr';
  /** The engine's files were full by then: there may have been older ones. */
  mayLack: boolean;
}

/** Takes one line, and the place after it. Lines come by the hundred thousand: no promise where there is no need to wait. */
export type TakeLine = (entry: LogEntry, position: LogPosition) => Promise<void> | undefined;

/** How far before the place reading begins, for a clock that was set back a little meanwhile. */
const setBackMs = 10_000;

/**
 * Reads what is in the files now after a place, numbered on from it; from the first line when there is none yet. The
 * place is found by its entry, not by its time alone: entries of two streams are not quite in order, and a restarted
 * machine may have another clock, so after a restart the whole of the files is read.
 *
 * Where the place itself was rotated away, a gap line comes before the oldest line there is. With no place yet, the line
 * that was seen `first` must still be the oldest; and the files must not have been full then, or not be full now if none
 * was seen, for of full files nobody can tell whether there was more.
 *
 * Resolves at the end of the files; throws the signal's reason, and whatever the engine or `take` throws.
 */
export const readFiles = async (
  output: Output,
  after: LogPosition | null,
  first: FirstSeen | null,
  take: TakeLine,
  signal: AbortSignal,
): Promise<void> => {
  if (after === null) {
    const mayLack = first?.mayLack ?? (await isFull(output, signal));
    const gapBefore = (oldest: EngineLogLine) => {
      const isFirst = first === null || (oldest.time === first.time && oldest.stream === first.stream);
      if (!isFirst) return rotatedAway(first, oldest);
      return mayLack ? `lines before ${oldest.time} may have been rotated away before they could be read` : null;
    };
    return readAll(output, 0, gapBefore, take, signal);
  }
  const sinceTime = after.run === output.run ? earlier(after.time, setBackMs) : undefined;
  const places = new PlaceCounter();
  let { seq } = after;
  let found = false;
  for await (const line of output.read({ follow: false, sinceTime }, signal)) {
    const sameTime = places.count(line);
    if (found) {
      const full = takeAs(++seq, line, sameTime, output.run, take);
      if (full) await full;
    } else {
      found = isAt(after, line, sameTime);
    }
  }
  signal.throwIfAborted();
  if (!found) await readAll(output, after.seq, (oldest) => rotatedAway(after, oldest), take, signal);
};

/** Everything there is; a gap line first where `gapBefore` says what is missing before the oldest. */
const readAll = async (
  output: Output,
  seqBefore: number,
  gapBefore: (oldest: EngineLogLine) => string | null,
  take: TakeLine,
  signal: AbortSignal,
): Promise<void> => {
  const { run } = output;
  const places = new PlaceCounter();
  let seq = seqBefore;
  let isOldest = true;
  for await (const line of output.read({ follow: false }, signal)) {
    const sameTime = places.count(line);
    const gap = isOldest ? gapBefore(line) : null;
    isOldest = false;
    if (gap !== null) {
      const { time, stream } = line;
      seq++;
      await take({ seq, time, stream: 'gap', line: gap, partial: false }, { seq, time, stream, sameTime, run });
    }
    const full = takeAs(++seq, line, sameTime, run, take);
    if (full) await full;
  }
  signal.throwIfAborted();
};

/** Gives one entry its number. */
export const takeAs = (
  seq: number,
  { time, stream, line, partial }: EngineLogLine,
  sameTime: number,
  run: number | null,
  take: TakeLine,
): Promise<void> | undefined => take({ seq, time, stream, line, partial }, { seq, time, stream, sameTime, run });

/** Nobody can count them; it may be that there was none. */
const rotatedAway = (from: { time: string }, to: { time: string }): string =>
  `any lines between ${from.time} and ${to.time} were rotated away before they could be read`;

/** Surely nothing comes after the place in the files of a container that does not run; told by their last entries. */
export const isAtEnd = async (output: Output, place: LogPosition, signal: AbortSignal): Promise<boolean> => {
  const wanted = place.sameTime + 1;
  const last: EngineLogLine[] = [];
  for await (const line of output.read({ follow: false, tail: wanted }, signal)) last.push(line);
  signal.throwIfAborted();
  const isSame = ({ time, stream }: EngineLogLine) => time === place.time && stream === place.stream;
  // Where the first of them has the place's time too, there may be more of that time than can be counted here.
  const countable = last.length < wanted || !isSame(last[0]!);
  return countable && last.filter(isSame).length === place.sameTime && isSame(last.at(-1)!);
};

/** The engine's files hold so much that older ones may have been dropped. */
export const isFull = async (output: Output, signal: AbortSignal): Promise<boolean> => {
  if (output.spoolBytes === Number.POSITIVE_INFINITY) return false;
  let bytes = 0;
  for await (const { line } of output.read({ follow: false }, signal)) {
    bytes += Buffer.byteLength(JSON.stringify(line)) + entryOverhead;
    if (bytes >= output.spoolBytes) return true;
  }
  signal.throwIfAborted();
  return false;
};

/** Of the engine's own JSON around a line: `{"log":,"stream":"stdout","time":"2026-01-02T03:04:05.123456789Z"}`. */
const entryOverhead = 68;

const earlier = (time: string, ms: number): string =>
  new Date(Date.parse(time) - ms).toISOString().replace('Z', '000000Z');
