import type { HealthTiming } from '@restow/shared/domain/service';
import { describe, expect, it } from 'vitest';
import { timingOf } from './checks.ts';
import { healthy, judge, type Standing, starting } from './verdict.ts';

const timing = { intervalMs: 1000, timeoutMs: 500, retries: 3, startPeriodMs: 0 };

/** What is thought after looks with these ends, one every 400 ms from its start on. */
const after = (ends: boolean[], before: Standing = starting, given = timing): Standing['health'][] => {
  let standing = before;
  return ends.map((passed, at) => {
    standing = judge(standing, passed, (at + 1) * 400, given);
    return standing.health;
  });
};
const [yes, no] = [true, false];

describe('an instance', () => {
  it('is healthy with the first look it passes, whatever was before', () => {
    expect(after([no, yes, no, yes])).toEqual(['starting', 'healthy', 'healthy', 'healthy']);
    expect(after([yes], { health: 'unhealthy', failures: 9 })).toEqual(['healthy']);
  });

  it('that was healthy is unhealthy after so many failures in a row', () => {
    expect(after([no, no, no], healthy)).toEqual(['healthy', 'healthy', 'unhealthy']);
    expect(after([no, no, yes, no, no], healthy)).toEqual(Array(5).fill('healthy'));
    expect(after([no], healthy, { ...timing, retries: 1 })).toEqual(['unhealthy']);
  });

  it('that never was has the time that so many failures take, however often it is looked at', () => {
    expect(after(Array(8).fill(no))).toEqual([...Array(7).fill('starting'), 'unhealthy']);
  });

  it('has its start period before that', () => {
    const patient = { ...timing, startPeriodMs: 800 };
    expect(after(Array(10).fill(no), starting, patient)).toEqual([...Array(9).fill('starting'), 'unhealthy']);
    // A failure in it does not count against one that has answered before.
    expect(after([no, no, no, no], healthy, patient)).toEqual(['healthy', 'healthy', 'healthy', 'unhealthy']);
  });
});

describe('the timing of a check', () => {
  const nothing: HealthTiming = { intervalMs: null, timeoutMs: null, retries: null, startPeriodMs: null };

  it('is ours where nothing is said: a program in the container has longer than an answer from the network', () => {
    const usual = { retries: 3, startPeriodMs: 0 };
    const overTheNetwork = { ...usual, intervalMs: 5000, timeoutMs: 2000 };
    expect(timingOf({ kind: 'tcp', port: 1 }, nothing)).toEqual(overTheNetwork);
    expect(timingOf({ kind: 'http', port: 1, path: '/' }, nothing)).toEqual(overTheNetwork);
    expect(timingOf({ kind: 'command', command: ['x'] }, nothing)).toEqual({
      ...{ ...usual, intervalMs: 2000, timeoutMs: 30_000 },
    });
  });

  it('is as given, zero included', () => {
    const given = { intervalMs: 1, timeoutMs: 2, retries: 4, startPeriodMs: 0 };
    expect(timingOf({ kind: 'tcp', port: 1 }, given)).toEqual(given);
    expect(timingOf({ kind: 'tcp', port: 1 }, { ...nothing, retries: 7 })).toMatchObject({
      retries: 7,
      intervalMs: 5000,
    });
  });
});
