import { setTimeout as later } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { LogArchive } from '../ports/log-archive.ts';
import { withAbsences } from './with-absences.ts';

/** Lines and absences at the test's word. */
const scripted = () => {
  let begin = Promise.withResolvers<void>();
  let end = Promise.withResolvers<void>();
  const lines: PromiseWithResolvers<string | null>[] = [Promise.withResolvers()];
  const counts = { asked: 0, ended: 0 };
  const away: LogArchive['away'] = {
    begins: () => begin.promise,
    ends: () => end.promise,
  };
  const read = async function* (signal: AbortSignal) {
    const stop = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
    try {
      for (;;) {
        counts.asked += 1;
        const line = await Promise.race([lines.at(-1)!.promise, stop]);
        if (line === null) return;
        lines.push(Promise.withResolvers());
        yield line;
      }
    } finally {
      counts.ended += 1;
    }
  };
  return {
    away,
    read,
    counts,
    line: (text: string | null) => lines.at(-1)!.resolve(text),
    goAway: () => {
      begin.resolve();
      begin = Promise.withResolvers();
    },
    comeBack: () => {
      end.resolve();
      end = Promise.withResolvers();
    },
  };
};

const never = new AbortController().signal;

describe('lines and absences', () => {
  test('in the order they happen', async () => {
    const { away, read, line, goAway, comeBack } = scripted();
    const all = withAbsences(away, read, never);
    const take = async () => (await all.next()).value;
    const first = take();
    line('a');
    expect(await first).toEqual({ line: 'a' });
    const second = take();
    goAway();
    expect(await second).toEqual({ absent: true });
    const third = take();
    comeBack();
    expect(await third).toEqual({ absent: false });
    const fourth = take();
    line('b');
    expect(await fourth).toEqual({ line: 'b' });
    const fifth = take();
    line(null);
    expect(await fifth).toBeUndefined();
  });

  test('no line is asked for before the one before it was taken', async () => {
    const { away, read, line, counts } = scripted();
    const all = withAbsences(away, read, never);
    const first = all.next();
    line('a');
    await first;
    await later(0);
    expect(counts.asked).toBe(1);
    await all.return();
  });

  test('an archive that is never away is read alone', async () => {
    const { read, line } = scripted();
    const all = withAbsences(undefined, read, never);
    const first = all.next();
    line('a');
    expect((await first).value).toEqual({ line: 'a' });
    await all.return();
  });

  test('leaving and the signal end the reading, also while nothing comes', async () => {
    const one = scripted();
    const over = new AbortController();
    const all = withAbsences(one.away, one.read, over.signal);
    const first = all.next();
    over.abort();
    expect((await first).done).toBe(true);
    expect(one.counts.ended).toBe(1);

    const two = scripted();
    const left = withAbsences(two.away, two.read, never);
    const line = left.next();
    two.goAway();
    expect((await line).value).toEqual({ absent: true });
    await left.return();
    await later(0);
    expect(two.counts.ended).toBe(1);
  });

  test('what breaks the reading breaks it here', async () => {
    const broken = async function* () {
      yield 'a';
      throw new Error('unreadable');
    };
    const all = withAbsences(undefined, broken, never);
    await all.next();
    await expect(all.next()).rejects.toThrow('unreadable');
  });
});
