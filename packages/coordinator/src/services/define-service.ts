import { type Problem, RestowError } from '@restow/shared/base/errors';
import { checkDefinition } from '@restow/shared/domain/check-definition';
import { checkServiceName } from '@restow/shared/domain/check-service-name';
import { type Service, type ServiceDefinition, strategies } from '@restow/shared/domain/service';
import type { Store } from '../ports/store.ts';
import type { World } from '../world.ts';
import { findAll, findByReference } from './find-by-reference.ts';
import { problemsOfLenders } from './lending.ts';

/** Everything that is wrong at once, in itself and beside the services there are. */
const problemsOf = async (store: Store, name: string, definition: ServiceDefinition): Promise<Problem[]> => [
  ...checkServiceName(name),
  ...checkDefinition(definition),
  ...problemsOfLenders(name, definition, await store.services.list()),
];

const refuseProblems = (what: string, problems: Problem[]): void => {
  if (problems.length > 0) throw new RestowError('invalid', `${what} was refused; nothing was changed.`, { problems });
};

/**
 * The service of that name or id as it would be with this definition; where there is none, as it would be made. Nothing
 * is stored. Throws what making or changing it would throw, and `ambiguous`.
 */
export const serviceAsIf = async (world: World, reference: string, definition: ServiceDefinition): Promise<Service> => {
  const services = await world.store.services.list();
  const found = findAll(services, reference).length > 0 ? findByReference('service', services, reference) : null;
  const problems = await problemsOf(world.store, found?.name ?? reference, definition);
  if (found) refuseSwitch(found, definition, problems);
  refuseProblems(`Service "${found?.name ?? reference}"`, problems);
  if (!found) return newService(world, reference, definition);
  return sameDefinition(found.definition, definition) ? found : { ...found, definition, version: found.version + 1 };
};

const newService = (world: World, name: string, definition: ServiceDefinition): Service => {
  const now = world.clock.now();
  return {
    ...{ id: world.newId(), name, stack: null, definition, version: 1 },
    ...{ createdAt: now, updatedAt: now, removedAt: null },
  };
};

/** Defines a service; nothing runs yet. Throws `invalid` with all problems, or `already-exists`. */
export const createService = async (world: World, name: string, definition: ServiceDefinition): Promise<Service> => {
  refuseProblems(`Service "${name}"`, await problemsOf(world.store, name, definition));
  const service = newService(world, name, definition);
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
    const problems = await problemsOf(store, service.name, definition);
    refuseSwitch(service, definition, problems);
    refuseProblems(`The change of ${service.name}`, problems);
    if (ifVersion !== 0 && ifVersion !== service.version)
      throw new RestowError(
        'failed-precondition',
        `${service.name} was changed by somebody else meanwhile (version ${service.version}, you read ${ifVersion}); read it again and repeat the change.`,
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
const refuseSwitch = (
  { name, definition: { strategy: before } }: Service,
  { strategy }: ServiceDefinition,
  problems: Problem[],
): void => {
  if (!strategies.includes(strategy)) return;
  if (before !== strategy && (before === 'EVERY_NODE' || strategy === 'EVERY_NODE'))
    throw new RestowError(
      'failed-precondition',
      `${name} cannot be switched from ${before} to ${strategy}: make a new service with the other strategy.`,
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

const sameDefinition = (a: ServiceDefinition, b: ServiceDefinition): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
