import { type Problem, RestowError } from '@restow/shared/base/errors';
import { checkDefinition } from '@restow/shared/domain/check-definition';
import { checkLinks } from '@restow/shared/domain/check-links';
import { checkServiceName, checkStackName } from '@restow/shared/domain/check-service-name';
import { referenceTo, type Service, type ServiceDefinition, strategies } from '@restow/shared/domain/service';
import { parseServiceReference } from '@restow/shared/domain/service-reference';
import type { Store } from '../ports/store.ts';
import type { World } from '../world.ts';
import { findAll, findByReference } from './find-by-reference.ts';
import { problemsOfLenders } from './lending.ts';
import { problemsOfLinks } from './link-problems.ts';

type Named = Pick<Service, 'name' | 'stack'>;

/** Everything that is wrong at once, in itself and beside the services there are. */
const problemsOf = async (
  store: Store,
  named: Named,
  definition: ServiceDefinition,
  before: ServiceDefinition | null,
): Promise<Problem[]> => {
  const services = await store.services.list();
  const isNew = ({ field }: Problem) => {
    const link = definition.links[Number(/^links\[(\d+)\]/.exec(field)?.[1])];
    return !before?.links.some(({ service, alias }) => service === link?.service && alias === link.alias);
  };
  return [
    ...checkServiceName(named.name),
    ...checkStackName(named.stack),
    ...checkDefinition(definition),
    ...problemsOfLenders(named, definition, services),
    // One that was well when it was made keeps nothing else from being changed: the plan refuses it.
    ...(checkLinks(definition).length === 0 ? problemsOfLinks(named, definition.links, services).filter(isNew) : []),
  ];
};

const refuseProblems = (what: string, problems: Problem[]): void => {
  if (problems.length > 0) throw new RestowError('invalid', `${what} was refused; nothing was changed.`, { problems });
};

/**
 * The service of that name or id as it would be with this definition; where there is none, as it would be made, in a
 * stack where the name has one (`db.common`); `db` alone is the one of no stack, whoever else is called that. Nothing is
 * stored. Throws what making or changing it would throw, and `ambiguous`.
 */
export const serviceAsIf = async (world: World, reference: string, definition: ServiceDefinition): Promise<Service> => {
  const services = await world.store.services.list();
  const isAnother = (service: Service) => service.name === reference && service.stack !== null;
  const meant = services.filter((service) => !isAnother(service));
  const found = findAll(meant, reference).length > 0 ? findByReference('service', meant, reference) : null;
  const named = found ?? parseServiceReference(reference) ?? { name: reference, stack: null };
  const problems = await problemsOf(world.store, named, definition, found?.definition ?? null);
  if (found) refuseSwitch(found, definition, problems);
  refuseProblems(`Service "${referenceTo(named)}"`, problems);
  if (!found) return newService(world, named, definition);
  return sameDefinition(found.definition, definition) ? found : { ...found, definition, version: found.version + 1 };
};

const newService = (world: World, { name, stack }: Named, definition: ServiceDefinition): Service => {
  const now = world.clock.now();
  return {
    ...{ id: world.newId(), name, stack, definition, version: 1 },
    ...{ createdAt: now, updatedAt: now, removedAt: null },
  };
};

/** Defines a service, in a stack where one is given; nothing runs yet. Throws `invalid` with all problems, or `already-exists`. */
export const createService = async (
  world: World,
  name: string,
  definition: ServiceDefinition,
  stack: string | null = null,
): Promise<Service> => {
  const named = { name, stack };
  refuseProblems(`Service "${referenceTo(named)}"`, await problemsOf(world.store, named, definition, null));
  const service = newService(world, named, definition);
  await world.store.services.add(service);
  return service;
};

/**
 * Replaces the definition; what runs stays as it is until the next redeploy. An equal definition changes nothing, not
 * even the version. Throws `invalid`; `failed-precondition` when it changed since `ifVersion` (0: whatever it is), or
 * when it switches to or from EVERY_NODE (K8).
 */
export const updateService = async (
  world: World,
  id: string,
  definition: ServiceDefinition,
  ifVersion: number,
): Promise<Service> =>
  world.store.transaction(async (store) => {
    const service = await store.services.get(id);
    if (!service || service.removedAt !== null)
      throw new RestowError('not-found', 'The service was removed meanwhile.');
    const problems = await problemsOf(store, service, definition, service.definition);
    refuseSwitch(service, definition, problems);
    refuseProblems(`The change of ${referenceTo(service)}`, problems);
    if (ifVersion !== 0 && ifVersion !== service.version)
      throw new RestowError(
        'failed-precondition',
        `${referenceTo(service)} was changed by somebody else meanwhile (version ${service.version}, you read ${ifVersion}); read it again and repeat the change.`,
      );
    if (sameDefinition(service.definition, definition)) return service;
    const updated = { ...service, definition, version: service.version + 1, updatedAt: world.clock.now() };
    await store.services.update(updated);
    return updated;
  });

/**
 * Each node has one slot there, so neither way can be meant of slots that are there already (K8). Said before what else is
 * wrong, and with it: that may come of the other strategy.
 */
const refuseSwitch = (service: Service, { strategy }: ServiceDefinition, problems: Problem[]): void => {
  const before = service.definition.strategy;
  if (!strategies.includes(strategy)) return;
  if (before !== strategy && (before === 'EVERY_NODE' || strategy === 'EVERY_NODE'))
    throw new RestowError(
      'failed-precondition',
      `${referenceTo(service)} cannot be switched from ${before} to ${strategy}: make a new service with the other strategy.`,
      { problems },
    );
};

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;

/** Equal in every field, in whatever order they are written. */
export const sameDefinition = (a: ServiceDefinition, b: ServiceDefinition): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
