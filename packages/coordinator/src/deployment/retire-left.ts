import { isRestowError } from '@restow/shared/base/errors';
import { slotName } from '@restow/shared/domain/slot';
import { bareRef } from './bare-ref.ts';
import { giveOrder } from './give-order.ts';
import type { NamedNode, Rollout } from './rollout.ts';

type Ending = Pick<Rollout, 'world' | 'deployment' | 'service' | 'removals' | 'journal' | 'signal'>;

/**
 * Has every container of the service removed that no slot wants: the old ones of this rollout, and those an earlier
 * failure put aside. A node that does not answer now is told when it comes back (`reap-disowned`), so this never fails
 * a deployment that has succeeded; its step says so.
 */
export const retireLeft = async (rollout: Ending): Promise<void> => {
  const { world, service } = rollout;
  const slots = await world.store.slots.ofService(service.id);
  const wanted = new Set(slots.map((slot) => slot.desired?.instanceId));
  const nodes = await world.store.nodes.list();
  const left = (await world.store.instances.ofService(service.id)).filter(
    (instance) => !wanted.has(instance.instanceId) && instance.state !== 'gone',
  );
  const steps = await world.store.deployments.steps(rollout.deployment.id);
  /** Slots whose swaps went on without the node of the old instance. */
  const goneWithout = new Set(
    steps.flatMap((step) => (step.phase === 'handover' && step.state === 'failed' ? [step.slotName] : [])),
  );
  await Promise.all(
    left.map(async (instance) => {
      const node: NamedNode | undefined = nodes.find(({ id }) => id === instance.nodeId);
      if (!node || !world.agents.isConnected(node.id)) return;
      const slot = [...slots, ...rollout.removals.map((removal) => removal.slot)].find(
        ({ id }) => id === instance.slotId,
      );
      const named = slot ?? { index: 0, address: '' };
      const name = slotName(service.name, named.index);
      const to = { node, slotName: name, phase: 'retire', occasion: `retire/${instance.instanceId}` } as const;
      const ref = bareRef(service.name, named, instance);
      try {
        // Its node was away while its slot moved on, perhaps in the middle of a handover, and is back.
        if (instance.state === 'running') await giveOrder(rollout, to, { kind: 'drain', instance: ref });
        if (instance.state === 'running' || goneWithout.has(name))
          await giveOrder(rollout, to, { kind: 'close', instance: ref });
        await giveOrder(rollout, to, { kind: 'retire', instance: ref });
      } catch (error) {
        // The step holds the reason; the instance is stopped, and its node is asked again when it returns.
        if (!isRestowError(error)) throw error;
      }
    }),
  );
};
