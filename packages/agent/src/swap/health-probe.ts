import { get } from 'node:http';
import { connect } from 'node:net';

/** What a look at an instance found. */
export type Probed = { ok: true } | { ok: false; because: string };

/** Looks whether an instance answers. One look, with a deadline of its own; never throws. */
export interface HealthProbe {
  /** Whether a connection is accepted. */
  tcp(address: string, port: number, signal: AbortSignal): Promise<Probed>;
  /** Whether GET is answered with 200 to 399. */
  http(address: string, port: number, path: string, signal: AbortSignal): Promise<Probed>;
}

/** How long one look may take. Milliseconds; an instance that needs longer is not healthy yet. */
const lookMs = 2000;

const within = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);

const wordsOf = (error: NodeJS.ErrnoException): string =>
  error.name === 'AbortError' || error.name === 'TimeoutError'
    ? `no answer within ${lookMs} ms`
    : (error.code ?? error.message);

/** From this node, over the node network. */
export const networkProbe: HealthProbe = {
  tcp: (address, port, signal) =>
    new Promise((resolve) => {
      const socket = connect({ host: address, port, signal: within(signal) });
      socket.once('connect', () => {
        socket.destroy();
        resolve({ ok: true });
      });
      socket.once('error', (error) =>
        resolve({ ok: false, because: `connecting to port ${port} failed: ${wordsOf(error)}` }),
      );
    }),

  http: (address, port, path, signal) =>
    new Promise((resolve) => {
      const asked = get({ host: address, port, path, agent: false, signal: within(signal) }, (answer) => {
        const { statusCode = 0 } = answer;
        answer.destroy();
        resolve(
          statusCode >= 200 && statusCode < 400
            ? { ok: true }
            : { ok: false, because: `GET ${path} on port ${port} was answered ${statusCode}` },
        );
      });
      asked.once('error', (error) =>
        resolve({ ok: false, because: `GET ${path} on port ${port} failed: ${wordsOf(error)}` }),
      );
    }),
};
