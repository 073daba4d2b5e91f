import type { InstanceRef } from '@restow/shared/domain/order';
import { slotOf } from '@restow/shared/domain/slot';
import type { InspectedInstance } from '../engine/container-engine.ts';
import { type Failed, failed, type OrderContext, type SwapDeps } from './executor.ts';
import { mayHaveFinished } from './has-finished.ts';
import { exited } from './last-words.ts';

type Found = { ok: true; found: InspectedInstance } | Failed;

/**
 * Looks at the ends of an instance that is to run, as far as it has any: the host's own network is nobody's to look
 * after, and one that is not docked yet has only its end on the node network. An instance that ended meanwhile has no
 * end to look at; that it ended is what went wrong then, unless it may just have done its work.
 */
export const checkEnds = async (
  found: InspectedInstance,
  { engine, network }: SwapDeps,
  signal: AbortSignal,
): Promise<{ ok: true } | Failed> => {
  if (found.state !== 'running' || found.pid === null)
    return mayHaveFinished(found) ? { ok: true } : exited(engine, found, signal);
  if (!found.docked) return { ok: true };
  const looked = await network.checkEndpoint(found.pid, found.address).catch((cause: unknown) => ({ cause }));
  if ('ok' in looked && looked.ok) return { ok: true };
  const seen = await engine.find(found.instanceId);
  const isBehind = 'ended' in looked && seen?.state === 'running' && seen.pid === found.pid;
  if (isBehind) await engine.whenEnded(found.containerId, signal);
  const now = isBehind ? await engine.find(found.instanceId) : seen;
  if (now && mayHaveFinished(now)) return { ok: true };
  if (now?.state !== 'running') return exited(engine, now ?? found, signal);
  if ('cause' in looked) throw looked.cause;
  return failed('network', `${slotOf(found)} (${found.containerName}) cannot have ${found.address}: ${looked.message}`);
};

/** Gives an instance its end on the overlay, unless it has it or is to have none. It may run or not. */
export const ensureDocked = async (
  found: InspectedInstance,
  { address }: Pick<InstanceRef, 'address'>,
  { engine }: SwapDeps,
): Promise<InspectedInstance> => {
  if (found.docked || found.net === 'host') return found;
  await engine.dock(found.containerId, address);
  const docked = await engine.find(found.instanceId);
  if (!docked) throw new Error(`The container of instance ${found.instanceId} went away as it was docked.`);
  return docked;
};

/** Starts an instance, has its output followed and looks at its ends. One that runs already is looked at only. */
export const startInstance = async (
  instanceId: string,
  deps: SwapDeps,
  { signal }: Pick<OrderContext, 'signal'>,
): Promise<Found> => {
  const { engine, logs } = deps;
  const before = await engine.find(instanceId);
  if (!before) throw new Error(`The container of instance ${instanceId} went away while it was to be started.`);
  signal.throwIfAborted();
  await engine.start(before.containerId);
  logs.follow(instanceId);
  const found = await engine.find(instanceId);
  if (!found) throw new Error(`The container of instance ${instanceId} went away as it started.`);
  const looked = await checkEnds(found, deps, signal);
  return looked.ok ? { ok: true, found } : looked;
};
