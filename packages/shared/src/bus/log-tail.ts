import type { JsMsg } from '@nats-io/jetstream';
import { backoffMs } from '../base/backoff.ts';
import { systemClock } from '../base/clock.ts';
import { isRestowError, messageOf, RestowError } from '../base/errors.ts';
import { lastLines } from './last-lines.ts';
import type { LogLine } from './log-line.ts';
import { linesOf, logMessages, type ReadFrom } from './log-messages.ts';
import type { LogQuery } from './log-query.ts';
import { type LineRun, mergeRuns } from './merge-runs.ts';
import type { NatsLink, NatsSession } from './nats-link.ts';
import { type SubjectEnd, subjectEnds } from './subject-ends.ts';
import { logFilter } from './subjects.ts';

/** How often, one after the other, NATS may refuse a follower: half a minute. */
const mostRefusals = 10;
/** How long NATS may take to answer at all. */
const reachMs = 5000;
/** How far a node's clock may be ahead of the NATS server's, so that a line of `since` is not passed over. */
const clockSkewMs = 5 * 60_000;

/**
 * Lines of what is there, by time over all slots; then, with `follow`, what comes, slots as they arrive, until the signal.
 * No line comes twice, and those of one instance come in order, also when NATS goes away and comes back meanwhile. Throws
 * `unavailable` when NATS does not answer, or is lost before all that was there has been read.
 */
export async function* readLogs(
  link: NatsLink,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void, undefined> {
  const unseen = new Unseen();
  const { since: sinceMs = 0 } = query;
  const since = sinceMs === 0 ? '' : new Date(sinceMs).toISOString().replace('Z', '000000Z');
  const filter = logFilter(query);
  let end = 0;
  try {
    const session = await link.reach(reachMs, signal);
    const ends = await subjectEnds(session, filter, signal);
    end = Math.max(0, ...ends.map(({ seq }) => seq));
    const current = ends.filter(({ headers }) => headers.position.time >= since);
    if (query.tail === undefined) {
      for await (const lines of mergeRuns(current.map((one) => runOf(session, one, sinceMs, since, signal))))
        yield* unseen.of(lines);
    } else {
      yield* unseen.of(await lastLines(session, current, query.tail, since, signal));
    }
  } catch (error) {
    if (signal.aborted) return;
    throw unreadable(error);
  }
  if (!query.follow) return;
  for await (const message of followMessages(link, filter, { seq: end + 1 }, signal))
    yield* unseen.of(linesOf(message).filter(({ time }) => time >= since));
}

const unreadable = (error: unknown): RestowError =>
  isRestowError(error)
    ? error
    : new RestowError(
        'unavailable',
        `The logs cannot be read from NATS (${messageOf(error)}); what runs goes on, so see that its server answers and ask again.`,
        { cause: error },
      );

/** One subject's lines, up to the message that was its last. */
const runOf = (
  session: NatsSession,
  { subject, seq, headers }: SubjectEnd,
  sinceMs: number,
  since: string,
  signal: AbortSignal,
): LineRun => ({
  begins: headers.begins,
  async *read() {
    const from = sinceMs === 0 ? { seq: 1 } : { time: new Date(sinceMs - clockSkewMs).toISOString() };
    for await (const message of logMessages(session, { filter: subject, from, untilCaughtUp: true }, signal)) {
      if (message.seq > seq) return;
      const lines = linesOf(message);
      yield since === '' ? lines : lines.filter(({ time }) => time >= since);
      if (message.seq === seq) return;
    }
  },
});

/**
 * Messages as they come, for as long as it takes. After a loss it goes on by the time of the last one, not by its number:
 * a server that lost the end of the stream in a power cut gives the same numbers to others.
 */
async function* followMessages(
  link: NatsLink,
  filter: string,
  begin: ReadFrom,
  signal: AbortSignal,
): AsyncGenerator<JsMsg, void, undefined> {
  let from = begin;
  for (let failures = 0; !signal.aborted; ) {
    const session = await link.connected(signal).catch(() => null);
    if (!session) return;
    try {
      for await (const message of logMessages(session, { filter, from, untilCaughtUp: false }, signal)) {
        failures = 0;
        yield message;
        from = { time: message.timestamp };
      }
    } catch (error) {
      // A stream is missing while a lost one is made anew; a loss of the session is no failure at all.
      if (!session.lost.aborted && ++failures > mostRefusals) throw unreadable(error);
    }
    if (signal.aborted || session.lost.aborted) continue;
    const either = AbortSignal.any([signal, session.lost]);
    await systemClock.sleep(backoffMs(failures), either).catch(() => undefined);
  }
}

/** Passes each line of an instance once, in order: what was read twice, or shipped twice, is dropped by its number. */
class Unseen {
  readonly #last = new Map<string, number>();

  *of(lines: LogLine[]): Generator<LogLine, void, undefined> {
    for (const line of lines) {
      if (line.seq <= (this.#last.get(line.instanceId) ?? 0)) continue;
      this.#last.set(line.instanceId, line.seq);
      yield line;
    }
  }
}
