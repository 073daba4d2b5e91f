import { isRestowError } from '@restow/shared/base/errors';
import type { Deployment, DeploymentStep } from '@restow/shared/domain/deployment';
import type { Service } from '@restow/shared/domain/service';
import type { DesiredInstance, Slot } from '@restow/shared/domain/slot';
import type { World } from '../world.ts';
import { giveOrder, orderIdOf } from './give-order.ts';
import { instanceRef } from './instance-spec.ts';
import { openJournal } from './journal.ts';

/** A slot whose old instance is wanted again and was never told, since its node was lost on the way back. */
export interface Owed {
  deployment: Deployment;
  slot: Slot & { desired: DesiredInstance };
  slotName: string;
  node: { id: string; name: string };
  /** It was asked for that since, and failed. */
  isTried: boolean;
}

const occasion = 'back';

/** Whether the way back of a slot ended with something that node was asked and did not do. Pure. */
const isMissed = (steps: readonly DeploymentStep[], slotName: string, nodeName: string): boolean => {
  const back = steps.filter(
    (step) => step.slotName === slotName && step.nodeName === nodeName && step.phase === 'undo',
  );
  const revived = back.findLastIndex(({ name, state }) => name === 'revive' && state === 'done');
  const failed = back.findLastIndex(({ name, state }) => isOrder(name) && state === 'failed');
  return failed > revived;
};

const isOrder = (name: string): boolean => name === 'open' || name === 'put-aside' || name === 'revive';

/** Whether a swap of the service's last deployment went on without this node, which may still have what it was to end. */
export const wasGoneWithout = async ({ store }: World, serviceId: string, nodeId: string): Promise<boolean> => {
  const [last] = await store.deployments.list({ serviceId, states: ['succeeded'], limit: 1 });
  const node = last && (await store.nodes.get(nodeId));
  if (!node) return false;
  const steps = await store.deployments.steps(last.id);
  return steps.some(
    ({ phase, state, nodeName }) => phase === 'handover' && state === 'failed' && nodeName === node.name,
  );
};

/** Slots of a service that this node owes their old instances, as the last deployment that touched it left them. */
export const owedBy = async ({ store }: World, serviceId: string, nodeId: string): Promise<Owed[]> => {
  const touched = ['succeeded', 'undone', 'failed', 'paused'] as const;
  const [last] = await store.deployments.list({ serviceId, states: [...touched], limit: 1 });
  if (!last?.plan || (last.state !== 'failed' && last.state !== 'paused')) return [];
  const node = await store.nodes.get(nodeId);
  const steps = await store.deployments.steps(last.id);
  const slots = await store.slots.ofService(serviceId);
  return last.plan.swaps.flatMap(({ slotId, slotName }) => {
    const slot = slots.find(({ id }) => id === slotId);
    if (!node || !slot?.desired || slot.desired.nodeId !== nodeId || slot.desired.deploymentId === last.id) return [];
    if (!isMissed(steps, slotName, node.name)) return [];
    const tried = orderIdOf(last, { slotName, occasion }, 'revive');
    const isTried = steps.some(({ orderId }) => orderId === tried);
    return [{ deployment: last, slot: { ...slot, desired: slot.desired }, slotName, node, isTried }];
  });
};

/**
 * Has the old instance of such a slot brought back, as a last step of the deployment that could not: a handover that was
 * under way on its node is over then. A node that cannot do it either says why in that step.
 */
export const bringBack = async (
  world: World,
  service: Service,
  { deployment, slot, slotName, node }: Owed,
  signal: AbortSignal,
): Promise<void> => {
  const revision = await world.store.revisions.get(slot.desired.revisionId);
  if (!revision) return;
  const journal = await openJournal(world, deployment.id, signal);
  const instance = instanceRef(service, slot, revision, slot.desired);
  try {
    await giveOrder(
      { world, deployment, journal, signal },
      { node, slotName, phase: 'undo', occasion },
      { kind: 'revive', instance },
    );
  } catch (error) {
    if (signal.aborted || !isRestowError(error)) throw error;
    world.log.warn({ err: error, node: node.name, slot: slotName }, 'an old instance could not be brought back');
  }
};
