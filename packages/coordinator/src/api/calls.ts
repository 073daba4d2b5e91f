import { type handleServerStreamingCall, type handleUnaryCall, Metadata } from '@grpc/grpc-js';
import { RestowError } from '@restow/shared/base/errors';
import { failStream, toServiceError } from '@restow/shared/rpc/status';
import type { Logger } from 'pino';
import type { Authenticate, Principal } from './principal.ts';
import { readRequest } from './read-strictly.ts';

/** What every call is told beside its request. */
export interface Caller {
  principal: Principal;
  /** Aborted when the client hangs up or its deadline passes. */
  signal: AbortSignal;
}

/** Only an internal error is worth a line: the rest are answers. */
const logInternal = (log: Logger, error: unknown): void => {
  if (!(error instanceof RestowError) || error.code === 'internal') log.error({ err: error }, 'call broke');
};

/** A unary call as a function: authenticated, its error translated once, here. */
export const unaryCall =
  <Request, Reply>(
    authenticate: Authenticate,
    log: Logger,
    answer: (request: Request, caller: Caller) => Promise<Reply>,
  ): handleUnaryCall<Request, Reply> =>
  (call, callback) => {
    const hungUp = new AbortController();
    call.on('cancelled', () => hungUp.abort(new RestowError('timeout', 'The client hung up.')));
    const reply = async () => {
      const caller = { principal: authenticate(call.metadata), signal: hungUp.signal };
      return answer(readRequest(call.request), caller);
    };
    reply().then(
      (value) => callback(null, value),
      (error) => {
        logInternal(log, error);
        callback(toServiceError(error));
      },
    );
  };

/**
 * A server stream as an async generator; waits where the client reads slowly, stops where it hangs up or its deadline
 * passes. What the generator asked others to do goes on, unless it gave them the signal too.
 */
export const streamCall =
  <Request, Reply>(
    authenticate: Authenticate,
    log: Logger,
    answer: (request: Request, caller: Caller) => AsyncIterable<Reply>,
  ): handleServerStreamingCall<Request, Reply> =>
  (call) => {
    const hungUp = new AbortController();
    call.on('cancelled', () => hungUp.abort(new RestowError('timeout', 'The client hung up.')));
    const drained = () =>
      new Promise<void>((resolve) => {
        const goOn = () => {
          call.off('drain', goOn);
          hungUp.signal.removeEventListener('abort', goOn);
          resolve();
        };
        call.once('drain', goOn);
        hungUp.signal.addEventListener('abort', goOn, { once: true });
      });
    const stream = async () => {
      const caller = { principal: authenticate(call.metadata), signal: hungUp.signal };
      const request = readRequest(call.request);
      // The first message may be long in coming, or never come; this says that somebody is there.
      call.sendMetadata(new Metadata());
      for await (const reply of answer(request, caller)) {
        if (hungUp.signal.aborted) return;
        if (!call.write(reply)) await drained();
      }
      call.end();
    };
    stream().catch((error) => {
      if (hungUp.signal.aborted) return;
      logInternal(log, error);
      failStream(call, error);
    });
  };
