import { describe, expect, test } from 'vitest';
import { type LoadKind, type LoadPlan, type LoadRecord, reportOf, staleAnswers } from './load-client-report.ts';

const plan: LoadPlan = {
  target: '10.7.0.1',
  port: 80,
  resolver: null,
  newPerSecond: 10,
  slowPerSecond: 1,
  slowMs: 3000,
  kept: 1,
  keptEveryMs: 100,
};

const asked = (begun: number, took: number, more: Partial<LoadRecord> = {}): LoadRecord => ({
  kind: 'new',
  fresh: true,
  due: begun,
  begun,
  ended: begun + took,
  version: 'v1',
  by: 'one',
  trouble: null,
  cut: false,
  ...more,
});
const failed = (begun: number, more: Partial<LoadRecord> = {}) =>
  asked(begun, 5, { version: null, by: null, trouble: 'ECONNREFUSED', ...more });

/** A second of everything the plan wants, all of it answered at once. */
const allWell = (): LoadRecord[] => [
  ...Array.from({ length: 10 }, (_, at) => asked(at * 100, 2)),
  asked(0, 3002, { kind: 'slow' }),
  ...Array.from({ length: 10 }, (_, at) => asked(at * 100, 2, { kind: 'kept', fresh: at === 0 })),
];

describe('a load is reported', () => {
  test('well when every question was answered in time', () => {
    const report = reportOf(plan, allWell(), 0, 1000);
    expect(report).toMatchObject({ failed: 0, cut: 0, reached: 1, stale: [], versions: { v1: 21 }, holders: ['one'] });
    expect(report.kinds.new).toMatchObject({ nominal: 10, attempted: 10, inTime: 10, longestGapMs: 100 });
  });

  test.each<[string, Partial<LoadRecord>, number, number]>([
    ['a refused connection', { trouble: 'ECONNREFUSED', version: null }, 1, 0],
    ['a connection cut in the middle of a question', { trouble: 'ECONNRESET', version: null, cut: true }, 1, 1],
    ['an answer 901 ms late', { ended: 901 }, 1, 0],
    ['an answer 900 ms late', { ended: 900 }, 0, 0],
    ['a slow answer 901 ms late', { kind: 'slow', ended: 3901 }, 1, 0],
    ['a slow answer 900 ms late', { kind: 'slow', ended: 3900 }, 0, 0],
    ['a kept connection that ended between questions', { kind: 'kept', ended: 0, trouble: 'EOF', cut: true }, 0, 1],
  ])('%s', (_, more, failures, cuts) => {
    const report = reportOf(plan, [asked(0, 2, more)], 0, 1000);
    expect([report.failed, report.cut]).toEqual([failures, cuts]);
  });

  test('as asked too little when questions are missing, or were asked long after their time', () => {
    const missing = allWell().filter(({ kind, begun }) => kind !== 'new' || begun > 100);
    expect(reportOf(plan, missing, 0, 1000).reached).toBe(0.8);
    const behind = allWell().map((one) => (one.begun === 900 ? { ...one, due: 790 } : one));
    expect(reportOf(plan, behind, 0, 1000)).toMatchObject({ failed: 0, reached: 0.9 });
  });

  test('with the longest time between two answers, failures being none', () => {
    const records = [asked(0, 10), failed(50), asked(90, 5), asked(80, 60)];
    expect(reportOf(plan, records, 0, 1000).kinds.new.longestGapMs).toBe(85);
  });

  test('by the time of the question alone', () => {
    expect(reportOf(plan, [failed(999), failed(1000)], 0, 1000).failed).toBe(1);
    expect(reportOf(plan, [failed(999), failed(1000)], 0, 1000).troubles).toEqual({ ECONNREFUSED: 1 });
  });
});

describe('an answer is stale', () => {
  const by = (begun: number, who: string, kind: LoadKind = 'new', fresh = true) =>
    asked(begun, 2, { by: who, kind, fresh });

  test('when it comes from the old container on a connection opened after a question the new one had', () => {
    const records = [by(0, 'one'), by(100, 'two'), by(140, 'one'), by(150, 'two')];
    expect(staleAnswers(records).map(({ begun }) => begun)).toEqual([140]);
  });

  test('not within the time that packets may overtake each other, and not on a connection from before', () => {
    const records = [by(0, 'one', 'kept'), by(0, 'one'), by(100, 'two'), by(130, 'one'), by(500, 'one', 'kept', false)];
    expect(staleAnswers(records)).toEqual([]);
  });

  test('also when two containers came since', () => {
    const records = [by(0, 'one'), by(100, 'two'), by(200, 'three'), by(300, 'one')];
    expect(staleAnswers(records).map(({ begun }) => begun)).toEqual([300]);
  });

  test('a slow one counts from its question on, not from its answer', () => {
    const records = [asked(90, 3002, { by: 'one', kind: 'slow' }), by(100, 'two')];
    expect(staleAnswers(records)).toEqual([]);
  });
});
