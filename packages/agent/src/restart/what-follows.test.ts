import { autodestroys, autorestarts } from '@restow/shared/domain/service';
import { describe, expect, it } from 'vitest';
import { nextPause } from './pauses.ts';
import { type Following, whatFollows } from './what-follows.ts';

const ended: Parameters<typeof whatFollows>[0] = {
  ...{ state: 'stopped', serving: true, retired: false, exitCode: 1, startedAt: 1000 },
  ...{ autorestart: 'ON_FAILURE', autodestroy: 'OFF' },
};

describe('what follows the end of an instance that serves', () => {
  /** After exit 0, after exit 1. */
  const expected: Record<string, [Following, Following]> = {
    'OFF OFF': ['nothing', 'nothing'],
    'OFF ON_SUCCESS': ['destroy', 'nothing'],
    'OFF ALWAYS': ['destroy', 'destroy'],
    'ON_FAILURE OFF': ['nothing', 'restart'],
    'ON_FAILURE ON_SUCCESS': ['destroy', 'restart'],
    'ON_FAILURE ALWAYS': ['destroy', 'restart'],
    'ALWAYS OFF': ['nothing', 'nothing'],
    'ALWAYS ON_SUCCESS': ['nothing', 'nothing'],
    'ALWAYS ALWAYS': ['nothing', 'nothing'],
  };
  const pairs = autorestarts.flatMap((autorestart) =>
    autodestroys.map((autodestroy) => ({ autorestart, autodestroy })),
  );

  it.each(pairs)('RES-01, RES-05, RES-06: autorestart $autorestart, autodestroy $autodestroy', (pair) => {
    const after = ([0, 1] as const).map((exitCode) => whatFollows({ ...ended, ...pair, exitCode }, 'by-itself'));
    expect(after).toEqual(expected[`${pair.autorestart} ${pair.autodestroy}`]);
  });

  it.each(pairs)('RES-03: nothing where it was asked to end, or nobody knows ($autorestart, $autodestroy)', (pair) => {
    for (const exitCode of [0, 1, 137])
      for (const why of ['asked', null] as const)
        expect(whatFollows({ ...ended, ...pair, exitCode }, why)).toBe('nothing');
  });

  it.each<[Partial<typeof ended>, string]>([
    [{ serving: false }, 'was drained, put aside or never taken'],
    [{ retired: true }, 'was retired'],
    [{ state: 'running' }, 'runs'],
    [{ state: 'created', startedAt: null }, 'was never started'],
  ])('nothing for %j, which %s', (given) => {
    expect(whatFollows({ ...ended, ...given }, 'by-itself')).toBe('nothing');
    expect(whatFollows(ended, 'by-itself')).toBe('restart');
  });
});

describe('RES-02: the pause before a start', () => {
  it('begins with 100 ms, doubles up to a minute, and begins anew after a run of 10 s', () => {
    const pauses: number[] = [];
    for (let pause: number | null = null; pauses.length < 12; pauses.push(pause)) pause = nextPause(pause, 20);
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000]);
    expect(nextPause(60_000, 9_999)).toBe(60_000);
    expect(nextPause(60_000, 10_000)).toBe(100);
  });
});
