import { isInSubnet } from '@restow/shared/domain/address';
import type { Logger } from 'pino';
import type { Forwarder } from './forward.ts';
import type { NameBook } from './name-book.ts';
import { Shares } from './shares.ts';
import { type Query, type Reply, rcodes, readQuery, writeReply } from './wire.ts';
import { type Answer, answer } from './zone.ts';

/** Questions that somebody else is asked, or that wait, at a time: of one container, and of all. */
const waiting = { each: 64, all: 512 };

/**
 * A container that was made a moment ago may ask before it is known. What then seems to be nobody's, and could be an
 * alias of its own, waits so long for that. Milliseconds.
 */
const knownWithinMs = 500;

/** `dig @ADDRESS CH TXT restow`: whether somebody answers, and how much he knows. */
export const stateQuestion = { name: 'restow', type: 'TXT', class: 'CH' } as const;

/** What is said to that. */
export interface NamesState {
  program: 'restow-names';
  version: string;
  /** Version of the endpoint table that is answered from; 0: none yet. */
  endpoints: number;
}

const nothing = { rcode: rcodes.noSuchName, authoritative: true } as const;
const failed = { rcode: rcodes.failed, authoritative: false } as const;

const replyOf = (found: Exclude<Answer, { kind: 'foreign' }>): Reply => {
  switch (found.kind) {
    case 'addresses':
      return { rcode: rcodes.ok, authoritative: true, addresses: found.addresses };
    case 'name':
      return { rcode: rcodes.ok, authoritative: true, name: found.name };
    case 'nothing':
      return nothing;
  }
};

/** Turns a message into the message that answers it. */
export class Answering {
  readonly #book: NameBook;
  readonly #forwarder: Forwarder;
  readonly #version: string;
  readonly #log: Logger;
  readonly #shares = new Shares(waiting);
  #turn = 0;
  #told: string | null = null;

  constructor(parts: { book: NameBook; forwarder: Forwarder; version: string; log: Logger }) {
    this.#book = parts.book;
    this.#forwarder = parts.forwarder;
    this.#version = parts.version;
    this.#log = parts.log;
  }

  /** `null`: nothing is to be said. At once for what is known here, so that a flood of it takes no memory. Never rejects. */
  to(message: Buffer, from: string, transport: 'udp' | 'tcp'): Buffer | null | Promise<Buffer> {
    const read = readQuery(message);
    if (read.query === null) return read.reply;
    const { query } = read;
    if (query.class !== 'IN') return writeReply(query, this.#stateFor(query), transport);
    const asker = this.#book.asker(from);
    const found = answer(query.name, asker, this.#book.zone, this.#turn++);
    if (found.kind !== 'foreign') return writeReply(query, replyOf(found), transport);
    const done = this.#shares.take(from);
    if (!done) return writeReply(query, failed, transport);
    return this.#elsewhere(query, from, transport, asker !== null || !this.#isContainer(from)).finally(done);
  }

  #isContainer(from: string): boolean {
    const { node } = this.#book;
    return node !== null && from !== node.address && isInSubnet(node.subnet)(from);
  }

  #stateFor({ name, type }: Query): Reply {
    const isAsked = name.toLowerCase() === stateQuestion.name && type === stateQuestion.type;
    const state: NamesState = { program: 'restow-names', version: this.#version, endpoints: this.#book.version };
    return isAsked ? { rcode: rcodes.ok, authoritative: true, text: JSON.stringify(state) } : nothing;
  }

  async #elsewhere(query: Query, from: string, transport: 'udp' | 'tcp', isKnown: boolean): Promise<Buffer> {
    // Nobody outside has a name of one label.
    if (!isKnown && !query.name.includes('.')) {
      const asker = await this.#book.whenKnown(from, knownWithinMs);
      const found = answer(query.name, asker, this.#book.zone, this.#turn++);
      if (found.kind !== 'foreign') return writeReply(query, replyOf(found), transport);
    }
    const forwarded = await this.#forwarder.ask(query, transport);
    if (forwarded.ok) {
      this.#told = null;
      return forwarded.message;
    }
    // Said once for each cause, not once for each question.
    if (this.#told !== forwarded.because)
      this.#log.warn(
        { because: forwarded.because },
        `names that are not ours, such as ${query.name}, are not resolved`,
      );
    this.#told = forwarded.because;
    return writeReply(query, failed, transport);
  }
}
