import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogLine } from './log-line.ts';
import { type LineRun, mergeRuns } from './merge-runs.ts';

const line = (instanceId: string, seq: number, time: string): LogLine => ({
  ...{ nodeId: 'n', serviceId: 's', deploymentId: 'd', slotIndex: 1, slotName: 'web-1', nodeName: 'n1' },
  ...{ instanceId, seq, time, stream: 'stdout', line: '', partial: false },
});

/** A run `name` with lines at these times, in pieces of two; `log` says when it is opened and when it is let go. */
const run = (name: string, times: string[], log: string[] = [], begins = times[0] ?? ''): LineRun => ({
  begins,
  async *read() {
    log.push(`open ${name}`);
    try {
      for (let at = 0; at < times.length; at += 2) {
        yield times.slice(at, at + 2).map((time, index) => line(name, at + index + 1, time));
        yield [];
      }
    } finally {
      log.push(`close ${name}`);
    }
  },
});

const merged = async (...runs: LineRun[]): Promise<string[]> => {
  const lines: string[] = [];
  for await (const piece of mergeRuns(runs)) lines.push(...piece.map(({ instanceId, time }) => instanceId + time));
  return lines;
};

test('nothing merges to nothing', async () => {
  expect(await merged()).toEqual([]);
  expect(await merged(run('a', []), run('b', []))).toEqual([]);
});

test('lines come by time; of equal times the run given first comes first', async () => {
  expect(await merged(run('a', ['1', '4', '5', '8']), run('b', ['2', '3', '5', '9']))).toEqual([
    'a1',
    'b2',
    'b3',
    'a4',
    'a5',
    'b5',
    'a8',
    'b9',
  ]);
});

test('a run keeps its own order, even where its times do not rise', async () => {
  expect(await merged(run('a', ['3', '1', '5']), run('b', ['2', '4']))).toEqual(['b2', 'a3', 'a1', 'b4', 'a5']);
});

test('a run is opened only when its time has come, and let go when it has ended', async () => {
  const log: string[] = [];
  const later = run('b', ['5', '6'], log);
  expect(await merged(later, run('a', ['1', '2'], log))).toEqual(['a1', 'a2', 'b5', 'b6']);
  expect(log).toEqual(['open a', 'close a', 'open b', 'close b']);
});

test('who stops early lets every open run go', async () => {
  const log: string[] = [];
  for await (const _ of mergeRuns([run('a', ['1', '3', '5'], log), run('b', ['2', '4', '6'], log)])) break;
  expect(log).toEqual(['open a', 'close a']);
});

test('any runs: all lines, sorted, each run in order', async () => {
  const times = fc.array(fc.integer({ min: 10, max: 99 }).map(String)).map((list) => list.toSorted());
  await fc.assert(
    fc.asyncProperty(fc.array(times, { maxLength: 6 }), async (lists) => {
      const all = await merged(...lists.map((list, index) => run(String.fromCharCode(97 + index), list)));
      expect(all.map((text) => text.slice(1))).toEqual(lists.flat().toSorted());
    }),
  );
});
