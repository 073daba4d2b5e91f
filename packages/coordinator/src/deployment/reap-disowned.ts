import { underWay } from '@restow/shared/domain/deployment';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import type { World } from '../world.ts';
import { bareRef } from './bare-ref.ts';
import type { ServiceQueues } from './service-queues.ts';

const instancesOn = async ({ store }: World, nodeId: string): Promise<ObservedInstance[]> =>
  (await store.instances.list()).filter((instance) => instance.nodeId === nodeId && instance.state !== 'gone');

/**
 * A node came back: containers whose slots moved on, or whose service was removed while it was away, are stopped, so
 * that no address answers from two places. They are removed too where a later deployment has succeeded; until then, and
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
 * reaped: the engine was away when the slot moved on, or when it was asked to stop the instance, and no session of the
 * node began since.
 */
export const reapSeen = async (
  world: World,
  queues: ServiceQueues,
  nodeId: string,
  seen: readonly ObservedInstance[],
): Promise<void> => {
  const { slots, instances } = world.store;
  for (const { instanceId, slotId, state } of seen) {
    const slot = state === 'running' ? await slots.get(slotId) : null;
    if (!slot || slot.desired?.instanceId === instanceId) continue;
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

  for (const instance of await instancesOn(world, nodeId)) {
    const slot = await store.slots.get(instance.slotId);
    if (instance.serviceId !== serviceId || !slot || slot.desired?.instanceId === instance.instanceId) continue;
    const made = (await store.deployments.get(instance.deploymentId))?.number ?? 0;
    const ref = bareRef(service.name, slot.index, instance);
    const orders = [
      ...(instance.state === 'running' ? [{ kind: 'drain', instance: ref } as const] : []),
      ...(!paused && (succeeded?.number ?? 0) > made ? [{ kind: 'retire', instance: ref } as const] : []),
    ];
    for (const order of orders) {
      if (signal.aborted || !agents.isConnected(nodeId)) return;
      const orderId = `reap/${instance.instanceId}/${order.kind}`;
      const outcome = await agents.send(nodeId, { orderId, order, deadlineMs: 60_000 }, { signal }).catch((error) => {
        if (signal.aborted) return null;
        throw error;
      });
      if (!outcome) return;
      log[outcome.ok ? 'info' : 'warn'](
        { node: nodeId, instance: instance.containerName, outcome },
        'disowned instance reaped',
      );
      if (!outcome.ok) break;
    }
  }
};
