import type { LogArchive } from '../ports/log-archive.ts';

/** NATS went away while lines were waited for, or is back. */
export interface Absence {
  absent: boolean;
}

/**
 * Lines as they come, no faster than they are taken, and between them when none can come because the archive is away,
 * and when it is back. Leaving the loop, and the signal, end the reading.
 */
export async function* withAbsences<Line>(
  away: LogArchive['away'],
  read: (signal: AbortSignal) => AsyncIterable<Line>,
  signal: AbortSignal,
): AsyncGenerator<{ line: Line } | Absence, void, undefined> {
  const left = new AbortController();
  const until = AbortSignal.any([signal, left.signal]);
  const lines = read(until)[Symbol.asyncIterator]();
  let absent = false;
  const change = () => (away ? (absent ? away.ends(until) : away.begins(until)) : new Promise<never>(() => undefined));
  // Where the signal ends the waiting it ends the lines too, and those are what is listened to.
  const heard = (changed: Promise<void>) =>
    changed.then(
      () => 'change' as const,
      () => new Promise<never>(() => undefined),
    );
  let news = heard(change());
  try {
    for (let next = lines.next(); ; ) {
      const first = await Promise.race([next, news]);
      if (first === 'change') {
        absent = !absent;
        yield { absent };
        news = heard(change());
      } else if (first.done) {
        return;
      } else {
        yield { line: first.value };
        next = lines.next();
      }
    }
  } finally {
    left.abort();
  }
}
