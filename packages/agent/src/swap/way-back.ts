import { ok } from '@restow/shared/base/result';
import type { InstanceRef } from '@restow/shared/domain/order';
import { slotOf } from '@restow/shared/domain/slot';
import type { InspectedInstance } from '../engine/container-engine.ts';
import { ensureDocked, startInstance } from './ends.ts';
import { type Executor, failed, givePolicy, instanceMissing, type SwapDeps } from './executor.ts';
import { sinceStart } from './handover.ts';
import { endedForGood } from './has-finished.ts';
import { lastWords } from './last-words.ts';
import { waitHealthy } from './wait-healthy.ts';

/** An instance that failed has nothing to finish: it gets no more grace than this. Milliseconds. */
const putAsideGraceMs = 2000;

/** Stops an instance that failed and keeps it, so that it can be looked at; answers with its last words. */
export const putAside: Executor<'put-aside'> = async ({ instance, tailLines }, deps, { signal }) => {
  const { engine, ports } = deps;
  const found = await engine.find(instance.instanceId);
  if (found) await givePolicy(engine, found, 'no');
  await ports.takeAway(instance.ports, found?.nodeAddress ?? null);
  if (found) await stopAside(found, instance, deps);
  await receiveNoMore(instance, deps);
  if (!found) return ok({ exitCode: null, logTail: [] });
  const exitCode = (await engine.find(instance.instanceId))?.exitCode ?? null;
  return ok({ exitCode, logTail: await lastWords(engine, found.containerId, tailLines, signal) });
};

/**
 * Gives a kept instance its address back, runs or not, and starts it unless it runs. What it had it has at once: it
 * answered before, and nobody else does now.
 */
export const revive: Executor<'revive'> = async ({ instance }, deps, context) => {
  const { engine, ports, clock } = deps;
  const begun = clock.now();
  const kept = await engine.find(instance.instanceId);
  // It ended before its slot was touched, and its service had it removed then: that is how it was.
  if ((!kept || kept.retired) && instance.autodestroy !== 'OFF') return ok({ healthyAfterMs: 0 });
  if (!kept) return instanceMissing(instance);
  if (kept.retired)
    return failed('instance-missing', `${slotOf(instance)} (${kept.containerName}) was retired already.`);
  const docked = await dockedAgain(kept, instance, deps);
  // Before its start: one that crashes as it starts is started again by the engine, as it was before it gave way.
  await givePolicy(engine, docked, 'always');
  // One that had ended for good before it gave way does not run its work a second time.
  if (await endedForGood(engine, docked)) return ok({ healthyAfterMs: 0 });
  const started = await startInstance(instance.instanceId, deps, context);
  if (!started.ok) return started;
  await ports.lead(instance.ports, started.found);
  const healthy = await waitHealthy(deps, instance, started.found, context.signal);
  return healthy.ok ? ok({ healthyAfterMs: sinceStart(started.found, begun, deps) }) : healthy;
};

const stopAside = async (
  { containerId }: InspectedInstance,
  { address, net, stopGraceMs }: InstanceRef,
  { engine, network, ports }: SwapDeps,
): Promise<void> => {
  const stop = () => engine.stop(containerId, Math.min(stopGraceMs, putAsideGraceMs));
  const handover = net === 'host' ? null : await network.handovers.find(address);
  // The old one holds the address too.
  await (handover?.kind === 'here' ? ports.keepFlows(address, stop) : stop());
};

/** It had come from another node, which has the address again. */
const receiveNoMore = async ({ address, net }: InstanceRef, { network }: SwapDeps): Promise<void> => {
  if (net === 'host') return;
  const handover = await network.handovers.find(address);
  if (handover?.kind === 'receiving') await network.handovers.close(address);
};

/** It has its own end on the overlay, and a handover of its address is over here; of one that runs nothing is cut. */
const dockedAgain = async (
  kept: InspectedInstance,
  instance: InstanceRef,
  deps: SwapDeps,
): Promise<InspectedInstance> => {
  const { handovers } = deps.network;
  const { address } = instance;
  if (instance.net === 'host') return kept;
  // Its temporary end tells too, where somebody took the table of the handover away.
  const handover = (await handovers.list()).find((each) => each.address === address);
  const { pid } = kept;
  if (handover?.kind !== 'here' || kept.state !== 'running' || pid === null) {
    if (handover) await handovers.close(address);
    return ensureDocked(kept, instance, deps);
  }
  if (handover.leads === 'new') await handovers.steer({ address, to: 'old', keepOf: null }, []);
  const docked = await ensureDocked(kept, instance, deps);
  await handovers.redock({ address, pid });
  return docked;
};
