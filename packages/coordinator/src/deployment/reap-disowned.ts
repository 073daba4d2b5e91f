import { hasEnded } from '@restow/shared/domain/deployment';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import { bareRef } from './bare-ref.ts';
import type { World } from './world.ts';

/**
 * Instances on a node that no slot wants any more, of services this coordinator knows and that nothing is under way
 * for. What it does not know (another cluster's, or from before its store was lost) is never touched.
 */
const disownedOn = async ({ store }: World, nodeId: string): Promise<ObservedInstance[]> => {
  const wanted = new Set((await store.slots.list()).map(({ desired }) => desired?.instanceId));
  const disowned: ObservedInstance[] = [];
  for (const instance of await store.instances.list()) {
    if (instance.nodeId !== nodeId || instance.state === 'gone' || wanted.has(instance.instanceId)) continue;
    if (!(await store.services.get(instance.serviceId)) || !(await store.slots.get(instance.slotId))) continue;
    // What an undone deployment put aside is kept for inspection until the next one succeeds.
    const [last] = await store.deployments.list({ serviceId: instance.serviceId, limit: 1 });
    if (last && hasEnded(last.state) && last.state === 'succeeded') disowned.push(instance);
  }
  return disowned;
};

/**
 * A node came back: containers whose slots moved on, or whose service was removed while it was away, are stopped and
 * removed, so that no address answers from two places. Failures are logged and tried again at its next return.
 */
export const reapDisowned = async (world: World, nodeId: string): Promise<void> => {
  for (const instance of await disownedOn(world, nodeId)) {
    const service = await world.store.services.get(instance.serviceId);
    const slot = await world.store.slots.get(instance.slotId);
    if (!service || !slot) continue;
    const ref = bareRef(service.name, slot.index, instance);
    for (const order of [
      { kind: 'drain', instance: ref },
      { kind: 'retire', instance: ref },
    ] as const) {
      const orderId = `reap/${instance.instanceId}/${order.kind}`;
      const outcome = await world.agents.send(nodeId, { orderId, order, deadlineMs: 60_000 });
      world.log[outcome.ok ? 'info' : 'warn'](
        { node: nodeId, instance: instance.containerName, outcome },
        'disowned instance reaped',
      );
      if (!outcome.ok) break;
    }
  }
};
