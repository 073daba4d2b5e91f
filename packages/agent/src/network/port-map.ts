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
 */

const { table, nodeBridge } = linkNames;

/** Before the engine's own rules for published ports (-100), so that an element wins over them. */
const beforeEngine = -110;

const chains = (nodeSubnet: string) => [
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
    rules: ['fib daddr type local dnat ip to meta l4proto . th dport map @ports'],
  },
  {
    // What this node itself opens, to its own addresses or to 127.0.0.1.
    name: 'output',
    type: 'nat',
    hook: 'output',
    priority: beforeEngine,
    rules: ['fib daddr type local dnat ip to meta l4proto . th dport map @ports'],
  },
  {
    // A container cannot answer 127.0.0.1; and one on the same bridge, itself even, must not answer past this node.
    name: 'postrouting',
    type: 'nat',
    hook: 'postrouting',
    priority: 90,
    rules: [
      `ct status dnat oifname "${nodeBridge}" ip saddr 127.0.0.0/8 masquerade`,
      `ct status dnat oifname "${nodeBridge}" ip saddr ${nodeSubnet} masquerade`,
    ],
  },
];

const mapType = 'type inet_proto . inet_service : ipv4_addr . inet_service';

/** Marks every rule, so that a table made by another version, or changed by hand, is told from one that is right. */
const markOf = (nodeSubnet: string): string =>
  `restow ${createHash('sha256')
    .update(JSON.stringify([mapType, chains(nodeSubnet)]))
    .digest('hex')
    .slice(0, 12)}`;

/** The whole table, with elements. */
const tableText = (nodeSubnet: string, mappings: readonly PortMapping[]): string => {
  const mark = markOf(nodeSubnet);
  const blocks = chains(nodeSubnet).map(
    ({ name, type, hook, priority, rules }) => `  chain ${name} {
    type ${type} hook ${hook} priority ${priority}; policy accept;
${rules.map((rule) => `    ${rule} comment "${mark}"`).join('\n')}
  }`,
  );
  const whole = `table ip ${table} {
  map ports { ${mapType}; }
${blocks.join('\n')}
}`;
  return [whole, ...mappings.map(addElement), ''].join('\n');
};

const keyOf = ({ protocol, hostPort }: PortMapping): string => `${protocol} . ${hostPort}`;
const targetOf = ({ toAddress, toPort }: PortMapping): string => `${toAddress} . ${toPort}`;

const addElement = (mapping: PortMapping): string =>
  `add element ip ${table} ports { ${keyOf(mapping)} : ${targetOf(mapping)} }`;
const deleteElement = (mapping: PortMapping): string => `delete element ip ${table} ports { ${keyOf(mapping)} }`;

interface NftChain {
  name: string;
  type?: string;
  hook?: string;
  prio?: number;
  policy?: string;
}

/** What `nft -j list table` or `list map` prints, as far as it is looked at here. */
export interface NftListing {
  nftables: {
    chain?: NftChain;
    rule?: { chain: string; comment?: string };
    map?: { name: string; elem?: [{ concat: [string, number] }, { concat: [string, number] }][] };
  }[];
}

/** The elements of a listing. */
export const elementsOf = (listing: NftListing): PortMapping[] =>
  listing.nftables
    .flatMap(({ map }) => (map?.name === 'ports' ? (map.elem ?? []) : []))
    .map(([key, value]) => ({
      protocol: key.concat[0] as Protocol,
      hostPort: key.concat[1],
      toAddress: value.concat[0],
      toPort: value.concat[1],
    }));

const isAsWanted = (listing: NftListing, nodeSubnet: string): boolean => {
  const wanted = chains(nodeSubnet);
  const mark = markOf(nodeSubnet);
  const rules = listing.nftables.flatMap(({ rule }) => (rule ? [rule] : []));
  const present = listing.nftables.flatMap(({ chain }) => (chain ? [chain] : []));
  return (
    present.length === wanted.length &&
    listing.nftables.some(({ map }) => map?.name === 'ports') &&
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
export const tableChange = (present: NftListing | null, nodeSubnet: string): string | null => {
  if (present === null) return tableText(nodeSubnet, []);
  if (isAsWanted(present, nodeSubnet)) return null;
  return `delete table ip ${table}\n${tableText(nodeSubnet, elementsOf(present))}`;
};

const checked = (mappings: readonly PortMapping[]): PortMapping[] => {
  const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65535;
  const byKey = new Map<string, PortMapping>();
  for (const mapping of mappings) {
    const { protocol, hostPort, toAddress, toPort } = mapping;
    if (!['tcp', 'udp'].includes(protocol) || !isPort(hostPort) || !isPort(toPort) || !isIPv4(toAddress))
      throw new RestowError('internal', `No port map element can be made of ${JSON.stringify(mapping)}`);
    const other = byKey.get(keyOf(mapping));
    if (other && targetOf(other) !== targetOf(mapping))
      throw new RestowError(
        'internal',
        `Port ${hostPort}/${protocol} was asked to lead to two ends at once: ${targetOf(other)} and ${targetOf(mapping)}`,
      );
    byKey.set(keyOf(mapping), mapping);
  }
  return [...byKey.values()];
};

export interface MapChange {
  /** The transaction; empty when nothing is to do. */
  text: string;
  /** The elements that are new, or lead elsewhere than before. */
  changed: PortMapping[];
}

/** Makes the elements `wanted`, whatever they led to before. */
export const mapChange = (present: readonly PortMapping[], wanted: readonly PortMapping[]): MapChange => {
  const before = new Map(present.map((mapping) => [keyOf(mapping), mapping]));
  const changed = checked(wanted).filter((mapping) => {
    const old = before.get(keyOf(mapping));
    return !old || targetOf(old) !== targetOf(mapping);
  });
  const lines = changed.flatMap((mapping) =>
    before.has(keyOf(mapping)) ? [deleteElement(mapping), addElement(mapping)] : [addElement(mapping)],
  );
  return { text: lines.map((line) => `${line}\n`).join(''), changed };
};

/** Takes away those of `unwanted` that still lead where they say. */
export const unmapChange = (present: readonly PortMapping[], unwanted: readonly PortMapping[]): MapChange => {
  const before = new Map(present.map((mapping) => [keyOf(mapping), mapping]));
  const changed = checked(unwanted).filter((mapping) => {
    const old = before.get(keyOf(mapping));
    return old !== undefined && targetOf(old) === targetOf(mapping);
  });
  return { text: changed.map((mapping) => `${deleteElement(mapping)}\n`).join(''), changed };
};
