import { ok } from '@restow/shared/base/result';
import { macOf } from '@restow/shared/domain/address';
import type { Counterpart, InstanceRef, Outcome } from '@restow/shared/domain/order';
import type { PublishedPort } from '@restow/shared/domain/service';
import { slotOf } from '@restow/shared/domain/slot';
import type { InspectedInstance } from '../engine/container-engine.ts';
import type { PortRelay } from '../network/handover/handovers.ts';
import { checkEnds, startInstance } from './ends.ts';
import { ensureInstance } from './ensure-instance.ts';
import { type Executor, failed, givePolicy, type OrderContext, type SwapDeps } from './executor.ts';
import { hasFinished, removedOrMissing } from './has-finished.ts';
import { cutOf, watchHeld } from './held-connections.ts';
import { exited } from './last-words.ts';
import { waitHealthy } from './wait-healthy.ts';

/** What SIGKILL makes of a container's exit code. */
const killedCode = 137;

/**
 * A handover of the slot's address begins: the old instance keeps all it has, and gives the address free for the new one,
 * on this node or on another. One that is gone has nothing to keep.
 */
export const open: Executor<'open'> = async ({ instance, towards }, deps) => {
  const { engine, network, ports } = deps;
  const { address } = instance;
  const before = await engine.find(instance.instanceId);
  // The policy first: an engine that restarts from here on must not wake two holders of the address.
  if (before) await givePolicy(engine, before, 'no');
  // One that crashed waits to be started once more, whatever its policy says by now, and would come back with the
  // address: the stop calls that off.
  const found = before && (await engine.find(instance.instanceId));
  if (found && found.state !== 'running') await engine.stop(found.containerId, instance.stopGraceMs);
  if (instance.net === 'host') return ok({});
  const pid = found?.state === 'running' ? found.pid : null;
  if (towards) {
    await network.handovers.openTowards({ address, pid, underlay: towards.underlay });
    if (pid !== null) await ports.lead(instance.ports, found!);
    return ok({});
  }
  if (!found || pid === null) return ok({});
  if (found.docked) {
    await network.handovers.openHere({ address, pid });
    await engine.undock(found.containerId);
    return ok({});
  }
  const handover = await network.handovers.find(address);
  // Somebody took away what it lives by.
  if (handover?.kind !== 'here') await network.handovers.openHere({ address, pid });
  const other = await besides(found, deps);
  // By its temporary end it is called by the overlay as before.
  const reached = { ...found, docked: true };
  await ports.lead(instance.ports, reached, { address, to: 'old', keepOf: other?.pid ?? null });
  return ok({});
};

/** Ends the old instance in order: nothing leads to it, nothing brings it back, and it is kept. */
export const drain: Executor<'drain'> = async ({ instance }, { engine, network, ports, clock }) => {
  const found = await engine.find(instance.instanceId);
  if (!found) {
    await ports.takeAway(instance.ports, null);
    return ok({ exitCode: null, killed: false, tookMs: 0, cut: 0 });
  }
  // The policy before the stop: an engine that restarts in between must not wake a second holder of the address.
  await givePolicy(engine, found, 'no');
  await ports.takeAway(instance.ports, found.nodeAddress);
  const begun = clock.now();
  const held = await watchHeld(found, { network, clock }, () => engine.stop(found.containerId, instance.stopGraceMs));
  const tookMs = found.state === 'running' ? clock.now() - begun : 0;
  const exitCode = (await engine.find(instance.instanceId))?.exitCode ?? null;
  return ok({ exitCode, killed: exitCode === killedCode, tookMs, cut: cutOf(held, { exitCode, tookMs }) });
};

/** Starts the new instance and waits until it is healthy. */
export const take: Executor<'take'> = async ({ instance, relayed }, deps, context) => {
  const { handovers } = deps.network;
  const { address } = instance;
  const begun = deps.clock.now();
  const receives = relayed && instance.net !== 'host';
  // While nothing answers, what was prepared is not gone through again.
  const prepared = await deps.engine.find(instance.instanceId);
  if (!prepared?.isComplete) await ensureInstance(instance, deps, context.signal);
  // Before its start: what it asks for first is answered too.
  if (receives) await handovers.receive({ address, pid: null });
  const handover = instance.net === 'host' ? null : await handovers.find(address);
  const start = () => startInstance(instance.instanceId, deps, context);
  const started = await (handover?.kind === 'here' ? deps.ports.keepFlows(address, start) : start());
  if (!started.ok) return started;
  if (receives && started.found.pid !== null) await handovers.receive({ address, pid: started.found.pid });
  const healthy = await waitHealthy(deps, instance, started.found, context.signal);
  return healthy.ok ? ok({ healthyAfterMs: sinceStart(started.found, begun, deps) }) : healthy;
};

/** New connections go to the new instance, on this node or on another. */
export const flip: Executor<'flip'> = ({ instance, towards }, deps, context) =>
  towards ? flipTowards(instance, towards, deps) : flipHere(instance, deps, context);

/** The old instance's node: it keeps what it holds, and all else is the other node's. */
const flipTowards = async (instance: InstanceRef, towards: Counterpart, deps: SwapDeps): Promise<Outcome<'flip'>> => {
  const { engine, network } = deps;
  const { address } = instance;
  if (instance.net === 'host') return ok({});
  const found = await engine.find(instance.instanceId);
  if (found) await givePolicy(engine, found, 'no');
  const keepOf = found?.state === 'running' ? found.pid : null;
  const handover = await network.handovers.find(address);
  // Somebody took it away.
  if (handover?.kind !== 'towards')
    await network.handovers.openTowards({ address, pid: keepOf, underlay: towards.underlay });
  const relay = { underlay: towards.underlay, ports: relayedPorts(instance.ports, towards.ports) };
  await network.handovers.steer({ address, to: 'new', keepOf }, [], relay);
  return ok({});
};

/** The new instance's node: its ports lead to it, it is brought back from now on, and on one node it is the address. */
const flipHere = async (
  instance: InstanceRef,
  deps: SwapDeps,
  { signal }: Pick<OrderContext, 'signal'>,
): Promise<Outcome<'flip'>> => {
  const { engine, network, ports } = deps;
  const { address } = instance;
  const found = await engine.find(instance.instanceId);
  if (!found) return removedOrMissing(instance);
  if (found.state !== 'running' && !(await hasFinished(engine, found))) return exited(engine, found, signal);
  // It was looked at when it started, and nobody waits for another look; but that look may not have been content.
  const isLookedAt = found.net === 'host' || found.overlayMac === macOf(found.address);
  const looked = isLookedAt ? ({ ok: true } as const) : await checkEnds(found, deps, signal);
  if (!looked.ok) return looked;
  const handover = found.net === 'host' ? null : await network.handovers.find(address);
  const old = handover?.kind === 'here' ? await besides(found, deps) : null;
  const steering = { address, to: 'new', keepOf: old?.pid ?? null } as const;
  await ports.lead(instance.ports, found, handover?.kind === 'here' ? steering : undefined);
  await givePolicy(engine, found, 'always');
  return ok({});
};

/** The address is this node's: the instance that has it runs, and its end is as the overlay needs it. */
export const settle: Executor<'settle'> = async ({ instance }, deps, { signal }) => {
  const { engine, network, ports } = deps;
  const found = await engine.find(instance.instanceId);
  if (!found) return removedOrMissing(instance);
  const handover = found.net === 'host' ? null : await network.handovers.find(instance.address);
  if (handover?.kind === 'receiving') {
    await network.handovers.settle(instance.address);
    await ports.lead(instance.ports, found);
  }
  // Left by a move away from here whose end this node has not been told of.
  if (handover?.kind === 'towards') await network.handovers.close(instance.address);
  const looked = await checkEnds(found, deps, signal);
  if (!looked.ok) return looked;
  return found.docked || found.net === 'host'
    ? ok({})
    : failed(
        'network',
        `${slotOf(found)} (${found.containerName}) has no end on the overlay, so nobody reaches it at ${instance.address}.`,
      );
};

/** Nothing of a handover is left here. */
export const close: Executor<'close'> = async ({ instance }, { network }) => {
  if (instance.net !== 'host') await network.handovers.close(instance.address);
  return ok({});
};

/** The other instance of the slot that runs on this node; `null` when none does. */
const besides = async (
  { slotId, instanceId }: InspectedInstance,
  { engine }: SwapDeps,
): Promise<InspectedInstance | null> =>
  (await engine.list()).find(
    (other) => other.slotId === slotId && other.instanceId !== instanceId && other.state === 'running',
  ) ?? null;

/** Which of the other node's ports stand for these: those that lead to the same port of the container. */
const relayedPorts = (here: readonly PublishedPort[], there: readonly PublishedPort[]): PortRelay['ports'] =>
  here.flatMap(({ protocol, hostPort, containerPort }) => {
    const same = there.find((port) => port.protocol === protocol && port.containerPort === containerPort);
    return same ? [{ protocol, hostPort, thereHostPort: same.hostPort }] : [];
  });

/** Since its start, or since the order came where it ran already. */
export const sinceStart = (
  { startedAt }: Pick<InspectedInstance, 'startedAt'>,
  begun: number,
  { clock }: Pick<SwapDeps, 'clock'>,
): number => Math.max(0, clock.now() - Math.max(begun, startedAt ?? 0));
