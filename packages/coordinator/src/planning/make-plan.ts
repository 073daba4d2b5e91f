import { RestowError } from '@restow/shared/base/errors';
import type { Result } from '@restow/shared/base/result';
import { checkDefinition } from '@restow/shared/domain/check-definition';
import type { RedeployOptions } from '@restow/shared/domain/deployment';
import type { Plan, PlanRefusal } from '@restow/shared/domain/plan';
import type { PinnedImage } from '@restow/shared/domain/revision';
import type { Service, ServiceDefinition } from '@restow/shared/domain/service';
import type { Slot } from '@restow/shared/domain/slot';
import type { Store } from '../ports/store.ts';
import type { World } from '../world.ts';
import { namedVolume } from './choose-volumes.ts';
import { readLenders } from './lent-mounts.ts';
import { planDeployment } from './plan-deployment.ts';
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

/**
 * What a deployment of the newest definition would do, or every reason why it cannot. Asks nodes, touches nothing.
 * Throws when the image cannot be resolved or the definition cannot be meant.
 */
export const makePlan = async (
  world: World,
  service: Service,
  options: RedeployOptions,
  orderId: string,
  signal?: AbortSignal,
): Promise<Result<Plan, PlanRefusal>> => {
  const { store } = world;
  const { definition } = service;
  const problems = checkDefinition(definition);
  if (problems.length > 0)
    throw new RestowError('invalid', `The definition of ${service.name} cannot be deployed.`, { problems });

  const resolved = await resolveImage(world, definition.image, definition.tags, orderId, signal);
  // With nobody to ask there is no placement either; the plan is made all the same, for the reasons it will give.
  const image = resolved?.image ?? {
    kind: 'digest',
    reference: definition.image,
    repository: definition.image,
    digest: '',
  };
  const slots = await currentSlots(store, service);
  const names = volumeNames(definition, slots, (await store.nodes.list()).length);
  const lenders = await readLenders(store, service, definition);
  const asked = { ports: definition.ports, volumes: names };
  const plan = planDeployment({
    service,
    definition,
    image,
    revisionNumber: await revisionNumber(store, service, image),
    options,
    slots,
    nodes: await surveyNodes(world, service, resolved?.image ?? null, asked, orderId, signal),
    volumes: (await store.volumes.list()).filter(
      ({ serviceId, name }) => serviceId === service.id || names.includes(name),
    ),
    lenders,
    dynamicPorts: world.dynamicPorts,
    history: await swapHistory(store, service.id),
  });
  if (plan.ok && !resolved)
    throw new RestowError(
      'unavailable',
      'The nodes that could have resolved the image were lost meanwhile; ask again.',
    );
  return plan;
};
