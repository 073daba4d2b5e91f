import { jetstreamManager } from '@nats-io/jetstream';
import type { LogLine } from './log-line.ts';
import { headersOf, linesOf } from './log-messages.ts';
import type { NatsSession } from './nats-link.ts';
import type { SubjectEnd } from './subject-ends.ts';
import { logStreamName } from './subjects.ts';

/**
 * The last `count` lines of all subjects together, by time, none before `since`. Each subject is read backwards, message
 * by message, from the one that ended last on, and only as far as its lines can still be among them.
 */
export const lastLines = async (
  session: NatsSession,
  ends: SubjectEnd[],
  count: number,
  since: string,
  signal: AbortSignal,
): Promise<LogLine[]> => {
  let newest: LogLine[] = [];
  /** Nothing earlier than this can be among the last. */
  const horizon = () => (newest.length < count ? since : newest[0]!.time);
  for (const end of ends.toSorted((a, b) => (a.headers.position.time < b.headers.position.time ? 1 : -1))) {
    if (count === 0 || end.headers.position.time < horizon()) break;
    let lines: LogLine[] = [];
    for (let seq = end.seq; seq > 0 && lines.length < count; ) {
      signal.throwIfAborted();
      const message = await read(session, seq);
      if (message === null) break;
      const before = message.lines.filter(({ time }) => time >= since);
      lines = [...before, ...lines];
      if (before.length < message.lines.length || (before[0] && before[0].time < horizon())) break;
      seq = message.previous;
    }
    newest = merge(newest, lines).slice(-count);
  }
  return newest;
};

const read = async (session: NatsSession, seq: number): Promise<{ lines: LogLine[]; previous: number } | null> => {
  const manager = await jetstreamManager(session.connection, { checkAPI: false });
  const message = await manager.direct.getMessage(logStreamName, { seq });
  if (message === null) return null;
  const batch = { subject: message.subject, data: message.data, headers: message.header };
  return { lines: linesOf(batch), previous: headersOf(batch)?.previous ?? 0 };
};

/** By time; each side keeps its own order. */
const merge = (a: LogLine[], b: LogLine[]): LogLine[] => {
  const merged: LogLine[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; )
    merged.push(j === b.length || (i < a.length && a[i]!.time <= b[j]!.time) ? a[i++]! : b[j++]!);
  return merged;
};
