import { RestowError } from '@restow/shared/base/errors';
import { ok, type Result, refused } from '@restow/shared/base/result';
import { checkDefinition } from '@restow/shared/domain/check-definition';
import type { RedeployOptions } from '@restow/shared/domain/deployment';
import { pendingDifference } from '@restow/shared/domain/pending-difference';
import type { Plan, PlanRefusal } from '@restow/shared/domain/plan';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { referenceTo, type Service, type ServiceDefinition } from '@restow/shared/domain/service';
import { type Slot, slotName } from '@restow/shared/domain/slot';
import { leaseAddresses } from '../identity/addresses.ts';
import { variablesToldTo } from '../identity/told-variables.ts';
import { inWords } from '../placement/words.ts';
import type { Store } from '../ports/store.ts';
import { sameDefinition } from '../services/define-service.ts';
import type { World } from '../world.ts';
import { namedVolume } from './choose-volumes.ts';
import { whyTooLarge } from './environment-size.ts';
import { readLenders } from './lent-mounts.ts';
import { planDeployment } from './plan-deployment.ts';
import { readLinks } from './read-links.ts';
import { resolveImage } from './resolve-image.ts';
import { surveyNodes } from './survey-nodes.ts';
import { swapHistory } from './swap-history.ts';

/** Where each living slot is now, for the plan. */
const currentSlots = async (store: Store, service: Service) => {
  const revisions = await store.revisions.ofService(service.id);
  const nodes = await store.nodes.list();
  return (await store.slots.ofService(service.id)).map((slot) => {
    const revision = revisions.find(({ id }) => id === slot.desired?.revisionId);
    const node = nodes.find(({ id }) => id === slot.desired?.nodeId);
    const current =
      slot.desired && revision && node
        ? {
            nodeId: node.id,
            nodeName: node.name,
            instanceId: slot.desired.instanceId,
            revisionNumber: revision.number,
            deploymentId: slot.desired.deploymentId,
            ports: slot.desired.ports,
            ...(revision.definition.net === 'host' ? { offOverlay: true } : {}),
          }
        : null;
    return { slot, current };
  });
};

/** Number of the revision this plan brings: the last one again when nothing differs from it, else the next. */
const revisionNumber = async (store: Store, service: Service, image: PinnedImage): Promise<number> => {
  const last = (await store.revisions.ofService(service.id)).at(-1);
  if (!last) return 1;
  const same = last.definitionVersion === service.version && JSON.stringify(last.image) === JSON.stringify(image);
  return same ? last.number : last.number + 1;
};

/** Every name that a mount with a name may give a volume of any slot of the service. */
const volumeNames = (
  { volumes, strategy, count }: ServiceDefinition,
  slots: { slot: Slot }[],
  nodes: number,
): string[] => {
  const highest = slots.reduce((most, { slot }) => Math.max(most, slot.index), 0);
  // New slots get the lowest free indexes.
  const last = Math.max(highest, strategy === 'EVERY_NODE' ? slots.length + nodes : count);
  return volumes.flatMap(({ name }) =>
    name === null ? [] : Array.from({ length: last }, (_, at) => namedVolume(name, at + 1)),
  );
};

/** What is to be deployed, with the image as far as somebody could resolve it. */
interface Wanted {
  definition: ServiceDefinition;
  image: PinnedImage;
  revisionNumber: number;
  isResolved: boolean;
}

const newest = async (
  world: World,
  service: Service,
  definition: ServiceDefinition,
  orderId: string,
  signal?: AbortSignal,
): Promise<Wanted> => {
  const resolved = await resolveImage(world, definition.image, definition.tags, orderId, signal);
  // With nobody to ask there is no placement either; the plan is made all the same, for the reasons it will give.
  const reference = definition.image;
  const image = resolved?.image ?? { kind: 'digest', reference, repository: reference, digest: '' };
  return {
    definition,
    image,
    revisionNumber: await revisionNumber(world.store, service, image),
    isResolved: resolved !== null,
  };
};

/**
 * What new slots of a scale get. Following nodes: what the others run, whatever was edited since. By a person: the newest
 * definition; as long as nothing of what runs was edited, the image is the one that runs, though its tag may have moved.
 */
const forNewSlots = async (
  world: World,
  service: Service,
  scaleTo: number | 'nodes',
  slots: Awaited<ReturnType<typeof currentSlots>>,
  orderId: string,
  signal?: AbortSignal,
): Promise<Wanted> => {
  const running = Math.max(0, ...slots.map(({ current }) => current?.revisionNumber ?? 0));
  const revision = (await world.store.revisions.ofService(service.id)).find(({ number }) => number === running);
  if (!revision) throw neverStarted(service);
  const kept = { image: revision.image, revisionNumber: revision.number, isResolved: true };
  if (scaleTo === 'nodes') return { ...kept, definition: revision.definition };
  if (service.definition.strategy === 'EVERY_NODE') throw isEveryNode(service);
  const unserved = slots.slice(0, scaleTo).filter(({ slot: { desired } }) => desired?.named === false);
  if (unserved.length > 0) throw wasToGo(service, scaleTo, unserved);
  const definition = { ...service.definition, count: scaleTo };
  const before = { ...revision.definition, count: scaleTo };
  if (sameDefinition(before, definition)) return { ...kept, definition };
  if (pendingDifference(before, definition).length > 0) return newest(world, service, definition, orderId, signal);
  // Only how it is deployed was edited.
  return { ...kept, definition, revisionNumber: await revisionNumber(world.store, service, revision.image) };
};

/** Refusals of a scale, whoever finds them first. */
export const neverStarted = ({ name }: Pick<Service, 'name'>): RestowError =>
  new RestowError(
    'failed-precondition',
    `${name} was never started, so there is nothing to scale; start it with \`restow service start ${name}\`.`,
  );
export const isEveryNode = ({ name }: Pick<Service, 'name'>): RestowError =>
  new RestowError(
    'failed-precondition',
    `${name} cannot be scaled: EVERY_NODE puts one slot on every node that fits, so it follows the nodes and their tags by itself.`,
  );

/** What runs in them is left alone by a scale, and would be reached by nobody. */
const wasToGo = ({ name }: Service, scaleTo: number, slots: { slot: Slot }[]): RestowError =>
  new RestowError(
    'failed-precondition',
    `${name} cannot be scaled to ${scaleTo}: ${inWords(slots.map(({ slot }) => slotName(name, slot.index)))} ${slots.length === 1 ? 'was' : 'were'} to be removed, which failed, and no name leads there any more. Scale it down again, or redeploy it.`,
  );

/**
 * What a deployment of the newest definition would do, or a scale, or every reason why it cannot. Asks nodes, touches
 * nothing. Throws when the image cannot be resolved, the definition cannot be meant, or no address is left for a new slot.
 */
export const makePlan = async (
  world: World,
  service: Service,
  options: RedeployOptions,
  orderId: string,
  signal?: AbortSignal,
): Promise<Result<Plan, PlanRefusal>> => {
  const { store } = world;
  const { scaleTo } = options;
  const slots = await currentSlots(store, service);
  const asked = typeof scaleTo === 'number' ? { ...service.definition, count: scaleTo } : service.definition;
  const problems = scaleTo === 'nodes' ? [] : checkDefinition(asked);
  if (typeof scaleTo === 'number' && asked.strategy === 'EVERY_NODE') throw isEveryNode(service);
  if (problems.length > 0)
    throw new RestowError('invalid', `The definition of ${referenceTo(service)} cannot be deployed.`, { problems });

  const {
    definition,
    image,
    isResolved,
    revisionNumber: number,
  } = scaleTo === undefined
    ? await newest(world, service, asked, orderId, signal)
    : await forNewSlots(world, service, scaleTo, slots, orderId, signal);
  const names = volumeNames(definition, slots, (await store.nodes.list()).length);
  const lenders = await readLenders(store, service, definition);
  const linked = await readLinks(world, service, definition);
  const wanted = { ports: definition.ports, volumes: names };
  const plan = planDeployment({
    service,
    definition,
    image,
    revisionNumber: number,
    options,
    slots,
    nodes: await surveyNodes(world, service, isResolved ? image : null, wanted, orderId, signal),
    volumes: (await store.volumes.list()).filter(
      ({ serviceId, name }) => serviceId === service.id || names.includes(name),
    ),
    lenders,
    dynamicPorts: world.dynamicPorts,
    history: await swapHistory(store, service.id),
  });
  if (plan.ok && !isResolved)
    throw new RestowError(
      'unavailable',
      'The nodes that could have resolved the image were lost meanwhile; ask again.',
    );
  // They are leased when the plan is recorded; whether there are any is part of the plan.
  if (plan.ok)
    await leaseAddresses(store, world.overlaySubnet, plan.value.swaps.filter(({ address }) => address === null).length);
  return plan.ok ? withLinks(service, definition, plan.value, linked) : plan;
};

/** The plan with what its instances are told of others, as far as a program can be started with it. */
const withLinks = (
  service: Service,
  definition: ServiceDefinition,
  plan: Plan,
  { links, warnings }: Awaited<ReturnType<typeof readLinks>>,
): Result<Plan, PlanRefusal> => {
  const last = plan.swaps.reduce((most, { slotIndex }) => Math.max(most, slotIndex), 0);
  const told = variablesToldTo(service, definition, links, longestBefore(last));
  const tooLarge = whyTooLarge({ ...told, ...definition.env });
  if (tooLarge !== null) {
    const serviceName = referenceTo(service);
    const message = `${serviceName} cannot be deployed: ${tooLarge}.`;
    return refused({ serviceName, message, unplaceable: [], code: 'failed-precondition' });
  }
  return ok({ ...plan, warnings: [...plan.warnings, ...warnings], ...(links.length > 0 ? { links } : {}) });
};

/** Slots before a slot, at addresses as long as any: whether a program can be started must not depend on which they get. */
const longestBefore = (index: number): { index: number; address: string }[] =>
  Array.from({ length: Math.max(0, index - 1) }, (_, at) => ({ index: at + 1, address: '255.255.255.255' }));
