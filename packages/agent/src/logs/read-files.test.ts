import type { LogPosition } from '@restow/shared/bus/log-batch';
import { expect, test } from 'vitest';
import type { EngineLogLine } from '../engine/container-engine.ts';
import { type FirstSeen, isAtEnd, type Output, readFiles, type TakeLine } from './read-files.ts';

const at = (second: number, stream: EngineLogLine['stream'] = 'stdout'): EngineLogLine => ({
  time: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().replace('Z', '000000Z'),
  stream,
  line: `second ${second} on ${stream}`,
  partial: false,
});

/** Files that hold these entries; `reads` says with which `sinceTime` they were read. */
const files = (entries: EngineLogLine[], given: Partial<Output> = {}) => {
  const reads: (string | undefined)[] = [];
  const output: Output = {
    async *read({ sinceTime = '', tail = entries.length }) {
      reads.push(sinceTime || undefined);
      yield* entries.slice(-tail).filter(({ time }) => time >= sinceTime);
    },
    ...{ run: 1, spoolBytes: Number.POSITIVE_INFINITY },
    ...given,
  };
  return { output, reads };
};

const after = (entry: EngineLogLine, change: Partial<LogPosition> = {}): LogPosition => ({
  ...{ seq: 10, time: entry.time, stream: entry.stream, sameTime: 1, run: 1 },
  ...change,
});

const read = async (output: Output, place: LogPosition | null, first: FirstSeen | null = null): Promise<string[]> => {
  const lines: string[] = [];
  const take: TakeLine = ({ seq, stream, line }) => {
    lines.push(`${seq} ${stream === 'gap' ? line.replaceAll(/2026\S+/g, 'T') : line}`);
    return undefined;
  };
  await readFiles(output, place, first, take, new AbortController().signal);
  return lines;
};

test('with no place yet, everything is read, numbered from 1', async () => {
  expect(await read(files([at(1), at(2, 'stderr')]).output, null)).toEqual([
    '1 second 1 on stdout',
    '2 second 2 on stderr',
  ]);
});

test('after a place, what comes behind it, numbered on', async () => {
  const { output, reads } = files([at(1), at(100), at(101), at(102)]);
  expect(await read(output, after(at(101)))).toEqual(['11 second 102 on stdout']);
  expect(reads).toEqual([at(91).time]);
});

test('the same time on the other stream is another place', async () => {
  const { output } = files([at(5, 'stderr'), at(5), at(5, 'stderr'), at(6)]);
  expect(await read(output, after(at(5)))).toEqual(['11 second 5 on stderr', '12 second 6 on stdout']);
  expect(await read(output, after(at(5, 'stderr'), { sameTime: 2 }))).toEqual(['11 second 6 on stdout']);
});

test('after another run the whole is read, whatever the clock says', async () => {
  const { output, reads } = files([at(1000), at(3), at(4)]);
  expect(await read(output, after(at(1000), { run: 0 }))).toEqual(['11 second 3 on stdout', '12 second 4 on stdout']);
  expect(reads).toEqual([undefined]);
});

test('a place that is gone: a gap line that takes a number, then the oldest there is', async () => {
  expect(await read(files([at(7), at(8)]).output, after(at(5)))).toEqual([
    '11 any lines between T and T were rotated away before they could be read',
    '12 second 7 on stdout',
    '13 second 8 on stdout',
  ]);
});

test('a place that is gone with everything: nothing can be said before a line comes', async () => {
  expect(await read(files([]).output, after(at(5)))).toEqual([]);
});

test('a clock set back a little before the place hides nothing and doubles nothing', async () => {
  const { output } = files([at(20), at(21), at(15), at(16)]);
  expect(await read(output, after(at(15)))).toEqual(['11 second 16 on stdout']);
});

test('the line seen first must still be the oldest', async () => {
  const seen: FirstSeen = { time: at(1).time, stream: 'stdout', mayLack: false };
  expect(await read(files([at(1)]).output, null, seen)).toEqual(['1 second 1 on stdout']);
  expect(await read(files([at(2)]).output, null, seen)).toEqual([
    '1 any lines between T and T were rotated away before they could be read',
    '2 second 2 on stdout',
  ]);
});

test.each([
  { files: 'full', spoolBytes: 150, gap: ['1 lines before T may have been rotated away before they could be read'] },
  { files: 'not full', spoolBytes: 400, gap: [] },
])('files that are $files when first seen', async ({ spoolBytes, gap }) => {
  const lines = await read(files([at(1), at(2)], { spoolBytes }).output, null);
  expect(lines.slice(0, -2)).toEqual(gap);
  expect(lines.slice(-2).map((line) => line.replace(/^\d+ /, ''))).toEqual([
    'second 1 on stdout',
    'second 2 on stdout',
  ]);
});

test('files that became full after they were first seen lack nothing', async () => {
  const seen: FirstSeen = { time: at(1).time, stream: 'stdout', mayLack: false };
  expect(await read(files([at(1), at(2)], { spoolBytes: 1 }).output, null, seen)).toHaveLength(2);
});

test('reading waits where the taker says so', async () => {
  const { output } = files([at(1), at(2)]);
  const taken: number[] = [];
  const room = Promise.withResolvers<void>();
  const take: TakeLine = ({ seq }) => {
    taken.push(seq);
    return room.promise;
  };
  const reading = readFiles(output, null, null, take, new AbortController().signal);
  await expect.poll(() => taken).toEqual([1]);
  room.resolve();
  await reading;
  expect(taken).toEqual([1, 2]);
});

test('an aborted signal is no end of the output', async () => {
  const stop = new AbortController();
  const { output } = files([at(1)], {
    async *read() {
      stop.abort(new Error('enough'));
      yield* [];
    },
  });
  await expect(readFiles(output, null, null, () => undefined, stop.signal)).rejects.toThrow('enough');
  await expect(readFiles(output, after(at(1)), null, () => undefined, stop.signal)).rejects.toThrow('enough');
});

test.each([
  { files: 'the place last', entries: [at(1), at(2)], place: after(at(2)), end: true },
  { files: 'something behind the place', entries: [at(1), at(2)], place: after(at(1)), end: false },
  { files: 'only the place', entries: [at(2)], place: after(at(2)), end: true },
  { files: 'nothing', entries: [], place: after(at(2)), end: false },
  { files: 'the same time on the other stream', entries: [at(2, 'stderr')], place: after(at(2)), end: false },
  { files: 'one more of the same time', entries: [at(2), at(2)], place: after(at(2)), end: false },
  {
    files: 'more of the same time than can be counted',
    entries: [at(2), at(2), at(3, 'stderr'), at(2)],
    place: after(at(2), { sameTime: 2 }),
    end: false,
  },
  { files: 'as many of the same time', entries: [at(2), at(2)], place: after(at(2), { sameTime: 2 }), end: true },
])('with $files the place is at the end: $end', async ({ entries, place, end }) => {
  expect(await isAtEnd(files(entries).output, place, new AbortController().signal)).toBe(end);
});
