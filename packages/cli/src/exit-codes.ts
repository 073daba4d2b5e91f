import type { ErrorCode } from '@restow/shared/base/errors';

/** What the program's end says to a script. Picked once, never changed; `restow --help` prints it. */
export const exitCodes = {
  ok: 0,
  error: 1,
  usage: 2,
  rolledBack: 3,
  unschedulable: 4,
  timeout: 5,
  busy: 6,
  denied: 7,
} as const;

export const exitCodeFor: Record<ErrorCode, number> = {
  invalid: exitCodes.usage,
  'not-found': exitCodes.error,
  'already-exists': exitCodes.error,
  ambiguous: exitCodes.error,
  'failed-precondition': exitCodes.error,
  unschedulable: exitCodes.unschedulable,
  busy: exitCodes.busy,
  unauthenticated: exitCodes.denied,
  denied: exitCodes.denied,
  unavailable: exitCodes.error,
  timeout: exitCodes.timeout,
  // Understood, and not offered: asking in another way is the only cure, as with any wrong command line.
  unsupported: exitCodes.usage,
  internal: exitCodes.error,
};

/** From "nothing wrong" to "look at once": what may have changed a running service unasked counts as worse. */
const fromGoodToBad: readonly number[] = [
  exitCodes.ok,
  exitCodes.usage,
  exitCodes.busy,
  exitCodes.denied,
  exitCodes.unschedulable,
  exitCodes.rolledBack,
  exitCodes.timeout,
  exitCodes.error,
];

/** The exit code of a command that did several things; one it does not know is the worst. */
export const worse = (a: number, b: number): number => {
  const rank = (code: number) => (fromGoodToBad.includes(code) ? fromGoodToBad.indexOf(code) : fromGoodToBad.length);
  return rank(a) >= rank(b) ? a : b;
};

export const exitCodesHelp = `Exit codes:
  0  done              4  no node fits (nothing was touched)
  1  error             5  timed out
  2  wrong usage       6  busy, and asked not to queue
  3  rolled back       7  denied
With several names each one is done, even if another failed; the exit code is the worst of theirs
(from bad to good: 1, 5, 3, 4, 7, 6, 2, 0).`;
