import { isInSubnet } from '@restow/shared/domain/address';
import type { Endpoint, ResolvedLink } from '@restow/shared/domain/order';
import { slotName } from '@restow/shared/domain/slot';

/*
 * Which addresses a name has, for whom. Pure: no clock, no socket; the wire is `wire.ts`.
 */

/** What names know of an endpoint. */
export type NamedEndpoint = Pick<
  Endpoint,
  'slotIndex' | 'serviceId' | 'serviceName' | 'stack' | 'named' | 'everyNode' | 'address' | 'nodeId'
>;

/** A container of this node that asks. It is known by its address on the node network. */
export interface Asker {
  nodeAddress: string;
  serviceId: string;
  /** `null`: none. */
  stack: string | null;
  /** Aliases it has, nobody else does. */
  links: ResolvedLink[];
}

/** What an answer is made of. */
export interface Zone {
  nodeId: string;
  /** `null`: not known yet. */
  overlaySubnet: string | null;
  /** By stack (`''`: none), then by name, in the order of their slots. */
  services: ReadonlyMap<string, ReadonlyMap<string, readonly NamedEndpoint[]>>;
  byService: ReadonlyMap<string, readonly NamedEndpoint[]>;
  byAddress: ReadonlyMap<string, NamedEndpoint>;
}

/**
 * - `addresses`: the name leads there, in the order to give them in; at least one.
 * - `name`: what an address is called.
 * - `nothing`: the name is ours, and leads nowhere.
 * - `foreign`: not ours; whoever answers for this machine is to be asked.
 */
export type Answer =
  | { kind: 'addresses'; addresses: string[] }
  | { kind: 'name'; name: string }
  | { kind: 'nothing' }
  | { kind: 'foreign' };

/** Sorts a table for looking names up in it. Pure. */
export const zoneOf = (
  { nodeId, overlaySubnet }: Pick<Zone, 'nodeId' | 'overlaySubnet'>,
  endpoints: readonly NamedEndpoint[],
): Zone => {
  const inOrder = [...endpoints].sort((one, other) => one.slotIndex - other.slotIndex);
  const byStack = Map.groupBy(inOrder, ({ stack }) => stack ?? '');
  return {
    nodeId,
    overlaySubnet,
    services: new Map(
      [...byStack].map(([stack, members]) => [stack, Map.groupBy(members, ({ serviceName }) => serviceName)]),
    ),
    byService: Map.groupBy(inOrder, ({ serviceId }) => serviceId),
    byAddress: new Map(inOrder.map((endpoint) => [endpoint.address, endpoint])),
  };
};

/** Where a name is looked for: the endpoints of the service it calls so; `undefined`: it knows none. */
interface Place {
  /** The name as it is called there. */
  name: string;
  find: (service: string) => readonly NamedEndpoint[] | undefined;
}

/**
 * What a name means to an asker (`null`: somebody of whom nothing is known). In this order:
 *
 * 1. aliases of the asker's links,
 * 2. for a bare name, services of the asker's stack, then services without a stack; with `.STACK`, services of that stack.
 *
 * In each, a name is a service's (all its slots' addresses) before it is a slot's (`SERVICE-N`): the first was given by a
 * person, the second came by counting. The first service that a slot's name speaks of decides about it, whether it has
 * that slot or not: scaling a service in must not lead its callers to somebody else's slot of the same name.
 *
 * `turn` says which of several addresses comes first. Pure.
 */
export const answer = (question: string, asker: Asker | null, zone: Zone, turn = 0): Answer => {
  const name = question.toLowerCase().replace(/\.$/, '');
  const address = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name);
  if (address) return whoHas(address.slice(1).map(Number).reverse().join('.'), zone);
  // An alias is the person's own text, dots and all.
  const found = look([{ name, find: linksOf(asker, zone) }, ...placesOf(name, asker, zone)]);
  if (found === undefined) return { kind: 'foreign' };
  const addresses = found.filter(({ named }) => named).map(({ address }) => address);
  if (addresses.length === 0) return { kind: 'nothing' };
  const first = turn % addresses.length;
  return { kind: 'addresses', addresses: [...addresses.slice(first), ...addresses.slice(0, first)] };
};

const placesOf = (name: string, asker: Asker | null, zone: Zone): Place[] => {
  const inStack = (label: string, stack: string): Place => ({
    name: label,
    find: (service) => zone.services.get(stack)?.get(service),
  });
  const [label = '', stack, ...more] = name.split('.');
  if (more.length > 0 || stack === '') return [];
  if (stack !== undefined) return [inStack(label, stack)];
  return [...(asker?.stack ? [inStack(label, asker.stack)] : []), inStack(label, '')];
};

/** An alias stands for a service by its id. One that is gone is still meant, and leads nowhere. */
const linksOf = (asker: Asker | null, zone: Zone): Place['find'] => {
  const isEverywhere = (serviceId: string) =>
    zone.byService.get(serviceId)?.some(({ everyNode }) => everyNode) ?? false;
  return (alias) => {
    const links = asker?.links.filter((link) => link.alias.toLowerCase() === alias) ?? [];
    if (!asker || links.length === 0) return undefined;
    const slots = links.flatMap(({ serviceId }) => zone.byService.get(serviceId) ?? []);
    // Two that run on every node are linked one to one: each sees the other's slot on its own node.
    return isEverywhere(asker.serviceId)
      ? slots.filter(({ everyNode, nodeId }) => !everyNode || nodeId === zone.nodeId)
      : slots;
  };
};

/** `undefined`: the name is not ours. */
const look = (places: readonly Place[]): readonly NamedEndpoint[] | undefined => {
  let isOurs = false;
  for (const { name, find } of places) {
    const service = find(name);
    if (service) return service;
    if (isOurs) continue;
    const [, serviceName = '', index = ''] = /^(.+)-([1-9]\d{0,8})$/.exec(name) ?? [];
    const slots = find(serviceName);
    const slot = slots?.filter(({ slotIndex }) => slotIndex === Number(index)) ?? [];
    if (slot.length > 0) return slot;
    isOurs = slots !== undefined;
  }
  return isOurs ? [] : undefined;
};

const whoHas = (address: string, { byAddress, overlaySubnet }: Zone): Answer => {
  const holder = byAddress.get(address);
  if (holder) {
    const slot = slotName(holder.serviceName, holder.slotIndex);
    return { kind: 'name', name: holder.stack === null ? slot : `${slot}.${holder.stack}` };
  }
  // Nobody outside knows the cluster's own addresses.
  return overlaySubnet !== null && isInSubnet(overlaySubnet)(address) ? { kind: 'nothing' } : { kind: 'foreign' };
};
