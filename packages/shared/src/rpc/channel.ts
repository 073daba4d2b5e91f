import {
  type CallOptions,
  type ChannelCredentials,
  type ChannelOptions,
  type Client,
  type ClientReadableStream,
  credentials,
  Metadata,
} from '@grpc/grpc-js';
import { fromServiceError, unreachable } from './status.ts';

/** Largest message either side takes. What may be longer (endpoint tables) is sent in parts. */
export const longestMessageBytes = 4 * 1024 * 1024;

/** For servers: sizes, and pings that find a peer which vanished without a word. */
export const serverOptions: ChannelOptions = {
  'grpc.max_receive_message_length': longestMessageBytes,
  'grpc.max_send_message_length': longestMessageBytes,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 10_000,
};

/** For clients, and why each differs from what gRPC does by itself. */
export const clientOptions: ChannelOptions = {
  ...serverOptions,
  // Nothing to keep alive between a CLI's calls; an agent's stream is a call that stands.
  'grpc.keepalive_permit_without_calls': 0,
  // Coordinator and nodes are one's own machines: a proxy meant for the web is not on the way.
  'grpc.enable_http_proxy': 0,
  // Who dials again decides when (the agent backs off by itself, a command fails at once), so no backoff is shared.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.min_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
};

/** Plain connections, until enrolment brings certificates; callers need not know when it does. */
export const channelCredentials = (): ChannelCredentials => credentials.createInsecure();

/** The metadata every call carries: `authorization: Bearer TOKEN`. */
export const bearer = (token: string): Metadata => {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
};

/** A method as the generated `service` definitions describe it. */
export interface Method<Request, Reply> {
  path: string;
  requestSerialize: (request: Request) => Buffer;
  responseDeserialize: (bytes: Buffer) => Reply;
}

export interface CallScope {
  metadata: Metadata;
  /** Milliseconds from now after which the call fails with `timeout`. `null` for a stream that follows something. */
  deadlineMs: number | null;
  signal?: AbortSignal;
}

/** A stream may say nothing for long, but that it was heard is said at once: then who does not say so is not there. */
export interface StreamScope extends CallScope {
  /** Milliseconds until somebody must have taken the call; after that it fails with `unavailable`. */
  openWithinMs: number;
}

/**
 * One question, one answer: `await unary(client, rpc.Restow.service.GetServer, {}, scope)`. Throws a `RestowError`
 * that names whom it dialled, or the signal's reason when that was aborted.
 */
export const unary = <Request, Reply>(
  client: Client,
  method: Method<Request, Reply>,
  request: Request,
  scope: CallScope & { deadlineMs: number },
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    scope.signal?.throwIfAborted();
    const call = client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      scope.metadata,
      callOptions(scope),
      (error, reply) => {
        scope.signal?.removeEventListener('abort', cancel);
        if (scope.signal?.aborted) reject(scope.signal.reason);
        else if (error) reject(fromServiceError(error, dialled(client)));
        else resolve(reply as Reply);
      },
    );
    const cancel = () => call.cancel();
    scope.signal?.addEventListener('abort', cancel, { once: true });
  });

/**
 * One question, many answers, as they come and no faster than they are taken. Leaving the loop hangs up; what the
 * coordinator does goes on. Throws as `unary` does. A peer that vanishes later is noticed by its unanswered pings.
 */
export async function* serverStream<Request, Reply>(
  client: Client,
  method: Method<Request, Reply>,
  request: Request,
  scope: StreamScope,
): AsyncGenerator<Reply, void, undefined> {
  scope.signal?.throwIfAborted();
  const call: ClientReadableStream<Reply> = client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    request,
    scope.metadata,
    callOptions(scope),
  );
  const cancel = () => call.cancel();
  scope.signal?.addEventListener('abort', cancel, { once: true });
  let unheard = false;
  const patience = setTimeout(() => {
    unheard = true;
    cancel();
  }, scope.openWithinMs);
  call.once('metadata', () => clearTimeout(patience));
  try {
    yield* call as AsyncIterable<Reply>;
  } catch (error) {
    scope.signal?.throwIfAborted();
    if (unheard) throw unreachable(dialled(client), `nobody took the call within ${scope.openWithinMs / 1000} s`);
    throw fromServiceError(error, dialled(client));
  } finally {
    clearTimeout(patience);
    scope.signal?.removeEventListener('abort', cancel);
    // Hung up on purpose: what the call says about that is no news, and without a listener it would be fatal.
    call.on('error', () => undefined);
    call.cancel();
  }
}

const callOptions = (scope: CallScope): CallOptions =>
  scope.deadlineMs === null ? {} : { deadline: Date.now() + scope.deadlineMs };

/** Whom a client calls, without the scheme gRPC puts before it. */
export const dialled = (client: Client): string => client.getChannel().getTarget().replace(/^dns:/, '');
