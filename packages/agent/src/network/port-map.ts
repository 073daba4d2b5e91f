import { createHash } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { RestowError } from '@restow/shared/base/errors';
import type { Protocol } from '@restow/shared/domain/service';
import { linkNames, type PortMapping } from './node-network.ts';

/*
 * The port map: which container a port of this node leads to. Pure; texts for `nft -f -`, and what `nft -j` printed.
 *
 * A connection keeps the container it began on, whatever becomes of the element (conntrack), so leading a port to
 * another container is one transaction, and cuts nothing.
 *
 * Two maps: `ports` leads to the container's address on the node network, `inside` to its address on the overlay. The
 * second is for callers on the node network, the container itself among them: where the engine has its bridges' frames
 * filtered, what comes in by a bridge and is led to an address on the same bridge is sent on as a frame, and a bridge
 * sends none back by the way it came. By the overlay such a packet is routed, and nothing depends on a bridge port, which
 * is new with every start of its container.
 */

const { table, nodeBridge, overlayBridge } = linkNames;

/** Before the engine's own rules for published ports (-100), so that an element wins over them. */
const beforeEngine = -110;

const mapNames = ['ports', 'inside'] as const;
type MapName = (typeof mapNames)[number];

const mapType = 'type inet_proto . inet_service : ipv4_addr . inet_service';

const leadBy = (map: MapName): string => `fib daddr type local dnat ip to meta l4proto . th dport map @${map}`;

/** The subnets of this node's two bridges. */
export interface NodeSubnets {
  node: string;
  overlay: string;
}

const chains = (subnets: NodeSubnets) => [
  {
    // The bridge accepts 127.0.0.0/8 for `output` below (route_localnet), so a container could reach what listens on
    // this node's loopback alone. No honest packet comes in that way: answers to 127.0.0.1 are addressed to the bridge
    // until conntrack, later than this, has translated them back.
    name: 'guard',
    type: 'filter',
    hook: 'prerouting',
    priority: -300,
    rules: [`iifname "${nodeBridge}" ip daddr 127.0.0.0/8 drop`],
  },
  {
    name: 'prerouting',
    type: 'nat',
    hook: 'prerouting',
    priority: beforeEngine,
    rules: [`iifname "${nodeBridge}" ${leadBy('inside')}`, leadBy('ports')],
  },
  {
    // What this node itself opens, to its own addresses or to 127.0.0.1.
    name: 'output',
    type: 'nat',
    hook: 'output',
    priority: beforeEngine,
    rules: [leadBy('ports')],
  },
  {
    // A container cannot answer 127.0.0.1; and one that has a way of its own to the caller must not answer past this
    // node, nor be called from its own address.
    name: 'postrouting',
    type: 'nat',
    hook: 'postrouting',
    priority: 90,
    rules: [
      `ct status dnat oifname "${nodeBridge}" ip saddr { 127.0.0.0/8, ${subnets.node}, ${subnets.overlay} } masquerade`,
      `ct status dnat oifname "${overlayBridge}" ip saddr ${subnets.node} masquerade`,
    ],
  },
];

/** Marks every rule, so that a table made by another version, or changed by hand, is told from one that is right. */
const markOf = (subnets: NodeSubnets): string =>
  `restow ${createHash('sha256')
    .update(JSON.stringify([mapType, mapNames, chains(subnets)]))
    .digest('hex')
    .slice(0, 12)}`;

/** What the maps hold: key and target of every element as nft writes them, such as `tcp . 8080` and `10.7.0.5 . 80`. */
type Elements = Record<MapName, Map<string, string>>;

const addElement = (map: MapName, key: string, target: string): string =>
  `add element ip ${table} ${map} { ${key} : ${target} }`;
const deleteElement = (map: MapName, key: string): string => `delete element ip ${table} ${map} { ${key} }`;

/** The whole table, with elements. */
const tableText = (subnets: NodeSubnets, elements: Elements): string => {
  const mark = markOf(subnets);
  const blocks = chains(subnets).map(
    ({ name, type, hook, priority, rules }) => `  chain ${name} {
    type ${type} hook ${hook} priority ${priority}; policy accept;
${rules.map((rule) => `    ${rule} comment "${mark}"`).join('\n')}
  }`,
  );
  const whole = `table ip ${table} {
${mapNames.map((map) => `  map ${map} { ${mapType}; }`).join('\n')}
${blocks.join('\n')}
}`;
  const filled = mapNames.flatMap((map) => [...elements[map]].map(([key, target]) => addElement(map, key, target)));
  return [whole, ...filled, ''].join('\n');
};

const keyOf = ({ protocol, hostPort }: Pick<PortMapping, 'protocol' | 'hostPort'>): string =>
  `${protocol} . ${hostPort}`;
const targetOf = ({ toAddress, toPort }: PortMapping): string => `${toAddress} . ${toPort}`;
const insideTargetOf = ({ overlayAddress, toPort }: PortMapping): string | null =>
  overlayAddress === null ? null : `${overlayAddress} . ${toPort}`;

interface NftChain {
  name: string;
  type?: string;
  hook?: string;
  prio?: number;
  policy?: string;
}

/** What `nft -j list table` prints, as far as it is looked at here. */
export interface NftListing {
  nftables: {
    chain?: NftChain;
    rule?: { chain: string; comment?: string };
    map?: { name: string; elem?: [{ concat: [string, number] }, { concat: [string, number] }][] };
  }[];
}

const elementsOf = ({ nftables }: NftListing): Elements => {
  const inMap = (name: MapName) =>
    new Map(
      nftables
        .flatMap(({ map }) => (map?.name === name ? (map.elem ?? []) : []))
        .map(([key, target]) => [key.concat.join(' . '), target.concat.join(' . ')]),
    );
  return { ports: inMap('ports'), inside: inMap('inside') };
};

/** The port map of a listing. */
export const mappingsIn = (listing: NftListing): PortMapping[] => {
  const { ports, inside } = elementsOf(listing);
  return [...ports].map(([key, target]) => {
    const [protocol, hostPort] = key.split(' . ');
    const [toAddress, toPort] = target.split(' . ');
    const [overlayAddress, overlayPort] = inside.get(key)?.split(' . ') ?? [];
    return {
      protocol: protocol as Protocol,
      hostPort: Number(hostPort),
      toAddress: toAddress!,
      toPort: Number(toPort),
      // One that leads to another port is not what anybody asked for: then it is as if there were none.
      overlayAddress: overlayPort === toPort ? (overlayAddress ?? null) : null,
    };
  });
};

const isAsWanted = (listing: NftListing, subnets: NodeSubnets): boolean => {
  const wanted = chains(subnets);
  const mark = markOf(subnets);
  const rules = listing.nftables.flatMap(({ rule }) => (rule ? [rule] : []));
  const present = listing.nftables.flatMap(({ chain }) => (chain ? [chain] : []));
  return (
    present.length === wanted.length &&
    mapNames.every((name) => listing.nftables.some(({ map }) => map?.name === name)) &&
    wanted.every(({ name, type, hook, priority, rules: lines }) => {
      const inChain = rules.filter(({ chain }) => chain === name);
      return (
        present.some((c) => c.name === name && c.type === type && c.hook === hook && c.prio === priority) &&
        inChain.length === lines.length &&
        inChain.every(({ comment }) => comment === mark)
      );
    })
  );
};

/**
 * The transaction that gives this node its table; `null` when it stands as it should. A table that is not as it should
 * be is made anew within one transaction, its elements kept.
 */
export const tableChange = (present: NftListing | null, subnets: NodeSubnets): string | null => {
  if (present === null) return tableText(subnets, { ports: new Map(), inside: new Map() });
  if (isAsWanted(present, subnets)) return null;
  return `delete table ip ${table}\n${tableText(subnets, elementsOf(present))}`;
};

const checked = (mappings: readonly PortMapping[]): Map<string, PortMapping> => {
  const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65535;
  const byKey = new Map<string, PortMapping>();
  for (const mapping of mappings) {
    const { protocol, hostPort, toAddress, toPort, overlayAddress } = mapping;
    const isAddress = isIPv4(toAddress) && (overlayAddress === null || isIPv4(overlayAddress));
    if (!['tcp', 'udp'].includes(protocol) || !isPort(hostPort) || !isPort(toPort) || !isAddress)
      throw new RestowError('internal', `No port map element can be made of ${JSON.stringify(mapping)}`);
    const other = byKey.get(keyOf(mapping));
    if (other && (targetOf(other) !== targetOf(mapping) || insideTargetOf(other) !== insideTargetOf(mapping)))
      throw new RestowError(
        'internal',
        `Port ${hostPort}/${protocol} was asked to lead to two ends at once: ${targetOf(other)} and ${targetOf(mapping)}`,
      );
    byKey.set(keyOf(mapping), mapping);
  }
  return byKey;
};

/** A port that leads elsewhere than before, and every end that is right for it now; none when it leads nowhere. */
export interface ChangedPort {
  protocol: Protocol;
  hostPort: number;
  ends: { address: string; port: number }[];
}

export interface MapChange {
  /** The transaction; empty when nothing is to do. */
  text: string;
  changed: ChangedPort[];
}

const endsOf = (mapping: PortMapping | undefined): ChangedPort['ends'] =>
  mapping
    ? [mapping.toAddress, mapping.overlayAddress].flatMap((address) =>
        address === null ? [] : [{ address, port: mapping.toPort }],
      )
    : [];

/** Ports as they lead by these mappings, changed or not. */
export const ledBy = (mappings: readonly PortMapping[]): ChangedPort[] =>
  mappings.map((mapping) => ({ protocol: mapping.protocol, hostPort: mapping.hostPort, ends: endsOf(mapping) }));

/** Makes the elements of these keys as wanted, and takes away those of keys that are not wanted. */
const changeOf = (present: Elements, wanted: ReadonlyMap<string, PortMapping>, keys: Iterable<string>): MapChange => {
  const lines: string[] = [];
  const changed: ChangedPort[] = [];
  for (const key of keys) {
    const mapping = wanted.get(key);
    const targets = mapping ? { ports: targetOf(mapping), inside: insideTargetOf(mapping) } : null;
    const changes = mapNames.flatMap((map) => {
      const before = present[map].get(key) ?? null;
      const after = targets?.[map] ?? null;
      if (before === after) return [];
      return [
        ...(before === null ? [] : [deleteElement(map, key)]),
        ...(after === null ? [] : [addElement(map, key, after)]),
      ];
    });
    if (changes.length === 0) continue;
    lines.push(...changes);
    const [protocol, hostPort] = key.split(' . ');
    changed.push({ protocol: protocol as Protocol, hostPort: Number(hostPort), ends: endsOf(mapping) });
  }
  return { text: lines.map((line) => `${line}\n`).join(''), changed };
};

/** Leads the ports of `wanted` where they say, wherever they led before. */
export const mapChange = (present: NftListing, wanted: readonly PortMapping[]): MapChange => {
  const byKey = checked(wanted);
  return changeOf(elementsOf(present), byKey, byKey.keys());
};

/** Takes away those of `unwanted` that still lead where they say. */
export const unmapChange = (present: NftListing, unwanted: readonly PortMapping[]): MapChange => {
  const elements = elementsOf(present);
  const keys = [...checked(unwanted)].filter(([key, mapping]) => elements.ports.get(key) === targetOf(mapping));
  return changeOf(
    elements,
    new Map(),
    keys.map(([key]) => key),
  );
};

/** Makes `wanted` the whole map. */
export const setChange = (present: NftListing, wanted: readonly PortMapping[]): MapChange => {
  const elements = elementsOf(present);
  const byKey = checked(wanted);
  return changeOf(elements, byKey, new Set([...elements.ports.keys(), ...elements.inside.keys(), ...byKey.keys()]));
};
