import type { Problem } from '@restow/shared/base/errors';
import type { Link, Service, ServiceDefinition } from '@restow/shared/domain/service';
import { serviceSeenFrom } from '@restow/shared/domain/service-reference';
import { slotOfName } from '@restow/shared/domain/slot';

type Named = Pick<Service, 'name' | 'stack'>;

/** What an alias would stand before, in words; `null` where it is nobody's name. `within`: services of one stack, or of none. */
const shadowed = (within: readonly Named[], { service, alias }: Link): string | null => {
  const slot = slotOfName(alias);
  const [wanted] = service.split('.');
  for (const { name } of within) {
    // Under its own name a service is what it would be without the link.
    if (name === alias && wanted !== alias) return `the service ${name}`;
    if (slot?.serviceName === name) return `slot ${slot.index} of the service ${name}`;
    const other = slotOfName(name);
    if (other?.serviceName === alias && wanted !== alias)
      return `the service ${name}, as that of its slot ${other.index}`;
  }
  return null;
};

/**
 * What is wrong with the links of a service beside the services there are: one that leads nowhere, to the service itself,
 * or by an alias that would stand before a name of the same stack. Circles are no problem: each side is told of slots
 * there are already. Pure.
 */
export const problemsOfLinks = (
  client: Named,
  links: ServiceDefinition['links'],
  services: readonly Named[],
): Problem[] => {
  const self = services.find(({ name, stack }) => name === client.name && stack === client.stack) ?? client;
  const others = services.filter((service) => service !== self);
  const all = [self, ...others];
  return links.flatMap((link, index): Problem[] => {
    const target = serviceSeenFrom(all, client.stack, link.service);
    if (!target)
      return [{ field: `links[${index}].service`, message: `there is no service ${link.service} to link to` }];
    if (target === self)
      return [
        {
          field: `links[${index}].service`,
          message: `${client.name} cannot link to itself: its slots reach each other by their names`,
        },
      ];
    const name = shadowed(
      all.filter(({ stack }) => stack === client.stack),
      // `db.common` under the alias `db` stands before a `db` of the own stack.
      target.stack === client.stack ? link : { ...link, service: '' },
    );
    return name === null
      ? []
      : [
          {
            field: `links[${index}].alias`,
            message: `the alias ${link.alias} would stand before the name of ${name}: choose another one`,
          },
        ];
  });
};

/**
 * Seen from within a stack an alias may stand before a name of no stack, as a name of the own stack does. A sentence for
 * each that does. Pure.
 */
export const hiddenByLinks = (
  client: Named,
  links: ServiceDefinition['links'],
  services: readonly Named[],
): string[] => {
  if (client.stack === null) return [];
  const outside = services.filter(({ stack }) => stack === null);
  return links.flatMap((link) => {
    const target = serviceSeenFrom(services, client.stack, link.service);
    const name = shadowed(outside, target?.stack === null ? link : { ...link, service: '' });
    return name === null
      ? []
      : [`The alias ${link.alias} stands before the name of ${name}, which belongs to no stack.`];
  });
};
