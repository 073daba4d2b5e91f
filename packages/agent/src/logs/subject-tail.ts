import { type DirectMsgRequest, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { RestowError } from '@restow/shared/base/errors';
import {
  type BatchHeaders,
  type LogBatch,
  type LogOrigin,
  type LogPosition,
  readBatchHeaders,
} from '@restow/shared/bus/log-batch';
import type { NatsSession } from '@restow/shared/bus/nats-link';
import { logStreamName } from '@restow/shared/bus/subjects';

/** Where there is no stream, nobody answers at all: not worth a long wait. */
const lookWithinMs = 2000;
const storeWithinMs = 5000;

/** The newest message of a subject; `null` headers: not one of ours. */
interface Last {
  seq: number;
  headers: BatchHeaders | null;
}

const nothing: Last = { seq: 0, headers: null };

/**
 * The end of one subject's messages, as one session knows it: where each instance's output goes on, and the one place
 * where it is written.
 *
 * Invariants: one message on its way at a time, whichever instance it is of; each says which message it must follow, so
 * the server refuses one that was sent before, or that somebody else overtook. After any failure the end is read anew.
 */
export class SubjectTail {
  readonly #session: NatsSession;
  readonly #subject: string;
  #last: Last | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  /** The server took a message for one it had already, which is gone: its memory of ids is of no use here. */
  #withoutIds = false;

  constructor(session: NatsSession, subject: string) {
    this.#session = session;
    this.#subject = subject;
  }

  /** Up to where the stream has the instance's lines; `null` when it has none. */
  positionOf(instanceId: string): Promise<LogPosition | null> {
    return this.#inTurn(async () => {
      let message: Last | null = await this.#end();
      while (message?.headers) {
        if (message.headers.instanceId === instanceId) return message.headers.position;
        if (message.headers.other === 0) return null;
        message = await this.#get({ seq: message.headers.other });
      }
      return null;
    });
  }

  /** Resolves when the server has the batch. Throws when it does not, or when that is not known. */
  append(origin: LogOrigin, batch: LogBatch): Promise<void> {
    return this.#inTurn(async () => {
      const last = await this.#end();
      const mine = last.headers?.instanceId === origin.instanceId;
      const own = batch.headers(origin, {
        previous: last.seq,
        other: (mine ? last.headers?.other : last.seq) ?? 0,
        begins: last.headers?.begins || batch.first.time,
      });
      const sent = headers();
      for (const [name, value] of Object.entries(own)) sent.set(name, value);
      const ack = await this.#unlessLost(
        jetstream(this.#session.connection).publish(this.#subject, batch.payload, {
          headers: sent,
          msgID: this.#withoutIds ? undefined : `${origin.instanceId}.${batch.messageId}`,
          expect: { streamName: logStreamName, lastSubjectSequence: last.seq },
          timeout: storeWithinMs,
        }),
      );
      if (ack.duplicate) {
        this.#last = null;
        if ((await this.#end()).seq === ack.seq) return;
        this.#withoutIds = true;
        throw new RestowError('unavailable', `NATS had lines of ${this.#subject} before, and has them no more.`);
      }
      this.#last = { seq: ack.seq, headers: readBatchHeaders((name) => own[name]) };
    });
  }

  async #end(): Promise<Last> {
    this.#last ??= (await this.#get({ last_by_subj: this.#subject })) ?? nothing;
    return this.#last;
  }

  async #get(query: DirectMsgRequest): Promise<Last | null> {
    const manager = await jetstreamManager(this.#session.connection, { checkAPI: false, timeout: lookWithinMs });
    const message = await this.#unlessLost(manager.direct.getMessage(logStreamName, query));
    if (message === null) return null;
    return { seq: message.seq, headers: readBatchHeaders((name) => message.header.get(name)) };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      try {
        return await work();
      } catch (error) {
        this.#last = null;
        throw error;
      }
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** A request on a lost connection would wait for its deadline. */
  #unlessLost<T>(answer: Promise<T>): Promise<T> {
    const { lost } = this.#session;
    return new Promise((resolve, reject) => {
      const stop = () => reject(lost.reason);
      if (lost.aborted) stop();
      lost.addEventListener('abort', stop, { once: true });
      answer.then(resolve, reject).finally(() => lost.removeEventListener('abort', stop));
    });
  }
}
