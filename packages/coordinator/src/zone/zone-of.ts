import { isIPv4, isIPv6 } from 'node:net';
import type { Node } from '@restow/shared/domain/node';
import { fixedPorts, type Service, type ServiceDefinition } from '@restow/shared/domain/service';
import type { Slot } from '@restow/shared/domain/slot';
import { publicNamesIn, type ZonePlace } from './public-names.ts';

/** A server of the zone, as the zone itself tells of it. */
export interface NameServer {
  /** In full, lower case, no dot at its end. */
  name: string;
  /** Its addresses where its name is within the zone; none else: another zone answers for it. */
  addresses: string[];
}

/** What the zone is, whatever runs. */
export interface ZoneSettings extends ZonePlace {
  /** How long others may keep an answer, and the news that a name is not there. Seconds. */
  ttlSeconds: number;
  /** At least one. */
  nameServers: NameServer[];
}

/** What the coordinator knows that names say something of. */
export interface ZoneFacts {
  /** Living ones, each with its service. */
  slots: { slot: Slot; service: Pick<Service, 'id' | 'name' | 'stack'> }[];
  nodes: Pick<Node, 'id' | 'name' | 'publicAddress'>[];
  /** Revisions whose instances have a fixed port of their node. */
  onFixedPorts: ReadonlySet<string>;
  /** Instances that run, as their agents last said. */
  running: ReadonlySet<string>;
  /** Nodes that have been without a session for long. */
  away: ReadonlySet<string>;
  /** Services with a deployment under way. */
  deploying: ReadonlySet<string>;
}

/** Addresses of one name; none of either kind where it only is there, or has others below it. */
export interface NameRecords {
  a: string[];
  aaaa: string[];
}

/** All that the zone answers: by name in full, lower case. Every name above one of them, up to the apex, is there too. */
export interface Zone extends ZoneSettings {
  /** Of the SOA record; grows with every change. */
  serial: number;
  names: ReadonlyMap<string, NameRecords>;
}

/** Whether its instances are reached at a port of the node that the definition chose; with host networking all are. */
export const hasFixedPort = ({ ports, net }: Pick<ServiceDefinition, 'ports' | 'net'>): boolean =>
  fixedPorts(ports).length > 0 || (net === 'host' && ports.length > 0);

/**
 * The zone of these facts.
 *
 * - A slot's name has the address of the node the slot belongs to from its first instance that served on, through
 *   redeploys, crashes and a node that does not answer: it says where the slot is, not how it is.
 * - An instance's name is there as long as that instance is the one its slot is to have.
 * - A service's name is there where its slots have fixed ports, with the nodes of the slots that run. A node that is away
 *   is left out while another one is left. Where none is left, those that may run are told all the same: the nodes that
 *   are away (perhaps it is the coordinator that is cut off), and all of them during a deployment (what was stopped is
 *   about to be back, and "no address" would be remembered longer than that takes).
 * - A node's name has its public address.
 *
 * Pure.
 */
export const zoneOf = (settings: ZoneSettings, facts: ZoneFacts): Map<string, NameRecords> => {
  const names = new Map<string, NameRecords>();
  const called = publicNamesIn(settings);
  const { domain, namespace } = settings;
  const records = (name: string): NameRecords => {
    const known = names.get(name);
    if (known) return known;
    const made: NameRecords = { a: [], aaaa: [] };
    names.set(name, made);
    // Whoever asks for the name above is told that there is something below it (RFC 8020).
    if (name !== domain) records(name.slice(name.indexOf('.') + 1));
    return made;
  };
  const lead = (name: string | null, addresses: Iterable<string>) => {
    if (name === null) return;
    const { a, aaaa } = records(name);
    for (const address of addresses) {
      if (isIPv4(address)) a.push(address);
      else if (isIPv6(address)) aaaa.push(address);
    }
  };

  // There in an empty cluster too: a resolver that was told they are not asks for nothing below them.
  for (const name of [`${namespace}.cont`, 'svc', 'node']) records(`${name}.${domain}`);
  for (const { name, addresses } of settings.nameServers) if (isWithin(name, domain)) lead(name, addresses);
  const addressOf = new Map(facts.nodes.map(({ id, publicAddress }) => [id, publicAddress]));
  for (const { name, publicAddress } of facts.nodes) lead(called.node(name), [publicAddress]);

  for (const { slot, service } of facts.slots) {
    const { desired } = slot;
    const address = desired?.named ? addressOf.get(desired.nodeId) : undefined;
    lead(called.slot(service, slot.index), address ? [address] : []);
    if (desired && address) lead(called.instance(service, slot.index, desired.instanceId), [address]);
  }
  const withFixedPorts = facts.slots.filter(({ slot }) => facts.onFixedPorts.has(slot.desired?.revisionId ?? ''));
  for (const [, places] of Map.groupBy(withFixedPorts, ({ service }) => service.id)) {
    const nodes = nodesServing(places, facts);
    lead(called.service(places[0]!.service), new Set(nodes.flatMap((nodeId) => addressOf.get(nodeId) ?? [])));
  }
  return names;
};

/** Where one service is to be looked for, in the order of its slots. */
const nodesServing = (places: ZoneFacts['slots'], { running, away, deploying }: ZoneFacts): string[] => {
  const named = places.flatMap(({ slot: { desired }, service }) =>
    desired?.named ? [{ ...desired, isDeploying: deploying.has(service.id) }] : [],
  );
  const serving = named.filter(({ instanceId, nodeId }) => running.has(instanceId) && !away.has(nodeId));
  const perhaps = named.filter(
    ({ instanceId, nodeId, isDeploying }) => isDeploying || (away.has(nodeId) && running.has(instanceId)),
  );
  return (serving.length > 0 ? serving : perhaps).map(({ nodeId }) => nodeId);
};

/** True for the domain itself and every name below it. Both in lower case. */
export const isWithin = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`);

/** Whether two zones' names say the same. */
export const sameNames = (one: ReadonlyMap<string, NameRecords>, other: ReadonlyMap<string, NameRecords>): boolean =>
  one.size === other.size &&
  [...one].every(([name, { a, aaaa }]) => {
    const there = other.get(name);
    return there !== undefined && sameList(a, there.a) && sameList(aaaa, there.aaaa);
  });

const sameList = (one: string[], other: string[]): boolean =>
  one.length === other.length && one.every((each, at) => each === other[at]);
