import { type Problem, RestowError } from '@restow/shared/base/errors';
import { referenceTo, type Service, type ServiceDefinition } from '@restow/shared/domain/service';
import { parseServiceReference, serviceSeenFrom } from '@restow/shared/domain/service-reference';
import type { Store } from '../ports/store.ts';

type Named = Pick<Service, 'name' | 'stack'>;
type Lent = Pick<ServiceDefinition, 'volumesFrom'>;

/** What a definition calls the services it mounts from. */
const lendersOf = ({ volumesFrom }: Lent): string[] => volumesFrom.map(({ service }) => service);

/**
 * What is wrong with whom a definition mounts from: a service that is not there, or a circle, told as the way round it.
 * Pure; `others` are the services there are.
 */
export const problemsOfLenders = (
  borrower: Named,
  definition: Lent,
  others: readonly (Named & { definition: Lent })[],
): Problem[] => {
  const self = referenceTo(borrower);
  const all = [...others.filter((other) => referenceTo(other) !== self), { ...borrower, definition }];
  const byName = new Map(all.map((service) => [referenceTo(service), service]));
  const lendersSeenBy = ({ stack, definition: { volumesFrom } }: (typeof all)[number]): string[] =>
    volumesFrom.flatMap(({ service }) => {
      const lender = serviceSeenFrom(all, stack, service);
      return lender ? [referenceTo(lender)] : [];
    });
  /** The names from here back to where it began; `null` when no way leads there. */
  const wayBack = (at: string, passed: readonly string[]): string[] | null => {
    for (const next of lendersSeenBy(byName.get(at)!)) {
      if (next === self) return [...passed, at, self];
      const way = passed.includes(next) ? null : wayBack(next, [...passed, at]);
      if (way) return way;
    }
    return null;
  };
  return lendersOf(definition).flatMap((wanted, index): Problem[] => {
    const field = `volumesFrom[${index}].service`;
    // What is no name at all is said of the definition by itself.
    if (parseServiceReference(wanted) === null) return [];
    const lender = serviceSeenFrom(all, borrower.stack, wanted);
    if (!lender) return [{ field, message: `there is no service ${wanted} to mount from` }];
    const circle = referenceTo(lender) === self ? [self, self] : wayBack(referenceTo(lender), [self]);
    return circle
      ? [{ field, message: `${circle.join(' mounts from ')}: a circle, in which none can be placed first` }]
      : [];
  });
};

/** Services that mount from this one, by their definition or by what runs of them. */
export const borrowersOf = async (store: Store, { id }: Pick<Service, 'id'>): Promise<string[]> => {
  const borrowers: string[] = [];
  const services = await store.services.list();
  for (const service of services) {
    if (service.id === id) continue;
    const running = await Promise.all(
      (await store.slots.ofService(service.id)).map(({ desired }) =>
        desired ? store.revisions.get(desired.revisionId) : null,
      ),
    );
    const definitions = [service.definition, ...running.flatMap((revision) => revision?.definition ?? [])];
    const lenders = definitions.flatMap(lendersOf).map((lender) => serviceSeenFrom(services, service.stack, lender));
    if (lenders.some((lender) => lender?.id === id)) borrowers.push(referenceTo(service));
  }
  return borrowers;
};

/** VOL-07: throws `failed-precondition` naming those who mount from the service, which therefore cannot go. */
export const refuseWhileLent = async (store: Store, service: Pick<Service, 'id' | 'name' | 'stack'>): Promise<void> => {
  const borrowers = await borrowersOf(store, service);
  if (borrowers.length === 0) return;
  const first = borrowers.length === 1 ? 'Remove that' : 'Remove those';
  throw new RestowError(
    'failed-precondition',
    `${referenceTo(service)} cannot be removed while ${borrowers.join(', ')} ${borrowers.length === 1 ? 'mounts' : 'mount'} its volumes. ${first} first, or redeploy without.`,
  );
};
