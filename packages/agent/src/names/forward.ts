import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { messageOf } from '@restow/shared/base/errors';
import type { Query } from './wire.ts';

/** One resolver has this long before the next is asked. Milliseconds. */
const tryMs = 1500;

/** The engine's own resolver, which asked us, gives up after 4 s, and does not say so. Milliseconds. */
const allMs = 3500;

/** One that did not answer is asked last for so long. Milliseconds. */
const ailingMs = 10_000;

/** What became of a question that is not ours. */
export type Forwarded = { ok: true; message: Buffer } | { ok: false; because: string };

export interface ForwarderParts {
  /** Addresses of the resolvers, best first, asked for anew with each question. */
  servers: () => string[];
  /** Of the resolvers; 53. */
  port?: number;
  now?: () => number;
}

/**
 * Asks the node's own resolvers what is not ours: the message goes out and comes back as it is, but for its number, so
 * that every kind of record passes. By datagram what came by datagram, by TCP what came by TCP: whoever was told that an
 * answer did not fit asks again.
 */
export class Forwarder {
  readonly #servers: () => string[];
  readonly #port: number;
  readonly #now: () => number;
  readonly #ailing = new Map<string, number>();

  constructor({ servers, port = 53, now = Date.now }: ForwarderParts) {
    this.#servers = servers;
    this.#port = port;
    this.#now = now;
  }

  /** Never rejects. */
  async ask(query: Query, transport: 'udp' | 'tcp'): Promise<Forwarded> {
    const until = this.#now() + allMs;
    const servers = this.#wellFirst(this.#servers());
    if (servers.length === 0) return { ok: false, because: "the node's resolv.conf names no resolver" };
    let refused: Buffer | null = null;
    const complaints = new Set<string>();
    // Twice: a datagram may be lost.
    for (const server of [...servers, ...servers]) {
      const left = Math.min(tryMs, until - this.#now());
      if (left <= 0) break;
      try {
        const message = await (transport === 'udp' ? askByUdp : askByTcp)(query, server, this.#port, left);
        this.#ailing.delete(server);
        // It could not, or would not: another one may.
        if (![2, 5].includes(message[3]! & 0x0f)) return { ok: true, message };
        refused = message;
      } catch (error) {
        this.#ailing.set(server, this.#now() + ailingMs);
        complaints.add(`${server}: ${messageOf(error)}`);
      }
    }
    return refused ? { ok: true, message: refused } : { ok: false, because: [...complaints].join('; ') };
  }

  #wellFirst(servers: string[]): string[] {
    const isAiling = (server: string) => (this.#ailing.get(server) ?? 0) > this.#now();
    return [...servers.filter((server) => !isAiling(server)), ...servers.filter(isAiling)];
  }
}

/** The message with a number nobody can guess, beside a port nobody can guess: only the resolver can answer it. */
const disguised = ({ message }: Query): Buffer => {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(randomInt(65_536), 0);
  return copy;
};

/** Whether it answers that question. Some resolvers spell a name in small letters only. */
const answersTo = (reply: Buffer, asked: Buffer, { question }: Query): boolean =>
  reply.length >= 12 + question.length &&
  reply.readUInt16BE(0) === asked.readUInt16BE(0) &&
  (reply[2]! & 0x80) !== 0 &&
  reply.toString('latin1', 12, 12 + question.length).toLowerCase() === question.toString('latin1').toLowerCase();

const withItsOwnNumber = (reply: Buffer, { id }: Query): Buffer => {
  reply.writeUInt16BE(id, 0);
  return reply;
};

const askByUdp = (query: Query, server: string, port: number, withinMs: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const asked = disguised(query);
    const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4');
    let ended = false;
    const end = (become: () => void) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      socket.removeAllListeners();
      // What fails from here on nobody waits for.
      socket.on('error', () => {});
      socket.close();
      become();
    };
    const timer = setTimeout(() => end(() => reject(new Error(`no answer within ${withinMs} ms`))), withinMs);
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('message', (reply) => {
      if (answersTo(reply, asked, query)) end(() => resolve(withItsOwnNumber(reply, query)));
    });
    // Connected: the kernel drops what comes from anybody else, and tells of a port where nobody listens.
    socket.on('connect', () => socket.send(asked, (error) => error && end(() => reject(error))));
    socket.connect(port, server);
  });

const askByTcp = (query: Query, server: string, port: number, withinMs: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const asked = disguised(query);
    const socket = connect({ host: server, port });
    const parts: Buffer[] = [];
    const end = (become: () => void) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.destroy();
      become();
    };
    const timer = setTimeout(() => end(() => reject(new Error(`no answer within ${withinMs} ms`))), withinMs);
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('close', () => end(() => reject(new Error('it hung up'))));
    socket.on('data', (part) => {
      parts.push(part);
      const reply = firstMessage(Buffer.concat(parts));
      if (reply === null) return;
      end(() =>
        answersTo(reply, asked, query)
          ? resolve(withItsOwnNumber(Buffer.from(reply), query))
          : reject(new Error('it answered something else')),
      );
    });
    socket.on('connect', () => socket.write(framed(asked)));
  });

/** By TCP a message has its length before it. */
export const framed = (message: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
};

/** The first message in what came by TCP; `null`: not all of it is there yet. */
export const firstMessage = (bytes: Buffer): Buffer | null => {
  const length = bytes.length < 2 ? null : bytes.readUInt16BE(0);
  return length !== null && bytes.length >= length + 2 ? bytes.subarray(2, length + 2) : null;
};
