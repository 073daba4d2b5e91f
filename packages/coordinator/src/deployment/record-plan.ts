import { RestowError } from '@restow/shared/base/errors';
import type { Deployment } from '@restow/shared/domain/deployment';
import type { SlotPlacement } from '@restow/shared/domain/placement';
import type { Plan, PlannedSwap } from '@restow/shared/domain/plan';
import type { Revision } from '@restow/shared/domain/revision';
import type { Service } from '@restow/shared/domain/service';
import type { Slot } from '@restow/shared/domain/slot';
import { leaseAddresses } from '../identity/addresses.ts';
import { ownVariables } from '../identity/docker-cloud-variables.ts';
import { dockerCloudOf } from '../planning/read-links.ts';
import type { Store } from '../ports/store.ts';
import type { World } from '../world.ts';
import { refuseTakenPorts } from './refuse-taken-ports.ts';

/** The revision of that number, made now unless nothing differs from the last one. */
const keepRevision = async (world: World, store: Store, service: Service, plan: Plan): Promise<Revision> => {
  const known = (await store.revisions.ofService(service.id)).find(({ number }) => number === plan.revisionNumber);
  if (known) return known;
  const revision: Revision = {
    id: world.newId(),
    serviceId: service.id,
    number: plan.revisionNumber,
    definition: service.definition,
    definitionVersion: service.version,
    image: plan.image,
    createdAt: world.clock.now(),
  };
  await store.revisions.add(revision);
  return revision;
};

/** A scale's number is the definition's from now on, together with the plan that brings it. The service as it was planned. */
const keepCount = async (
  world: World,
  store: Store,
  now: Service,
  planned: Service,
  scaleTo: number | 'nodes' | undefined,
): Promise<Service> => {
  if (typeof scaleTo !== 'number' || now.definition.count === scaleTo) return planned;
  const definition = { ...now.definition, count: scaleTo };
  const scaled = { ...now, definition, version: now.version + 1, updatedAt: world.clock.now() };
  await store.services.update(scaled);
  // An edit since then is in no revision yet.
  const version = now.version === planned.version ? scaled.version : planned.version;
  return { ...planned, definition: { ...planned.definition, count: scaleTo }, version };
};

/** A slot for each index: those that live, and new ones with the lowest free addresses. */
const keepSlots = async (
  world: World,
  store: Store,
  service: Service,
  indexes: number[],
): Promise<Map<number, Slot>> => {
  const slots = new Map((await store.slots.ofService(service.id)).map((slot) => [slot.index, slot]));
  const missing = indexes.filter((index) => !slots.has(index));
  const addresses = await leaseAddresses(store, world.overlaySubnet, missing.length);
  for (const [at, index] of missing.entries()) {
    const slot: Slot = {
      id: world.newId(),
      serviceId: service.id,
      index,
      address: addresses[at]!,
      desired: null,
      removedAt: null,
    };
    await store.slots.add(slot);
    slots.set(index, slot);
  }
  return slots;
};

/** Left alone, as the plan says: its node has no session, or an engine that did not answer when it was asked. */
const isAway = (
  { agents }: Pick<World, 'agents'>,
  { nodeId }: NonNullable<PlannedSwap['from']>,
  { nodeId: to, verdicts }: SlotPlacement,
): boolean => {
  if (nodeId === to) return false;
  const reasons = verdicts.find((verdict) => verdict.nodeId === nodeId)?.reasons ?? [];
  return !agents.isConnected(nodeId) || reasons.some(({ code }) => code === 'unreachable');
};

/** Nothing, unless the cluster tells its containers of themselves. */
const toldOfItself = (
  world: World,
  service: Service,
  { slotIndex, placement: { nodeId, nodeName } }: PlannedSwap,
  instanceId: string,
): Pick<PlannedSwap, 'ownVariables'> => {
  const dockerCloud = dockerCloudOf(world);
  const place = { service, slotIndex, instanceId, node: { id: nodeId, name: nodeName } };
  return dockerCloud ? { ownVariables: ownVariables(dockerCloud, place) } : {};
};

/**
 * Makes the plan durable before the first order, all or nothing: its revision, the addresses of new slots, and the id
 * every new instance will have, so that a coordinator killed anywhere goes on with the same instances.
 */
export const recordPlan = async (
  world: World,
  service: Service,
  deployment: Deployment,
  plan: Plan,
): Promise<{ plan: Plan; revision: Revision }> =>
  world.store.transaction(async (store) => {
    const now = await store.services.get(service.id);
    if (!now || now.removedAt !== null)
      throw new RestowError('failed-precondition', `Service ${service.name} was removed meanwhile.`);
    await refuseTakenPorts(store, plan);
    const planned = await keepCount(world, store, now, service, deployment.options.scaleTo);
    const revision = await keepRevision(world, store, planned, plan);
    const indexes = plan.swaps.map(({ slotIndex }) => slotIndex);
    const slots = await keepSlots(world, store, service, indexes);
    const observed = await store.instances.ofService(service.id);
    const swaps = plan.swaps.map((swap) => {
      const slot = slots.get(swap.slotIndex)!;
      const instanceId = world.newId();
      return {
        ...swap,
        slotId: slot.id,
        instanceId,
        ...toldOfItself(world, service, swap, instanceId),
        address: slot.address,
        from: swap.from && {
          ...swap.from,
          deploymentId: slot.desired?.deploymentId,
          ports: slot.desired?.ports,
          away: isAway(world, swap.from, swap.placement),
          ended: observed.some(({ instanceId, state }) => instanceId === swap.from?.instanceId && state !== 'running'),
          named: slot.desired?.named,
        },
      };
    });
    const recorded = { ...plan, swaps };
    await store.deployments.update({ ...deployment, plan: recorded, revisionId: revision.id });
    return { plan: recorded, revision };
  });
