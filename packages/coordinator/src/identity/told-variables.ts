import type { PlannedLink } from '@restow/shared/domain/plan';
import type { Service, ServiceDefinition } from '@restow/shared/domain/service';
import { type Slot, slotName } from '@restow/shared/domain/slot';
import { linkVariables } from './link-variables.ts';

/**
 * What an instance is told of others: of the services it links to, as planned, and in a sequential service of the slots
 * before its own. Pure.
 */
export const variablesToldTo = (
  { name }: Pick<Service, 'name'>,
  { sequential, net, ports }: Pick<ServiceDefinition, 'sequential' | 'net' | 'ports'>,
  links: readonly PlannedLink[],
  before: readonly Pick<Slot, 'index' | 'address'>[],
): Record<string, string> => ({
  ...(sequential && net !== 'host'
    ? linkVariables(before.map(({ index, address }) => ({ name: slotName(name, index), address, ports })))
    : {}),
  ...Object.assign({}, ...links.map(({ variables }) => variables)),
});
