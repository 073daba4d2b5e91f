import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** A line as anybody can read it, with nothing of ours. */
export interface StoredLine {
  subject: string;
  instance: string;
  seq: number;
  time: string;
  stream: string;
  line: string;
  partial?: boolean;
}

/** All lines in the stream, in the order it has them. */
export const storedLines = async (client: NatsConnection): Promise<StoredLine[]> => {
  const lines: StoredLine[] = [];
  const info = await (await jetstreamManager(client)).streams.info('restow-logs');
  if (info.state.messages === 0) return lines;
  const consumer = await jetstream(client).consumers.get('restow-logs', { deliver_policy: DeliverPolicy.All });
  for await (const message of await consumer.consume()) {
    const instance = message.headers!.get('Restow-Instance');
    for (const text of message.string().split('\n'))
      lines.push({ ...JSON.parse(text), subject: message.subject, instance });
    if (message.info.pending === 0) break;
  }
  return lines;
};

/** `1-5 7-9` for numbers that should have been without gaps, in the order they came. */
export const ranges = (numbers: number[]): string => {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(' ');
};
