import { isDnsLabel } from './dns-label.ts';
import type { Service } from './service.ts';

type Named = Pick<Service, 'name' | 'stack'>;

/** `db`, or `db.common` for the one of the stack `common`, taken apart; `null` where it can be neither. */
export const parseServiceReference = (reference: string): Named | null => {
  const [name = '', stack = null, ...more] = reference.split('.');
  return isDnsLabel(name) && (stack === null || isDnsLabel(stack)) && more.length === 0 ? { name, stack } : null;
};

/**
 * What a service of that stack means by a name, in its definition as in DNS: `db.common` is the one of the stack `common`;
 * `db` is that of its own stack, else the one that belongs to none. `null`: none of them. Pure.
 */
export const serviceSeenFrom = <Any extends Named>(
  services: readonly Any[],
  stack: string | null,
  reference: string,
): Any | null => {
  const wanted = parseServiceReference(reference);
  const at = (where: string | null) =>
    services.find((service) => service.name === wanted?.name && service.stack === where) ?? null;
  return wanted === null ? null : wanted.stack === null ? (at(stack) ?? at(null)) : at(wanted.stack);
};
