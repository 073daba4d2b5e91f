import { get } from 'node:http';
import { connect } from 'node:net';
import type { AgentsCheck } from './checks.ts';

/** What a look at an instance found. */
export type Probed = { ok: true } | { ok: false; because: string };

/** Looks whether an instance answers. */
export interface HealthProbe {
  /**
   * One look: whether a connection is accepted, or GET is answered with 200 to 399, within the timeout (milliseconds).
   * Never throws; one that is called off has failed.
   */
  look(check: AgentsCheck, address: string, timeoutMs: number, signal: AbortSignal): Promise<Probed>;
}

const failed = (because: string): Probed => ({ ok: false, because });

/** Any error of a socket, or of its giving up. */
const wordsOf = (error: NodeJS.ErrnoException, timeoutMs: number): string =>
  error.name === 'AbortError' ? `no answer within ${timeoutMs} ms` : (error.code ?? error.message);

/**
 * Calls the attempt off at its timeout, or with the signal. What is made for it is taken away again: looks are many, and
 * a signal that is derived from a long-lived one is forgotten late.
 */
const within = async (
  timeoutMs: number,
  signal: AbortSignal,
  attempt: (enough: AbortSignal) => Promise<Probed>,
): Promise<Probed> => {
  const enough = new AbortController();
  const stop = () => enough.abort();
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await attempt(enough.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
};

const accepts = (address: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Probed> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve({ ok: true });
    });
    socket.once('error', (error) => resolve(failed(`connecting to port ${port} failed: ${wordsOf(error, timeoutMs)}`)));
  });

const answersGet = (
  address: string,
  port: number,
  path: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Probed> =>
  new Promise((resolve) => {
    const asked = get({ host: address, port, path, agent: false, signal }, (answer) => {
      const { statusCode = 0 } = answer;
      answer.destroy();
      resolve(
        statusCode >= 200 && statusCode < 400
          ? { ok: true }
          : failed(`GET ${path} on port ${port} was answered ${statusCode}`),
      );
    });
    asked.once('error', (error) => resolve(failed(`GET ${path} on port ${port} failed: ${wordsOf(error, timeoutMs)}`)));
    // A switch of protocols that nobody asked for is neither an answer nor an error.
    asked.once('close', () => resolve(failed(`GET ${path} on port ${port} got no answer`)));
  });

/** From this node. */
export const networkProbe: HealthProbe = {
  look: (check, address, timeoutMs, signal) =>
    within(timeoutMs, signal, (enough) =>
      check.kind === 'tcp'
        ? accepts(address, check.port, timeoutMs, enough)
        : answersGet(address, check.port, check.path, timeoutMs, enough),
    ),
};
