import { type ErrorCode, RestowError } from '@restow/shared/base/errors';
import type { OrderFailure } from '@restow/shared/domain/order';

/** What an engine can fail with, in the words of an order's failure. */
export type EngineFailure = Extract<
  OrderFailure['code'],
  | 'image-not-found'
  | 'registry-denied'
  | 'registry-unreachable'
  | 'disk-full'
  | 'port-in-use'
  | 'address-in-use'
  | 'engine-refused'
  | 'engine-unavailable'
  | 'instance-missing'
  | 'volume-in-use'
  | 'network'
>;

const errorCodes: Record<EngineFailure, ErrorCode> = {
  'image-not-found': 'not-found',
  'registry-denied': 'denied',
  'registry-unreachable': 'unavailable',
  'disk-full': 'failed-precondition',
  'port-in-use': 'failed-precondition',
  'address-in-use': 'failed-precondition',
  'engine-refused': 'failed-precondition',
  'engine-unavailable': 'unavailable',
  'instance-missing': 'not-found',
  'volume-in-use': 'failed-precondition',
  network: 'failed-precondition',
};

/** Thrown when an engine could not do what it was asked; `failure` is what a swap branches on. */
export class EngineError extends RestowError {
  readonly failure: EngineFailure;

  constructor(failure: EngineFailure, message: string, cause?: unknown) {
    super(errorCodes[failure], message, { cause });
    this.name = 'EngineError';
    this.failure = failure;
  }
}

/** True for an `EngineError`, of one of the failures when some are given. */
export const isEngineError = (error: unknown, ...failures: EngineFailure[]): error is EngineError =>
  error instanceof EngineError && (failures.length === 0 || failures.includes(error.failure));
