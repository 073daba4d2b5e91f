import { createServer } from 'node:net';
import { RestowError } from './errors.ts';

/**
 * A TCP port of `host` that nobody listens on now: the one that is wanted where it is free, else any. Nothing keeps it
 * free, so listen there soon. Throws `failed-precondition` when none is free, and what the system says of a host that
 * is not this machine's.
 */
export const freePort = async (host: string, wanted = 0): Promise<number> => {
  const port = (await portIfFree(host, wanted)) ?? (wanted === 0 ? null : await portIfFree(host, 0));
  if (port === null) throw new RestowError('failed-precondition', `No TCP port is free on ${host}.`);
  return port;
};

/** `null` when it is taken. */
const portIfFree = (host: string, wanted: number): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(wanted, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
