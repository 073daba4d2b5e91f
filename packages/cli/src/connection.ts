import { readFileSync } from 'node:fs';
import { isRestowError, messageOf, RestowError } from '@restow/shared/base/errors';

/** Where the coordinator is, and how to be let in. */
export interface Connection {
  /** `host:port`. */
  address: string;
  token: string;
  /** Where the token was found, for the message when it is refused. */
  tokenFrom: string;
}

/** The text of a file, or `null` where there is none; throws what else is wrong with it. */
export type ReadFile = (path: string) => string | null;

export const readFileIfThere: ReadFile = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'EACCES' || code === 'EPERM')
      throw new RestowError('denied', `${path} may not be read; run this as its owner.`, { cause: error });
    throw new RestowError('invalid', `${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
};

const whatToDo = 'Start one with `./restow up`, or set RESTOW_HOST (host:port) and RESTOW_TOKEN.';

/**
 * RESTOW_HOST with RESTOW_TOKEN or RESTOW_TOKEN_FILE; without them, what the coordinator of this machine left in
 * RESTOW_DATA (default /var/lib/restow). Throws `unavailable` with what to do when there is nothing to be found.
 */
export const readConnection = (
  env: Record<string, string | undefined>,
  readFile: ReadFile = readFileIfThere,
): Connection => {
  const data = env.RESTOW_DATA || '/var/lib/restow';
  const address = env.RESTOW_HOST || publishedAddress(`${data}/coordinator.json`, readFile);
  if (!/^[^:/\s]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/.test(address))
    throw new RestowError('invalid', `RESTOW_HOST is "${address}"; it must be host:port, such as 127.0.0.1:7600.`);
  return { address, ...findToken(env, data, readFile) };
};

const publishedAddress = (path: string, readFile: ReadFile): string => {
  const text = readFile(path);
  if (text === null) throw new RestowError('unavailable', `No coordinator is known: there is no ${path}. ${whatToDo}`);
  try {
    const { address } = JSON.parse(text) as { address?: unknown };
    if (typeof address === 'string') return address;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new RestowError('unavailable', `${path} does not say where the coordinator is. ${whatToDo}`);
};

const findToken = (
  env: Record<string, string | undefined>,
  data: string,
  readFile: ReadFile,
): { token: string; tokenFrom: string } => {
  if (env.RESTOW_TOKEN) return { token: env.RESTOW_TOKEN.trim(), tokenFrom: 'RESTOW_TOKEN' };
  const file = env.RESTOW_TOKEN_FILE;
  // The token of this machine's own coordinator is not shown to whatever host somebody names.
  if (!file && env.RESTOW_HOST)
    throw new RestowError(
      'unauthenticated',
      `RESTOW_HOST is ${env.RESTOW_HOST}, but no token is given: set RESTOW_TOKEN or RESTOW_TOKEN_FILE.`,
    );
  const path = file || `${data}/token`;
  const text = readFile(path);
  if (text === null)
    throw new RestowError('unauthenticated', `There is no token at ${path}: set RESTOW_TOKEN or RESTOW_TOKEN_FILE.`);
  return { token: text.trim(), tokenFrom: path };
};

/** Adds what only this side knows to an error of a call: how the address and the token were come by. */
export const explainCall = (error: unknown, { address, tokenFrom }: Connection): unknown => {
  if (isRestowError(error, 'unavailable') && error.message.startsWith(`${address} cannot be reached`))
    return new RestowError(
      'unavailable',
      `No coordinator answers at ${address}: start it (\`./restow up\`), or set RESTOW_HOST to where one listens.`,
      { cause: error },
    );
  if (isRestowError(error, 'unauthenticated'))
    return new RestowError('unauthenticated', `${error.message} The token given came from ${tokenFrom}.`, {
      cause: error,
    });
  return error;
};
