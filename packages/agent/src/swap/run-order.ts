import { messageOf } from '@restow/shared/base/errors';
import type { Order, OrderKind, Outcome } from '@restow/shared/domain/order';
import { isEngineError } from '../engine/engine-error.ts';
import { faultPoint, stepsOf } from '../fault-point.ts';
import { type Executor, type Failed, failed, type OrderContext, type OrderOf, type SwapDeps } from './executor.ts';
import { close, drain, flip, open, settle, take } from './handover.ts';
import { prepare, pullImage, resolveImage, survey } from './prepare.ts';
import { retire } from './retire.ts';
import { measureVolumes, purgeVolume } from './volumes.ts';
import { putAside, revive } from './way-back.ts';

/** Who carries out which order. A kind without an executor does not compile. */
export const executors: { [Kind in OrderKind]: Executor<Kind> } = {
  'resolve-image': resolveImage,
  survey,
  'pull-image': pullImage,
  prepare,
  open,
  take,
  flip,
  drain,
  settle,
  close,
  retire,
  'put-aside': putAside,
  revive,
  'measure-volumes': measureVolumes,
  'purge-volume': purgeVolume,
};

/** What an order comes to that threw. The one place where a broken world becomes an answer. */
const failureOf = (order: Order, error: unknown, signal: AbortSignal): Failed => {
  if (signal.aborted) return failed('cancelled', messageOf(signal.reason));
  if (isEngineError(error)) return failed(error.failure, error.message);
  return failed('internal', `The agent could not carry out ${order.kind}: ${messageOf(error)}`);
};

/**
 * Carries out one order: drops the steps that are already true, walks the rest. Never rejects: what goes wrong is the
 * outcome. The same order again leaves everything as it is and has the same outcome.
 */
export const runOrder = async <Kind extends OrderKind>(
  order: OrderOf<Kind>,
  deps: SwapDeps,
  context: OrderContext,
): Promise<Outcome<Kind>> => {
  try {
    context.signal.throwIfAborted();
    return await stepsOf(order.kind, async () => {
      const outcome = await (executors[order.kind as Kind] as Executor<Kind>)(order, deps, context);
      faultPoint(() => 'answer');
      return outcome;
    });
  } catch (error) {
    return failureOf(order as Order, error, context.signal);
  }
};
