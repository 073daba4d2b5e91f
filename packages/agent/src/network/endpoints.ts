import { isIPv4 } from 'node:net';
import { RestowError } from '@restow/shared/base/errors';
import { isInSubnet, macOf } from '@restow/shared/domain/address';
import type { EndpointTable } from '@restow/shared/domain/order';
import { linkNames } from './node-network.ts';

/*
 * Where every address of the overlay lives, as the kernel has it. Pure.
 *
 * An endpoint on another node takes three entries; leave one out and its packets are lost:
 *   self        the VXLAN device sends frames for the MAC to that node,
 *   master      the bridge gives frames for the MAC to the VXLAN device; sticky, so that a frame from the same MAC on
 *               another port (two ends of one slot, while it moves) does not take the entry along,
 *   neighbour   ARP for the address is answered from it, on this node.
 * An endpoint here has the last one only: the bridge learns its port by itself.
 */

/** One row of `bridge -j fdb show dev VXLAN`. */
export interface FdbRow {
  mac: string;
  dst?: string;
  master?: string;
  flags: string[];
  state?: string;
}

/** One row of `ip -j neigh show dev OVERLAY`. */
export interface NeighbourRow {
  dst: string;
  lladdr?: string;
  state: string[];
}

export interface Entries {
  /** MAC -> underlay address of its node. */
  self: Map<string, string>;
  /** MACs that the bridge gives to the VXLAN device. */
  master: Set<string>;
  /** Address -> MAC. */
  neighbours: Map<string, string>;
}

/** Lines for `bridge -batch` and `ip -batch`. */
export interface EntryChanges {
  bridge: string[];
  ip: string[];
}

/** The address a MAC of ours stands for; `null` for anybody else's. */
const addressOf = (mac: string): string | null => {
  const bytes = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  return bytes.length === 6 && bytes[0] === 0x02 && bytes[1] === 0x42 ? bytes.slice(2).join('.') : null;
};

/**
 * What the kernel of node `nodeId` has to hold for a table. `ours`: addresses that are this node's by now, whatever the
 * table says. Throws on a table that cannot be meant.
 */
export const wantedEntries = (
  table: EndpointTable,
  nodeId: string,
  subnet: string,
  ours: ReadonlySet<string> = new Set(),
): Entries => {
  const inSubnet = isInSubnet(subnet);
  const entries: Entries = { self: new Map(), master: new Set(), neighbours: new Map() };
  for (const endpoint of table.endpoints) {
    const { address, slotName } = endpoint;
    const here = endpoint.nodeId === nodeId || ours.has(address);
    const wrong = (why: string) =>
      new RestowError(
        'internal',
        `Version ${table.version} of the endpoint table was refused, nothing of it is applied: ${slotName} at ${address} ${why}.`,
      );
    if (!isIPv4(address) || !inSubnet(address)) throw wrong(`is outside the overlay ${subnet}`);
    if (entries.neighbours.has(address)) throw wrong('is there twice');
    if (!here && !isIPv4(endpoint.underlay))
      throw wrong(`lives at the underlay address "${endpoint.underlay}", which is no IPv4 address`);
    const mac = macOf(address);
    entries.neighbours.set(address, mac);
    if (here) continue;
    entries.self.set(mac, endpoint.underlay);
    entries.master.add(mac);
  }
  return entries;
};

const forwardingChanges = (wanted: Entries, rows: readonly FdbRow[], isOurs: (mac: string) => boolean): string[] => {
  const { vxlan } = linkNames;
  const destinations = new Map<string, string[]>();
  const byBridge = new Map<string, FdbRow>();
  for (const row of rows) {
    if (row.flags.includes('self')) destinations.set(row.mac, [...(destinations.get(row.mac) ?? []), row.dst ?? '']);
    else if (row.master) byBridge.set(row.mac, row);
  }

  const lines: string[] = [];
  for (const [mac, underlay] of wanted.self) {
    const present = destinations.get(mac) ?? [];
    // `replace` changes one of several destinations only.
    for (const extra of present.slice(1)) lines.push(`fdb del ${mac} dev ${vxlan} dst ${extra} self`);
    if (present[0] !== underlay) lines.push(`fdb replace ${mac} dev ${vxlan} dst ${underlay} self static`);
  }
  for (const mac of wanted.master) {
    const present = byBridge.get(mac);
    if (present?.state !== 'static' || !present.flags.includes('sticky'))
      lines.push(`fdb replace ${mac} dev ${vxlan} master static sticky`);
  }
  // First the bridge stops sending there, then the way is taken away.
  for (const mac of byBridge.keys())
    if (isOurs(mac) && !wanted.master.has(mac)) lines.push(`fdb del ${mac} dev ${vxlan} master`);
  for (const [mac, present] of destinations)
    if (isOurs(mac) && !wanted.self.has(mac))
      for (const dst of present) lines.push(`fdb del ${mac} dev ${vxlan}${dst && ` dst ${dst}`} self`);
  return lines;
};

const neighbourChanges = (
  wanted: Entries,
  rows: readonly NeighbourRow[],
  isOurs: (address: string) => boolean,
): string[] => {
  const { overlayBridge } = linkNames;
  const present = new Map(rows.map((row) => [row.dst, row]));
  const isPermanent = (row: NeighbourRow | undefined, mac: string): boolean =>
    row !== undefined && row.lladdr === mac && row.state.includes('PERMANENT');
  const missing = [...wanted.neighbours].filter(([address, mac]) => !isPermanent(present.get(address), mac));
  const extra = rows.filter(
    (row) => isOurs(row.dst) && !wanted.neighbours.has(row.dst) && isPermanent(row, macOf(row.dst)),
  );
  return [
    ...missing.map(([address, mac]) => `neigh replace ${address} lladdr ${mac} dev ${overlayBridge} nud permanent`),
    ...extra.map(({ dst }) => `neigh del ${dst} dev ${overlayBridge}`),
  ];
};

/**
 * What turns the entries present into those wanted. Takes away only what this program makes: the MAC an address of the
 * subnet has, on the VXLAN device, and such an address with that MAC, permanent, on the overlay bridge.
 */
export const entryChanges = (
  wanted: Entries,
  present: { fdb: readonly FdbRow[]; neighbours: readonly NeighbourRow[] },
  subnet: string,
): EntryChanges => {
  const inSubnet = isInSubnet(subnet);
  const isOurMac = (mac: string): boolean => {
    const address = addressOf(mac);
    return address !== null && inSubnet(address);
  };
  const isOurAddress = (address: string): boolean => isIPv4(address) && inSubnet(address);
  return {
    bridge: forwardingChanges(wanted, present.fdb, isOurMac),
    ip: neighbourChanges(wanted, present.neighbours, isOurAddress),
  };
};
