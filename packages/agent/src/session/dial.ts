import type { ClientDuplexStream } from '@grpc/grpc-js';
import { type ErrorCode, RestowError } from '@restow/shared/base/errors';
import { Inbox } from '@restow/shared/base/inbox';
import { bearer, channelCredentials, clientOptions } from '@restow/shared/rpc/channel';
import type { FromAgent } from '@restow/shared/rpc/gen/restow/v1/FromAgent';
import type { ToAgent__Output } from '@restow/shared/rpc/gen/restow/v1/ToAgent';
import { loadRestow } from '@restow/shared/rpc/load';
import { fromServiceError } from '@restow/shared/rpc/status';
import {
  type AgentMessage,
  agentMessageWire,
  type CoordinatorMessage,
  decodeCoordinatorMessage,
} from '@restow/shared/rpc/wire-agent';

/** Thrown when the coordinator, or the way to it, ended a session. */
export class SessionEnded extends RestowError {
  /** The coordinator will say the same however often it is asked: something must be changed first. */
  readonly final: boolean;

  constructor(cause: RestowError) {
    super(cause.code, cause.message, { cause });
    this.final = finalCodes.includes(cause.code);
  }
}

/** Token, protocol, a field of the hello, the name, another agent in this one's place. */
const finalCodes: ErrorCode[] = ['unauthenticated', 'denied', 'failed-precondition', 'invalid', 'already-exists'];

/** The stream to the coordinator. */
export interface Line {
  /** What is sent after the end is dropped. */
  send(message: AgentMessage): void;
  /** What comes, in order. Ends when the coordinator ended the session well; throws `SessionEnded` otherwise. */
  messages(): AsyncGenerator<CoordinatorMessage, void, undefined>;
  /** Aborted when it is over. */
  over: AbortSignal;
  /** Ends it well: what was sent before still arrives. */
  hangUp(): Promise<void>;
}

/** Opens the stream. Whether anybody answers shows in its messages. */
export const dial = (coordinator: string, token: string): Line => {
  const rpc = loadRestow();
  const client = new rpc.AgentSession(coordinator, channelCredentials(), clientOptions);
  const call: ClientDuplexStream<FromAgent, ToAgent__Output> = client.attach(bearer(token));
  const inbox = new Inbox<ToAgent__Output>();
  const over = new AbortController();
  let hungUp = false;
  let broken: SessionEnded | null = null;

  call.on('data', (message: ToAgent__Output) => inbox.put(message));
  call.on('error', (error) => {
    broken ??= new SessionEnded(fromServiceError(error, `The coordinator at ${coordinator}`));
  });
  const ended = new Promise<void>((resolve) => {
    call.on('status', () => {
      over.abort();
      inbox.close();
      client.close();
      resolve();
    });
  });

  return {
    over: over.signal,
    send: (message) => {
      if (!over.signal.aborted && !hungUp) call.write(agentMessageWire.encode(message));
    },
    async *messages() {
      for await (const message of inbox) yield decodeCoordinatorMessage(message);
      if (broken) throw broken;
    },
    hangUp: async () => {
      hungUp = true;
      call.end();
      const patience = setTimeout(() => call.cancel(), 1000);
      await ended;
      clearTimeout(patience);
    },
  };
};
