import { type Server, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import type { RestowError } from '@restow/shared/base/errors';
import { toServiceError } from '@restow/shared/rpc/status';

/** How long a call may take to have its last word delivered when the server goes. Milliseconds. */
const lastWordMs = 1_000;

interface OpenCall {
  service: string;
  end(why: RestowError): void;
}

/**
 * The calls under way at a server, of every door. A coordinator that ends tells each of them why: without this they
 * break off as if they had been cancelled, and whoever called cannot tell that from having hung up.
 */
export class OpenCalls {
  readonly #open = new Set<OpenCall>();
  readonly #closed = new Map<string, RestowError>();
  #over: RestowError | null = null;

  /** Give it to the server: `new Server({ interceptors: [calls.interceptor] })`. */
  readonly interceptor: ServerInterceptor = ({ path }, call) => {
    let ended = false;
    const open: OpenCall = {
      service: serviceOf(path),
      end: (why) => {
        if (ended) return;
        ended = true;
        // The door hears of it as of a client that hung up, once this is sent.
        call.sendStatus(toServiceError(why));
      },
    };
    const over = () => {
      this.#open.delete(open);
    };
    return new ServerInterceptingCall(call, {
      start: (next) => {
        this.#open.add(open);
        next({
          onReceiveHalfClose: (goOn) => {
            if (!ended) goOn();
          },
          onCancel: over,
        });
        const refusal = this.#over ?? this.#closed.get(open.service);
        if (refusal) open.end(refusal);
      },
      sendMessage: (message, next) => {
        if (!ended) next(message);
      },
      sendStatus: (status, next) => {
        if (!ended) next(status);
      },
    });
  };

  /** Ends this service's calls with the reason, and refuses those that still come. */
  close(service: string, why: RestowError): void {
    this.#closed.set(service, why);
    for (const open of [...this.#open]) if (open.service === service) open.end(why);
  }

  /** Ends all calls, waits until they were told (a second at most), and closes every connection of the server. */
  async closeAll(server: Server, why: RestowError): Promise<void> {
    this.#over = why;
    for (const open of [...this.#open]) open.end(why);
    const told = Promise.withResolvers<void>();
    const patience = setTimeout(told.resolve, lastWordMs);
    server.tryShutdown(() => told.resolve());
    await told.promise;
    clearTimeout(patience);
    server.forceShutdown();
  }
}

/** `restow.v1.Restow` of `/restow.v1.Restow/Redeploy`. */
const serviceOf = (path: string): string => path.split('/')[1] ?? '';
