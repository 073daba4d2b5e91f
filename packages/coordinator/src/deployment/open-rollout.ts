import { RestowError } from '@restow/shared/base/errors';
import type { Deployment } from '@restow/shared/domain/deployment';
import type { PlannedSwap } from '@restow/shared/domain/plan';
import type { Revision } from '@restow/shared/domain/revision';
import type { Service } from '@restow/shared/domain/service';
import type { Slot } from '@restow/shared/domain/slot';
import { variablesToldTo } from '../identity/told-variables.ts';
import type { World } from '../world.ts';
import { begunEarlier, doneEarlier } from './earlier-rows.ts';
import { gaveUpEarlier, wentBackAt } from './go-back.ts';
import { instanceRef, instanceSpec } from './instance-spec.ts';
import { openJournal } from './journal.ts';
import { openRemovals } from './open-removals.ts';
import type { NamedNode, PlacedInstance, Rollout, Swap } from './rollout.ts';
import { stepsOf } from './swap-rows.ts';

const missing = (what: string): never => {
  throw new RestowError('internal', `The record of this deployment names ${what}, which the store does not hold.`);
};

/** Everything a recorded deployment works with, rebuilt from the store alone: the same after a restart as before it. */
export const openRollout = async (world: World, deployment: Deployment, signal: AbortSignal): Promise<Rollout> => {
  const { store } = world;
  const plan = deployment.plan ?? missing('no plan');
  const service: Service = (await store.services.get(deployment.serviceId)) ?? missing('a service');
  const revisions = await store.revisions.ofService(service.id);
  const revision = revisions.find(({ id }) => id === deployment.revisionId) ?? missing('a revision');
  const slots = await store.slots.ofService(service.id);
  const journal = await openJournal(world, deployment.id, signal);
  const leaving = new Set(plan.removals.map(({ slotIndex }) => slotIndex));

  const links = plan.links ?? [];
  const toldTo = ({ index: own }: Slot): Record<string, string> => {
    const before = slots.filter(({ index }) => index < own && !leaving.has(index));
    return variablesToldTo(service, revision.definition, links, before);
  };

  const openOld = (slot: Slot, from: NonNullable<PlannedSwap['from']>): PlacedInstance => {
    const before: Revision =
      revisions.find(({ number }) => number === from.revisionNumber) ?? missing(`revision ${from.revisionNumber}`);
    const deploymentId = from.deploymentId ?? '';
    const ports = from.ports ?? [];
    return {
      node: { id: from.nodeId, name: from.nodeName },
      ref: instanceRef(service, slot, before, { instanceId: from.instanceId, deploymentId, ports }),
      desired: {
        instanceId: from.instanceId,
        revisionId: before.id,
        nodeId: from.nodeId,
        deploymentId,
        ports,
        named: from.named ?? true,
      },
      away: from.away ?? false,
    };
  };

  const openSwap = (planned: PlannedSwap): Swap => {
    const slot = slots.find(({ id }) => id === planned.slotId) ?? missing(planned.slotName);
    const instanceId = planned.instanceId ?? missing(`no instance of ${planned.slotName}`);
    const node: NamedNode = { id: planned.placement.nodeId, name: planned.placement.nodeName };
    const steps = stepsOf(plan.order.chosen, planned.from, node.id);
    const old = planned.from && openOld(slot, planned.from);
    const walked = { slotName: planned.slotName, steps, old, next: { node } };
    return {
      slot,
      slotName: planned.slotName,
      spec: instanceSpec(service, slot, revision, deployment, {
        ...planned,
        instanceId,
        variables: { ...planned.ownVariables, ...toldTo(slot) },
        links: links.map(({ alias, serviceId, serviceName }) => ({ alias, serviceId, serviceName })),
      }),
      next: {
        node,
        ref: instanceRef(service, slot, revision, {
          instanceId,
          deploymentId: deployment.id,
          ports: planned.ports,
        }),
        desired: {
          instanceId,
          revisionId: revision.id,
          nodeId: node.id,
          deploymentId: deployment.id,
          ports: planned.ports,
          // Before it serves its slot is named only if an earlier one was; in a handover it serves before it is announced.
          named: steps.some(({ order }) => order === 'announce-name') ? (old?.desired.named ?? false) : true,
        },
        away: false,
      },
      old,
      steps,
      begun: begunEarlier(journal.earlier, walked, wentBackAt(journal, planned.slotName)),
      done: doneEarlier(journal.earlier, walked),
      isWalked: false,
      gaveUp: gaveUpEarlier(journal, deployment.id, planned.slotName),
    };
  };

  const removals = await openRemovals(
    world,
    service,
    slots.filter(({ index }) => leaving.has(index)),
  );
  return { world, deployment, service, revision, plan, journal, swaps: plan.swaps.map(openSwap), removals, signal };
};
