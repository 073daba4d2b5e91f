import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { RestowError } from '@restow/shared/base/errors';

/**
 * Holds an engine for one agent, by its id: two would undo each other's work. An abstract socket is a lock the kernel
 * lets go when its holder dies, however it dies. Resolves with how to let it go; throws `busy` when it is held.
 */
export const holdEngine = (engineId: string): Promise<() => Promise<void>> =>
  new Promise((resolve, reject) => {
    const lock = createServer();
    lock.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new RestowError('busy', `Another agent works with this engine (${engineId}); stop it first, one is enough.`)
          : error,
      ),
    );
    lock.listen(`\0restow-agent-${createHash('sha256').update(engineId).digest('hex')}`, () => {
      lock.unref();
      resolve(() => new Promise((closed) => lock.close(() => closed())));
    });
  });
