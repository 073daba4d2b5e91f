import { type Problem, RestowError } from '@restow/shared/base/errors';
import { isDnsLabel } from '@restow/shared/domain/dns-label';
import type { Service, ServiceDefinition } from '@restow/shared/domain/service';
import type { Store } from '../ports/store.ts';

/** Names of the services a definition mounts from. */
const lendersOf = ({ volumesFrom }: Pick<ServiceDefinition, 'volumesFrom'>): string[] =>
  volumesFrom.map(({ service }) => service);

/**
 * What is wrong with whom a definition mounts from: a service that is not there, or a circle, told as the way round it.
 * Pure; `others` are the services there are.
 */
export const problemsOfLenders = (
  name: string,
  definition: Pick<ServiceDefinition, 'volumesFrom'>,
  others: readonly Pick<Service, 'name' | 'definition'>[],
): Problem[] => {
  const byName = new Map(others.map((service) => [service.name, lendersOf(service.definition)]));
  byName.set(name, lendersOf(definition));
  /** The names from here back to where it began; `null` when no way leads there. */
  const wayBack = (at: string, passed: readonly string[]): string[] | null => {
    for (const next of byName.get(at) ?? []) {
      if (next === name) return [...passed, at, name];
      const way = passed.includes(next) ? null : wayBack(next, [...passed, at]);
      if (way) return way;
    }
    return null;
  };
  return lendersOf(definition).flatMap((lender, index): Problem[] => {
    const field = `volumesFrom[${index}].service`;
    // What is no name at all is said of the definition by itself.
    if (!isDnsLabel(lender)) return [];
    if (!byName.has(lender)) return [{ field, message: `there is no service ${lender} to mount from` }];
    const circle = lender === name ? [name, name] : wayBack(lender, [name]);
    return circle
      ? [{ field, message: `${circle.join(' mounts from ')}: a circle, in which none can be placed first` }]
      : [];
  });
};

/** Services that mount from this one, by their definition or by what runs of them. */
export const borrowersOf = async (store: Store, { id, name }: Pick<Service, 'id' | 'name'>): Promise<string[]> => {
  const borrowers: string[] = [];
  for (const service of await store.services.list()) {
    if (service.id === id) continue;
    const running = await Promise.all(
      (await store.slots.ofService(service.id)).map(({ desired }) =>
        desired ? store.revisions.get(desired.revisionId) : null,
      ),
    );
    const definitions = [service.definition, ...running.flatMap((revision) => revision?.definition ?? [])];
    if (definitions.some((definition) => lendersOf(definition).includes(name))) borrowers.push(service.name);
  }
  return borrowers;
};

/** VOL-07: throws `failed-precondition` naming those who mount from the service, which therefore cannot go. */
export const refuseWhileLent = async (store: Store, service: Pick<Service, 'id' | 'name'>): Promise<void> => {
  const borrowers = await borrowersOf(store, service);
  if (borrowers.length === 0) return;
  const first = borrowers.length === 1 ? 'Remove that' : 'Remove those';
  throw new RestowError(
    'failed-precondition',
    `${service.name} cannot be removed while ${borrowers.join(', ')} ${borrowers.length === 1 ? 'mounts' : 'mount'} its volumes. ${first} first, or redeploy without.`,
  );
};
