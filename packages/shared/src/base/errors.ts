/**
 * Why something was refused or failed, in words a program can branch on. Each has one gRPC status (`rpc/status.ts`)
 * and one exit code of the CLI; add a code only together with both.
 */
export type ErrorCode =
  | 'invalid' /* the request itself is wrong; say which field and what would be right */
  | 'not-found' /* nothing has that name or id */
  | 'already-exists' /* the name is taken */
  | 'ambiguous' /* a short id or name matches several */
  | 'failed-precondition' /* right request, wrong moment or state */
  | 'unschedulable' /* no placement; the message lists every node with every reason */
  | 'busy' /* something else runs for the same thing, and the caller asked not to queue */
  | 'unauthenticated' /* no token or a wrong one */
  | 'denied' /* known caller, not allowed */
  | 'unavailable' /* a node, an engine, NATS or the coordinator does not answer */
  | 'timeout' /* a deadline passed */
  | 'unsupported' /* understood, and not offered by this version */
  | 'internal'; /* a bug or a broken world */

/** One thing that is wrong with a request, at one place in it. */
export interface Problem {
  /** Path of the field, such as `ports[1].hostPort`; empty when it is about the whole. */
  field: string;
  message: string;
}

/**
 * The one error class of the project. `message` is a whole sentence for a person: what was attempted, where, what was
 * wrong, and what to do. `problems` lists all that is wrong when a request has several faults.
 */
export class RestowError extends Error {
  readonly code: ErrorCode;
  readonly problems: Problem[];

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; problems?: Problem[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RestowError';
    this.code = code;
    this.problems = options.problems ?? [];
  }
}

/** True for a `RestowError`, of one of the codes when some are given. */
export const isRestowError = (error: unknown, ...codes: ErrorCode[]): error is RestowError =>
  error instanceof RestowError && (codes.length === 0 || codes.includes(error.code));

/** The words of anything thrown, for a message that wraps it. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
