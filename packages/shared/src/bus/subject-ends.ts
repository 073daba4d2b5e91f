import type { BatchHeaders } from './log-batch.ts';
import { headersOf, logMessages } from './log-messages.ts';
import type { NatsSession } from './nats-link.ts';

/** The last message of one subject. */
export interface SubjectEnd {
  subject: string;
  seq: number;
  headers: BatchHeaders;
}

/** The last message of every subject that matches, as they were at one moment; read without their payloads. */
export const subjectEnds = async (session: NatsSession, filter: string, signal: AbortSignal): Promise<SubjectEnd[]> => {
  const ends = new Map<string, SubjectEnd>();
  const query = { filter, from: 'last-of-each', untilCaughtUp: true, headersOnly: true } as const;
  for await (const message of logMessages(session, query, signal)) {
    const headers = headersOf(message);
    if (headers) ends.set(message.subject, { subject: message.subject, seq: message.seq, headers });
  }
  return [...ends.values()];
};
