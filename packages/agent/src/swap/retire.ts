import { ok } from '@restow/shared/base/result';
import { slotOf } from '@restow/shared/domain/slot';
import { isEngineError } from '../engine/engine-error.ts';
import { type Executor, failed, givePolicy } from './executor.ts';

/** Removes an instance for good once its last line is safe; answers at once. Its volumes stay. */
export const retire: Executor<'retire'> = async ({ instance }, { engine, retirements }) => {
  const found = await engine.find(instance.instanceId);
  if (!found) return ok({ removedNow: true });
  if (found.state === 'running')
    return failed(
      'engine-refused',
      `${slotOf(instance)} (${found.containerName}) still runs, and only what was drained is removed.`,
    );
  try {
    await givePolicy(engine, found, 'no');
    // One that crashed and was never drained waits to be started once more, whatever its policy says by now.
    await engine.stop(found.containerId, instance.stopGraceMs);
    return ok(await retirements.begin(found));
  } catch (error) {
    // An earlier order's removal, which waited for the last line, came to its end meanwhile.
    if (isEngineError(error, 'instance-missing')) return ok({ removedNow: true });
    throw error;
  }
};
