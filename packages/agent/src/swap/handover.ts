import { ok } from '@restow/shared/base/result';
import type { InstanceRef } from '@restow/shared/domain/order';
import type { InspectedInstance } from '../engine/container-engine.ts';
import { ensureInstance } from './ensure-instance.ts';
import {
  type Executor,
  type Failed,
  failed,
  givePolicy,
  instanceMissing,
  type OrderContext,
  type SwapDeps,
  slotOf,
} from './executor.ts';
import { exited, lastWords } from './last-words.ts';
import { mappingsOf, unmapPorts } from './ports.ts';
import { waitHealthy } from './wait-healthy.ts';

/** What SIGKILL makes of a container's exit code. */
const killedCode = 137;

/** An instance that failed has nothing to finish: it gets no more grace than this. Milliseconds. */
const putAsideGraceMs = 2000;

/** Ends the old instance in order: nothing leads to it, nothing brings it back, and it is kept. */
export const drain: Executor<'drain'> = async ({ instance }, deps) => {
  const { engine, clock } = deps;
  const found = await engine.find(instance.instanceId);
  if (!found) {
    await unmapPorts(deps, instance, null);
    return ok({ exitCode: null, killed: false, tookMs: 0 });
  }
  // The policy before the stop: an engine that restarts in between must not wake a second holder of the address.
  await givePolicy(engine, found, 'no');
  await unmapPorts(deps, instance, found.nodeAddress);
  const begun = clock.now();
  await engine.stop(found.containerId, instance.stopGraceMs);
  const tookMs = found.state === 'running' ? clock.now() - begun : 0;
  const exitCode = (await engine.find(instance.instanceId))?.exitCode ?? null;
  return ok({ exitCode, killed: exitCode === killedCode, tookMs });
};

/** Starts the new instance and waits until it is healthy. */
export const take: Executor<'take'> = async ({ instance }, deps, context) => {
  const begun = deps.clock.now();
  // While nothing answers, what was prepared is not gone through again.
  const prepared = await deps.engine.find(instance.instanceId);
  if (!prepared?.isComplete) await ensureInstance(instance, deps, context.signal);
  const started = await startInstance(instance, deps, context);
  if (!started.ok) return started;
  const healthy = await waitHealthy(deps, instance, started.found, context.signal);
  return healthy.ok ? ok({ healthyAfterMs: sinceStart(started.found, begun, deps) }) : healthy;
};

/** New connections go to this instance, and the engine brings it back from now on. */
export const flip: Executor<'flip'> = async ({ instance }, deps, { signal }) => {
  const { engine } = deps;
  const found = await engine.find(instance.instanceId);
  if (!found) return instanceMissing(instance);
  if (found.state !== 'running') return exited(engine, found, signal);
  await leadPortsTo(instance, found, deps);
  await givePolicy(engine, found, 'always');
  return ok({});
};

/** The address is this node's: the instance that has it runs, and its end is as the overlay needs it. */
export const settle: Executor<'settle'> = async ({ instance }, deps, { signal }) => {
  const found = await deps.engine.find(instance.instanceId);
  if (!found) return instanceMissing(instance);
  const end = await checkEnd(found, deps, signal);
  return end.ok ? ok({}) : end;
};

/** Starts a kept instance again. What it had it has at once: it answered before, and nobody else does now. */
export const revive: Executor<'revive'> = async ({ instance }, deps, context) => {
  const begun = deps.clock.now();
  const kept = await deps.engine.find(instance.instanceId);
  if (!kept) return instanceMissing(instance);
  if (kept.retired)
    return failed('instance-missing', `${slotOf(instance)} (${kept.containerName}) was given up for good already.`);
  const started = await startInstance(instance, deps, context);
  if (!started.ok) return started;
  await leadPortsTo(instance, started.found, deps);
  await givePolicy(deps.engine, started.found, 'always');
  const healthy = await waitHealthy(deps, instance, started.found, context.signal);
  return healthy.ok ? ok({ healthyAfterMs: sinceStart(started.found, begun, deps) }) : healthy;
};

/** Stops an instance that failed and keeps it, so that it can be looked at; answers with its last words. */
export const putAside: Executor<'put-aside'> = async ({ instance, tailLines }, deps, { signal }) => {
  const { engine } = deps;
  const found = await engine.find(instance.instanceId);
  await unmapPorts(deps, instance, found?.nodeAddress ?? null);
  if (!found) return ok({ exitCode: null, logTail: [] });
  await givePolicy(engine, found, 'no');
  await engine.stop(found.containerId, Math.min(instance.stopGraceMs, putAsideGraceMs));
  const exitCode = (await engine.find(instance.instanceId))?.exitCode ?? null;
  return ok({ exitCode, logTail: await lastWords(engine, found.containerId, tailLines, signal) });
};

/** Starts it, has its output followed and looks at its end of the overlay. One that runs already is looked at only. */
const startInstance = async (
  instance: Pick<InstanceRef, 'instanceId' | 'address'>,
  deps: SwapDeps,
  { signal }: OrderContext,
): Promise<{ ok: true; found: InspectedInstance } | Failed> => {
  const { engine, logs } = deps;
  const before = await engine.find(instance.instanceId);
  if (!before)
    throw new Error(`The container of instance ${instance.instanceId} went away while it was to be started.`);
  signal.throwIfAborted();
  await engine.start(before.containerId);
  logs.follow(instance.instanceId);
  const found = await engine.find(instance.instanceId);
  if (!found) throw new Error(`The container of instance ${instance.instanceId} went away as it started.`);
  const end = await checkEnd(found, deps, signal);
  return end.ok ? { ok: true, found } : end;
};

/** An instance that ended meanwhile has no end to look at; that it ended is what went wrong then. */
const checkEnd = async (
  found: InspectedInstance,
  { engine, network }: SwapDeps,
  signal: AbortSignal,
): Promise<{ ok: true } | Failed> => {
  if (found.state !== 'running' || found.pid === null) return exited(engine, found, signal);
  const looked = await network.checkEndpoint(found.pid, found.address).catch((cause: unknown) => ({ cause }));
  if ('ok' in looked && looked.ok) return { ok: true };
  const now = await engine.find(found.instanceId);
  if (now?.state !== 'running') return exited(engine, now ?? found, signal);
  if ('cause' in looked) throw looked.cause;
  return failed('network', `${slotOf(found)} (${found.containerName}) cannot have ${found.address}: ${looked.message}`);
};

const leadPortsTo = async (instance: InstanceRef, found: InspectedInstance, { network }: SwapDeps): Promise<void> => {
  if (instance.ports.length === 0) return;
  if (found.nodeAddress === null)
    throw new Error(`${found.containerName} has no fixed address on the node network, so no port can lead to it.`);
  await network.mapPorts(mappingsOf(instance.ports, found.nodeAddress, instance.address));
};

/** Since its start, or since the order came where it ran already. */
const sinceStart = ({ startedAt }: InspectedInstance, begun: number, { clock }: SwapDeps): number =>
  Math.max(0, clock.now() - Math.max(begun, startedAt ?? 0));
