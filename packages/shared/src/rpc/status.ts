import { Metadata, status } from '@grpc/grpc-js';
import { type ErrorCode, messageOf, type Problem, RestowError } from '../base/errors.ts';

/** The one table between our codes and gRPC's; several of ours share a status, the trailer tells them apart. */
const statusOf: Record<ErrorCode, status> = {
  invalid: status.INVALID_ARGUMENT,
  'not-found': status.NOT_FOUND,
  'already-exists': status.ALREADY_EXISTS,
  ambiguous: status.FAILED_PRECONDITION,
  'failed-precondition': status.FAILED_PRECONDITION,
  unschedulable: status.FAILED_PRECONDITION,
  busy: status.ABORTED,
  unauthenticated: status.UNAUTHENTICATED,
  denied: status.PERMISSION_DENIED,
  unavailable: status.UNAVAILABLE,
  timeout: status.DEADLINE_EXCEEDED,
  unsupported: status.UNIMPLEMENTED,
  internal: status.INTERNAL,
};

/** What a bare status means, for errors that gRPC itself raised and that carry no trailer of ours. */
const codeOf: Record<Exclude<status, status.OK>, ErrorCode> = {
  [status.CANCELLED]: 'unavailable',
  [status.UNKNOWN]: 'internal',
  [status.INVALID_ARGUMENT]: 'invalid',
  [status.DEADLINE_EXCEEDED]: 'timeout',
  [status.NOT_FOUND]: 'not-found',
  [status.ALREADY_EXISTS]: 'already-exists',
  [status.PERMISSION_DENIED]: 'denied',
  [status.RESOURCE_EXHAUSTED]: 'invalid', // a message above the size both sides agreed on
  [status.FAILED_PRECONDITION]: 'failed-precondition',
  [status.ABORTED]: 'busy',
  [status.OUT_OF_RANGE]: 'invalid',
  [status.UNIMPLEMENTED]: 'unsupported',
  [status.INTERNAL]: 'internal',
  [status.UNAVAILABLE]: 'unavailable',
  [status.DATA_LOSS]: 'internal',
  [status.UNAUTHENTICATED]: 'unauthenticated',
};

const errorTrailer = 'restow-error';

// Status and trailers travel as HTTP/2 headers, and a peer drops the connection above 64 KiB of them. Both are cut
// well before, after encoding: up to three bytes a character for the message, six for what the trailer escapes.
const longestMessage = 8_000;
const longestTrailer = 16_000;

/** An error as gRPC wants it: for a unary call's callback; a stream ends with it by `failStream`. */
export interface WireError extends Error {
  code: status;
  details: string;
  metadata: Metadata;
}

/** What a door answers for anything thrown: a `RestowError` as itself, everything else as `internal`. */
export const toServiceError = (error: unknown): WireError => {
  const known = error instanceof RestowError ? error : wrapped(error);
  const details = cut(known.message);
  const metadata = new Metadata();
  metadata.set(errorTrailer, trailer(known.code, known.problems));
  return Object.assign(new Error(details, { cause: error }), { code: statusOf[known.code], details, metadata });
};

/**
 * Ends a server's stream with the error, after what was written before. (`destroy` would not do: grpc-js then never
 * sends the status, and the caller waits.)
 */
export const failStream = (call: { emit(event: 'error', error: Error): boolean }, error: unknown): void => {
  call.emit('error', toServiceError(error));
};

/**
 * What a caller throws for anything a call ended with. The code and problems are the far side's own where it sent
 * them. `dialled` says whom the call was for, in the message of an error that came from the connection itself.
 */
export const fromServiceError = (error: unknown, dialled?: string): RestowError => {
  if (error instanceof RestowError) return error;
  if (!isServiceError(error)) return wrapped(error);
  const theirs = readTrailer(error.metadata);
  if (theirs) return new RestowError(theirs.code, error.details, { cause: error, problems: theirs.problems });
  const code = error.code === status.OK ? 'internal' : (codeOf[error.code] ?? 'internal');
  const whom = dialled === undefined ? 'The other side' : dialled;
  if (code === 'unavailable') return unreachable(whom, lastError(error.details), error);
  const message = code === 'timeout' ? tooLate(whom, error.details) : error.details;
  return new RestowError(code, message, { cause: error });
};

/** What a caller throws where nobody answers, with what is known of why. */
export const unreachable = (whom: string, why: string, cause?: unknown): RestowError =>
  new RestowError('unavailable', `${whom} cannot be reached (${why}). Check that it runs and listens there.`, {
    cause,
  });

/** grpc-js tells after the first comma what it spent the time on. */
const tooLate = (whom: string, details: string): string =>
  `${whom} did not answer in time (${details.split(',')[0]}). What was asked of it may be done all the same: look before you ask again.`;

/** grpc-js puts what the socket said in the middle of words of its own. */
const lastError = (details: string): string =>
  /Last error: (?:Error: )?(.*?)\.? Resolution note:/s.exec(details)?.[1] ?? details;

const wrapped = (error: unknown): RestowError => {
  const code = error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'internal';
  return new RestowError(code, messageOf(error), { cause: error });
};

const isServiceError = (error: unknown): error is WireError =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;

/** Half a character, ours by the cut or the speaker's own, would be thrown at by grpc-js where nobody can catch it. */
const cut = (message: string): string =>
  (message.length <= longestMessage
    ? message
    : `${message.slice(0, longestMessage)} ... (${message.length - longestMessage} more characters)`
  ).toWellFormed();

/** Problems beyond what a header carries are counted, not sent. */
const trailer = (code: ErrorCode, problems: Problem[]): string => {
  for (let kept = problems.length; ; kept = Math.floor(kept / 2)) {
    const left = problems.length - kept;
    const more = left > 0 ? [{ field: '', message: `and ${left} more` }] : [];
    const text = ascii(JSON.stringify({ code, problems: [...problems.slice(0, kept), ...more] }));
    if (text.length <= longestTrailer || kept === 0) return text;
  }
};

/** Header values are printable ASCII; JSON has an escape for everything else. */
const ascii = (json: string): string =>
  json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const readTrailer = (metadata: Metadata | undefined): { code: ErrorCode; problems: Problem[] } | null => {
  const text = metadata?.get(errorTrailer)[0];
  if (typeof text !== 'string') return null;
  const read: unknown = JSON.parse(text);
  if (typeof read !== 'object' || read === null || !('code' in read)) return null;
  // A newer coordinator may know a code this side does not.
  const code = typeof read.code === 'string' && read.code in statusOf ? (read.code as ErrorCode) : 'internal';
  return { code, problems: 'problems' in read && Array.isArray(read.problems) ? (read.problems as Problem[]) : [] };
};
