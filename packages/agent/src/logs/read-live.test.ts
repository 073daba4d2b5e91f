import type { LogPosition } from '@restow/shared/bus/log-batch';
import { expect, test } from 'vitest';
import type { EngineLogLine } from '../engine/container-engine.ts';
import type { Output, TakeLine } from './read-files.ts';
import { readLive } from './read-live.ts';

const start = Date.UTC(2026, 0, 1);
const at = (ms: number, given: Partial<EngineLogLine> = {}): EngineLogLine => ({
  time: new Date(start + ms).toISOString().replace('Z', '000000Z'),
  stream: 'stdout',
  line: `ms ${ms}`,
  partial: false,
  ...given,
});
const after = ({ time, stream }: EngineLogLine): LogPosition => ({ seq: 10, time, stream, sameTime: 1, run: 1 });

/** Follows these entries; `asked` says how. `read` gives the lines and how it ended. */
const following = (entries: EngineLogLine[]) => {
  const asked: object[] = [];
  const output: Output = {
    async *read(options) {
      asked.push(options);
      yield* entries.slice(-(options.tail ?? entries.length));
    },
    run: 1,
    spoolBytes: Number.POSITIVE_INFINITY,
  };
  const lines: string[] = [];
  const read = async (place: LogPosition | null, now = start, waitsAt = (_seq: number) => false) => {
    const take: TakeLine = ({ seq, line }) => {
      lines.push(`${seq} ${line.slice(0, 20)}`);
      return waitsAt(seq) ? Promise.resolve() : undefined;
    };
    return readLive(output, place, take, () => now, new AbortController().signal);
  };
  return { asked, lines, read };
};

test('with no place yet, from the first line on', async () => {
  const { asked, lines, read } = following([at(1), at(2)]);
  expect(await read(null)).toBe('ended');
  expect(lines).toEqual(['1 ms 1', '2 ms 2']);
  expect(asked).toEqual([{ follow: true }]);
});

test('after a place among the last lines, what comes behind it', async () => {
  const { asked, lines, read } = following([at(1), at(2), at(3, { stream: 'stderr' })]);
  expect(await read(after(at(2)))).toBe('ended');
  expect(lines).toEqual(['11 ms 3']);
  expect(asked).toEqual([{ follow: true, tail: 1000 }]);
});

test('a place that is not among the last lines is behind', async () => {
  const { lines, read } = following(Array.from({ length: 1001 }, (_, index) => at(index)));
  expect(await read(after(at(0)))).toBe('behind');
  expect(lines).toEqual([]);
});

test('a stream that goes back in time is looked at in the files first; two streams out of order are not', async () => {
  const { lines, read } = following([at(1), at(3), at(2, { stream: 'stderr' }), at(4), at(2), at(5)]);
  expect(await read(null)).toBe('behind');
  expect(lines).toEqual(['1 ms 1', '2 ms 3', '3 ms 2', '4 ms 4']);
});

test.each([
  { rate: '1 MB/s, a second late', everyMs: 1, lateMs: 1000, end: 'ended' },
  { rate: '1 MB/s, five seconds late', everyMs: 1, lateMs: 5000, end: 'behind' },
  { rate: '20 KB/s, a minute late', everyMs: 50, lateMs: 60_000, end: 'ended' },
  { rate: '20 KB/s, five minutes late', everyMs: 50, lateMs: 300_000, end: 'behind' },
])('$rate: $end', async ({ everyMs, lateMs, end }) => {
  const entries = Array.from({ length: 200 }, (_, index) => at(index * everyMs, { line: 'x'.repeat(930) }));
  const { lines, read } = following(entries);
  const now = start + 99 * everyMs + lateMs;
  expect(await read(null, now, (seq) => seq === 100)).toBe(end);
  expect(lines).toHaveLength(end === 'behind' ? 100 : 200);
});

test('while lines need not wait for room, nobody is behind', async () => {
  const { read } = following([at(1, { line: 'x'.repeat(50_000) }), at(2)]);
  expect(await read(null, start + 3_600_000)).toBe('ended');
});
