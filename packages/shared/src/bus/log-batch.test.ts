import { expect, test } from 'vitest';
import {
  batchBytes,
  LogBatch,
  type LogEntry,
  type LogPosition,
  readBatchEntries,
  readBatchHeaders,
} from './log-batch.ts';

const origin = { instanceId: 'i-1', containerId: 'c-1', nodeName: 'n1', serviceName: 'web', slotName: 'web-1' };
const neighbours = { previous: 7, other: 3, begins: '2026-01-02T03:04:05.000000001Z' };

const entry = (seq: number, change: Partial<LogEntry> = {}): LogEntry => ({
  seq,
  time: '2026-01-02T03:04:05.123456789Z',
  stream: 'stdout',
  line: `line ${seq}`,
  partial: false,
  ...change,
});
const at = (seq: number, change: Partial<LogPosition> = {}): LogPosition => ({
  seq,
  time: '2026-01-02T03:04:05.123456789Z',
  stream: 'stdout',
  sameTime: 1,
  run: 1_767_323_045_000,
  ...change,
});

const headersOf = (batch: LogBatch) => {
  const headers = batch.headers(origin, neighbours);
  return readBatchHeaders((name) => headers[name]);
};

test('a batch read back is what was put in', () => {
  const batch = new LogBatch();
  const entries = [
    entry(4),
    entry(5, { stream: 'stderr', line: '"quoted", \n new line, tab \t, \u0000, ünïcödé 🚢, \u2028', partial: true }),
    entry(6, { line: '' }),
    entry(7, { stream: 'gap', line: 'some lines are gone' }),
    entry(8),
  ];
  for (const one of entries) batch.add(one, at(one.seq, { sameTime: one.seq }));
  expect(readBatchEntries(batch.payload)).toEqual(entries);
  expect(headersOf(batch)).toEqual({ ...origin, ...neighbours, firstSeq: 4, position: at(8, { sameTime: 8 }) });
  expect(batch.messageId).toBe('4-8');
  expect(batch.first).toEqual(entries[0]);
});

test('a line of the payload is one JSON object', () => {
  const batch = new LogBatch();
  batch.add(entry(1), at(1));
  batch.add(entry(2, { partial: true }), at(2));
  expect(Buffer.from(batch.payload).toString().split('\n')).toEqual([
    '{"seq":1,"time":"2026-01-02T03:04:05.123456789Z","stream":"stdout","line":"line 1"}',
    '{"seq":2,"time":"2026-01-02T03:04:05.123456789Z","stream":"stdout","line":"line 2","partial":true}',
  ]);
});

test('a run that never started is none, not the year 1970', () => {
  const batch = new LogBatch();
  batch.add(entry(1), at(1, { run: null }));
  expect(headersOf(batch)?.position.run).toBeNull();
});

test('a batch is full at its size, counted in bytes, and the worst line that fills it stays far below a message of 1 MiB', () => {
  const batch = new LogBatch();
  expect(batch.empty).toBe(true);
  expect(batch.full).toBe(false);
  batch.add(entry(1, { line: '€'.repeat(batchBytes / 3 - 40) }), at(1));
  expect(batch.full).toBe(false);
  batch.add(entry(2, { line: '\u0000'.repeat(16 * 1024) }), at(2));
  expect(batch.full).toBe(true);
  expect(batch.payload.byteLength).toBeLessThan(256 * 1024);
});

test('a batch never ends with a gap line', () => {
  const batch = new LogBatch();
  expect(batch.complete).toBe(false);
  batch.add(entry(1, { stream: 'gap', line: 'x'.repeat(batchBytes) }), at(1));
  expect([batch.complete, batch.full]).toEqual([false, false]);
  batch.add(entry(2), at(2));
  expect([batch.complete, batch.full]).toEqual([true, true]);
});

test.each<Record<string, string>>([{}, { 'Restow-Instance': 'i' }, { 'Restow-Instance': 'i', 'Restow-Last-Seq': '3' }])(
  'headers that are none of ours: %o',
  (headers) => {
    expect(readBatchHeaders((name) => headers[name])).toBeNull();
  },
);
