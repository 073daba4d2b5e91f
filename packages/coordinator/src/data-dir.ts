import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { messageOf, RestowError } from '@restow/shared/base/errors';

/** The files of one coordinator, for its owner alone. */
export interface DataDir {
  path: string;
  /** What both kinds of caller show at the doors; made at the first start. */
  token: string;
  /** Tells the CLI on this machine where the doors are: `coordinator.json`. */
  publishAddress(address: string): void;
  /** Lets another coordinator have it. */
  release(): Promise<void>;
}

/**
 * Opens the data directory, makes what is missing, and holds it: a second coordinator on it is refused with `busy`.
 * Throws `failed-precondition` naming the path when it cannot be written.
 */
export const openDataDir = async (path: string): Promise<DataDir> => {
  const usable = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw new RestowError(
        'failed-precondition',
        `The data directory ${path} cannot be used (${messageOf(error)}); give another one with --data, or make it writable.`,
        { cause: error },
      );
    }
  };
  const real = usable(() => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return realpathSync(path);
  });
  // Held before anything is made in it: of two that start at once only one makes the token.
  const release = await hold(real);
  try {
    const token = usable(() => readOrMakeToken(join(path, 'token')));
    if (token === '')
      throw new RestowError(
        'failed-precondition',
        `The token file ${join(path, 'token')} is empty, and everybody knows an empty token: remove the file, and the next start makes a new one.`,
      );
    return {
      path,
      token,
      publishAddress: (address) => writeWhole(join(path, 'coordinator.json'), `${JSON.stringify({ address })}\n`),
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
};

const readOrMakeToken = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const token = randomBytes(32).toString('base64url');
    writeWhole(file, `${token}\n`);
    return token;
  }
};

/** A reader never sees half of it. */
const writeWhole = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
};

/** An abstract socket is a lock the kernel lets go when its holder dies, however it dies. */
const hold = (path: string): Promise<() => Promise<void>> =>
  new Promise((resolve, reject) => {
    const lock = createServer();
    lock.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new RestowError(
              'busy',
              `A coordinator runs on ${path} already; stop it first, or give this one another --data.`,
            )
          : error,
      ),
    );
    // Such a name has at most 107 bytes, a path may have more.
    lock.listen(`\0restow-coordinator-${createHash('sha256').update(path).digest('hex')}`, () => {
      lock.unref();
      resolve(() => new Promise((closed) => lock.close(() => closed())));
    });
  });
