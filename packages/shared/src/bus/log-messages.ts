import { DeliverPolicy, type JsMsg, jetstream, type OrderedConsumerOptions } from '@nats-io/jetstream';
import { type BatchHeaders, type LogEntry, readBatchEntries, readBatchHeaders } from './log-batch.ts';
import type { LogLine } from './log-line.ts';
import type { NatsSession } from './nats-link.ts';
import { logStreamName, parseLogSubject } from './subjects.ts';

/** Where reading begins: a sequence number of the stream, a time (RFC 3339), or each subject's last message only. */
export type ReadFrom = { seq: number } | { time: string } | 'last-of-each';

export interface MessageQuery {
  filter: string;
  from: ReadFrom;
  /** End with the last message there is, instead of waiting for more. */
  untilCaughtUp: boolean;
  headersOnly?: boolean;
}

/**
 * How many messages the server sends ahead of the reader; each has 64 KiB and seldom more. Not said in bytes: a server
 * ends a request whose rest is too small for the next message, and the client waits seconds before it asks again.
 */
const aheadMessages = 32;

/**
 * Messages of the log stream in its order, no faster than they are taken. Ends with the signal; when the session is lost,
 * or the server refuses, it throws.
 */
export async function* logMessages(
  session: NatsSession,
  query: MessageQuery,
  signal: AbortSignal,
): AsyncGenerator<JsMsg, void, undefined> {
  const options: Partial<OrderedConsumerOptions> = { filter_subjects: query.filter, headers_only: query.headersOnly };
  if (query.from === 'last-of-each') options.deliver_policy = DeliverPolicy.LastPerSubject;
  else if ('seq' in query.from) options.opt_start_seq = query.from.seq;
  else options.opt_start_time = query.from.time;
  session.lost.throwIfAborted();
  if (signal.aborted) return;
  const consumer = await jetstream(session.connection).consumers.get(logStreamName, options);
  const stopped = AbortSignal.any([signal, session.lost]);
  try {
    if (query.untilCaughtUp && (await consumer.info(true)).num_pending === 0) return;
    // A server that restarts is noticed by missed heartbeats: 1 s each, not the 15 s of the defaults.
    const messages = await consumer.consume({ max_messages: aheadMessages, expires: 5000, idle_heartbeat: 1000 });
    const stop = () => void messages.close();
    stopped.addEventListener('abort', stop, { once: true });
    if (stopped.aborted) stop();
    try {
      for await (const message of messages) {
        if (stopped.aborted) break;
        yield message;
        if (query.untilCaughtUp && message.info.pending === 0) break;
      }
    } finally {
      stopped.removeEventListener('abort', stop);
      await messages.close();
    }
    if (!signal.aborted) session.lost.throwIfAborted();
  } finally {
    // Forgotten by the server after five minutes anyway.
    if (!session.lost.aborted) consumer.delete().catch(() => undefined);
  }
}

/** A message of our own, or one read by number: what is needed to make lines of it. */
export interface StoredBatch {
  subject: string;
  data: Uint8Array;
  headers?: { get(name: string): string | undefined };
}

export const headersOf = (message: Pick<StoredBatch, 'headers'>): BatchHeaders | null =>
  readBatchHeaders((name) => message.headers?.get(name));

/** The lines of one message; none when it is no batch of ours, for anybody with the token may publish here. */
export const linesOf = (message: StoredBatch): LogLine[] => {
  const place = parseLogSubject(message.subject);
  const headers = headersOf(message);
  if (place === null || headers === null) return [];
  const { nodeName, slotName, instanceId } = headers;
  return entriesOf(message.data).map((entry) => ({ ...place, slotName, nodeName, instanceId, ...entry }));
};

const entriesOf = (payload: Uint8Array): LogEntry[] => {
  try {
    return readBatchEntries(payload);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
};
