import { ok } from '@restow/shared/base/result';
import { macOf } from '@restow/shared/domain/address';
import { slotOf } from '@restow/shared/domain/slot';
import type { InspectedInstance } from '../engine/container-engine.ts';
import { checkEnds, ensureDocked, startInstance } from './ends.ts';
import { ensureInstance } from './ensure-instance.ts';
import { type Executor, failed, givePolicy, instanceMissing, type SwapDeps } from './executor.ts';
import { hasFinished } from './has-finished.ts';
import { exited } from './last-words.ts';
import { waitHealthy } from './wait-healthy.ts';

/** What SIGKILL makes of a container's exit code. */
const killedCode = 137;

/**
 * The old instance lets go of the slot's address and serves on by its node's ports. One that is gone has none to let go.
 */
export const open: Executor<'open'> = async ({ instance }, { engine, ports }) => {
  const found = await engine.find(instance.instanceId);
  if (!found) return ok({});
  // The policy first: an engine that restarts from here on must not wake two holders of the ports.
  await givePolicy(engine, found, 'no');
  // One that crashed waits to be started once more, whatever its policy says by now, and would come back with the
  // address: the stop calls that off.
  const now = await engine.find(instance.instanceId);
  if (now?.state !== 'running') await engine.stop(found.containerId, instance.stopGraceMs);
  if (found.nodeAddress !== null) await ports.keepOffOverlay(found.nodeAddress);
  if (found.docked) await engine.undock(found.containerId);
  return ok({});
};

/** Ends the old instance in order: nothing leads to it, nothing brings it back, and it is kept. */
export const drain: Executor<'drain'> = async ({ instance }, { engine, ports, clock }) => {
  const found = await engine.find(instance.instanceId);
  if (!found) {
    await ports.takeAway(instance.ports, null);
    return ok({ exitCode: null, killed: false, tookMs: 0, cut: 0 });
  }
  // The policy before the stop: an engine that restarts in between must not wake a second holder of the address.
  await givePolicy(engine, found, 'no');
  await ports.takeAway(instance.ports, found.nodeAddress);
  const begun = clock.now();
  await engine.stop(found.containerId, instance.stopGraceMs);
  const tookMs = found.state === 'running' ? clock.now() - begun : 0;
  const exitCode = (await engine.find(instance.instanceId))?.exitCode ?? null;
  return ok({ exitCode, killed: exitCode === killedCode, tookMs, cut: 0 });
};

/** Starts the new instance and waits until it is healthy. */
export const take: Executor<'take'> = async ({ instance }, deps, context) => {
  const begun = deps.clock.now();
  // While nothing answers, what was prepared is not gone through again.
  const prepared = await deps.engine.find(instance.instanceId);
  if (!prepared?.isComplete) await ensureInstance(instance, deps, context.signal);
  const started = await startInstance(instance.instanceId, deps, context);
  if (!started.ok) return started;
  const healthy = await waitHealthy(deps, instance, started.found, context.signal);
  return healthy.ok ? ok({ healthyAfterMs: sinceStart(started.found, begun, deps) }) : healthy;
};

/** The slot's address and new connections go to this instance, and the engine brings it back from now on. */
export const flip: Executor<'flip'> = async ({ instance }, deps, { signal }) => {
  const { engine, ports } = deps;
  const found = await engine.find(instance.instanceId);
  if (!found) return instanceMissing(instance);
  if (found.state !== 'running' && !(await hasFinished(engine, found))) return exited(engine, found, signal);
  const docked = await ensureDocked(found, instance, deps);
  // One that was docked before was looked at when it started, and nobody waits for another look; but it may be an
  // earlier run of this order that docked it, and was not content with what the engine made.
  const isLookedAt = docked === found && (found.net === 'host' || found.overlayMac === macOf(found.address));
  const looked = isLookedAt ? ({ ok: true } as const) : await checkEnds(docked, deps, signal);
  if (!looked.ok) return looked;
  await ports.lead(instance.ports, docked);
  await givePolicy(engine, docked, 'always');
  return ok({});
};

/** The address is this node's: the instance that has it runs, and its end is as the overlay needs it. */
export const settle: Executor<'settle'> = async ({ instance }, deps, { signal }) => {
  const found = await deps.engine.find(instance.instanceId);
  if (!found) return instanceMissing(instance);
  const looked = await checkEnds(found, deps, signal);
  if (!looked.ok) return looked;
  return found.docked || found.net === 'host'
    ? ok({})
    : failed(
        'network',
        `${slotOf(found)} (${found.containerName}) has no end on the overlay, so nobody reaches it at ${instance.address}.`,
      );
};

/** Since its start, or since the order came where it ran already. */
export const sinceStart = (
  { startedAt }: Pick<InspectedInstance, 'startedAt'>,
  begun: number,
  { clock }: Pick<SwapDeps, 'clock'>,
): number => Math.max(0, clock.now() - Math.max(begun, startedAt ?? 0));
