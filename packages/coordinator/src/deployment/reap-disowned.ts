import { underWay } from '@restow/shared/domain/deployment';
import type { Order } from '@restow/shared/domain/order';
import type { ObservedInstance, Slot } from '@restow/shared/domain/slot';
import type { World } from '../world.ts';
import { bareRef } from './bare-ref.ts';
import { bringBack, owedBy, wasGoneWithout } from './bring-back.ts';
import type { ServiceQueues } from './service-queues.ts';

const instancesOn = async ({ store }: World, nodeId: string): Promise<ObservedInstance[]> =>
  (await store.instances.list()).filter((instance) => instance.nodeId === nodeId && instance.state !== 'gone');

/**
 * A node came back: containers whose slots moved on, or whose service was removed while it was away, are stopped, so
 * that no address answers from two places, and those that it should have brought back are brought back. The former are removed too where a later deployment has succeeded; until then, and
 * while one is paused that may go back to them, they are kept. Each service's in its own turn, so that nothing is reaped beside a deployment of it. What
 * this coordinator does not know (another cluster's, or from before its store was lost) is never touched. Failures are
 * logged and tried again at the node's next return.
 */
export const reapDisowned = async (world: World, queues: ServiceQueues, nodeId: string): Promise<void> => {
  const services = new Set((await instancesOn(world, nodeId)).map(({ serviceId }) => serviceId));
  await Promise.all([...services].map((id) => queues.inTurn(id, (signal) => reapService(world, id, nodeId, signal))));
};

/**
 * A node told of all it has. Where something runs there whose slot is served elsewhere by now, or was removed, it is
 * reaped, and so it is where it owes a slot its old instance: the engine was away when the slot moved on, or when it was
 * asked to stop or to start an instance, and no session of the node began since.
 */
export const reapSeen = async (
  world: World,
  queues: ServiceQueues,
  nodeId: string,
  seen: readonly ObservedInstance[],
): Promise<void> => {
  const { slots, instances } = world.store;
  for (const serviceId of new Set(seen.map((instance) => instance.serviceId)))
    if ((await owedBy(world, serviceId, nodeId)).some(({ isTried }) => !isTried))
      return reapDisowned(world, queues, nodeId);
  for (const { instanceId, serviceId, slotId, state } of seen) {
    const slot = state === 'gone' ? null : await slots.get(slotId);
    if (!slot || slot.desired?.instanceId === instanceId) continue;
    if (state !== 'running') {
      if (await wasGoneWithout(world, serviceId, nodeId)) return reapDisowned(world, queues, nodeId);
      continue;
    }
    const served = slot.desired && (await instances.get(slot.desired.instanceId));
    if (slot.removedAt !== null || served?.state === 'running') return reapDisowned(world, queues, nodeId);
  }
};

const reapService = async (world: World, serviceId: string, nodeId: string, signal: AbortSignal): Promise<void> => {
  const { store, agents, log } = world;
  const service = await store.services.get(serviceId);
  if (!service || (await store.deployments.list({ serviceId, states: underWay, limit: 1 })).length > 0) return;
  const [succeeded] = await store.deployments.list({ serviceId, states: ['succeeded'], limit: 1 });
  // One that is paused may yet go back to what it replaced.
  const [paused] = await store.deployments.list({ serviceId, states: ['paused'], limit: 1 });
  const send = async (order: Order, instance: ObservedInstance, to = nodeId): Promise<boolean> => {
    if (signal.aborted || !agents.isConnected(to)) return false;
    const orderId = `reap/${instance.instanceId}/${order.kind}`;
    const outcome = await agents.send(to, { orderId, order, deadlineMs: 60_000 }, { signal }).catch((error) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (!outcome) return false;
    log[outcome.ok ? 'info' : 'warn'](
      { node: to, instance: instance.containerName, outcome },
      'disowned instance reaped',
    );
    return outcome.ok;
  };

  const disowned: { instance: ObservedInstance; slot: Slot }[] = [];
  for (const instance of await instancesOn(world, nodeId)) {
    const slot = instance.serviceId === serviceId ? await store.slots.get(instance.slotId) : null;
    if (slot && slot.desired?.instanceId !== instance.instanceId) disowned.push({ instance, slot });
  }
  const ended = new Set<string>();
  for (const { instance, slot } of disowned) {
    const ref = bareRef(service.name, slot, instance);
    if (instance.state !== 'running' || (await send({ kind: 'drain', instance: ref }, instance)))
      ended.add(instance.instanceId);
  }
  const owed = await owedBy(world, serviceId, nodeId);
  for (const one of owed) if (agents.isConnected(nodeId)) await bringBack(world, service, one, signal);
  const closed = new Set(owed.map(({ slot }) => slot.id));
  const goneWithout = disowned.length > 0 && (await wasGoneWithout(world, serviceId, nodeId));
  for (const { instance, slot } of disowned) {
    const ref = bareRef(service.name, slot, instance);
    if (!ended.has(instance.instanceId)) continue;
    // It may have been lost in the middle of a handover.
    if (!closed.has(slot.id) && !(await send({ kind: 'close', instance: ref }, instance))) continue;
    closed.add(slot.id);
    // It was relayed to for as long as this node did not know better.
    const livesAt = slot.desired?.nodeId;
    if (goneWithout && livesAt && livesAt !== nodeId) await send({ kind: 'close', instance: ref }, instance, livesAt);
    const made = (await store.deployments.get(instance.deploymentId))?.number ?? 0;
    if (!paused && (succeeded?.number ?? 0) > made) await send({ kind: 'retire', instance: ref }, instance);
  }
};
