import type { Endpoint, EndpointTable } from '@restow/shared/domain/order';
import { type Entries, type EntryChanges, wantedEntries } from './endpoints.ts';
import { linkNames } from './node-network.ts';

/** What the kernel was last made to hold: entries are those of addresses, whoever has them. */
export interface Programmed {
  endpoints: Map<string, Endpoint>;
  ours: ReadonlySet<string>;
}

export const programmedBy = ({ endpoints }: EndpointTable, ours: ReadonlySet<string>): Programmed => ({
  endpoints: new Map(endpoints.map((endpoint) => [endpoint.address, endpoint])),
  ours,
});

/** What of a programmed table is another one by now. */
interface Difference {
  before: Endpoint[];
  after: Endpoint[];
}

const isSame = (one: Endpoint, other: Endpoint): boolean =>
  one === other || (one.nodeId === other.nodeId && one.underlay === other.underlay);

/** `null` where an address is in it twice. */
const differenceTo = (
  { endpoints, ours: before }: Programmed,
  table: EndpointTable,
  ours: ReadonlySet<string>,
): Difference | null => {
  const moved = (address: string): boolean => before.has(address) !== ours.has(address);
  const different: Difference = { before: [], after: [] };
  const has = new Set<string>();
  for (const endpoint of table.endpoints) {
    const { address } = endpoint;
    has.add(address);
    const held = endpoints.get(address);
    if (held && isSame(held, endpoint) && !moved(address)) continue;
    if (held) different.before.push(held);
    different.after.push(endpoint);
  }
  if (has.size < table.endpoints.length) return null;
  for (const [address, held] of endpoints) if (!has.has(address)) different.before.push(held);
  return different;
};

/** The lines from entries that are there to those wanted. */
const linesBetween = (before: Entries, wanted: Entries): EntryChanges => {
  const { vxlan, overlayBridge } = linkNames;
  const bridge: string[] = [];
  const ip: string[] = [];
  for (const [mac, underlay] of wanted.self)
    if (before.self.get(mac) !== underlay) bridge.push(`fdb replace ${mac} dev ${vxlan} dst ${underlay} self static`);
  for (const mac of wanted.master)
    if (!before.master.has(mac)) bridge.push(`fdb replace ${mac} dev ${vxlan} master static sticky`);
  // First the bridge stops sending there, then the way is taken away.
  for (const mac of before.master) if (!wanted.master.has(mac)) bridge.push(`fdb del ${mac} dev ${vxlan} master`);
  for (const [mac, underlay] of before.self)
    if (!wanted.self.has(mac)) bridge.push(`fdb del ${mac} dev ${vxlan} dst ${underlay} self`);
  for (const [address, mac] of wanted.neighbours)
    if (before.neighbours.get(address) !== mac)
      ip.push(`neigh replace ${address} lladdr ${mac} dev ${overlayBridge} nud permanent`);
  for (const address of before.neighbours.keys())
    if (!wanted.neighbours.has(address)) ip.push(`neigh del ${address} dev ${overlayBridge}`);
  return { bridge, ip };
};

/**
 * What turns a kernel that holds what it was last made to hold into one that forwards as this table says: of ten thousand
 * endpoints one that moves costs as much as of ten. `null` where that cannot be told, since an address is
 * in it twice.
 * `changed`: takes the place of what was programmed, once the lines have worked. Throws like `wantedEntries`.
 */
export const entryChangesSince = (
  programmed: Programmed,
  table: EndpointTable,
  { nodeId, subnet }: { nodeId: string; subnet: string },
  ours: ReadonlySet<string>,
): { changes: EntryChanges; changed: () => Programmed } | null => {
  const different = differenceTo(programmed, table, ours);
  if (!different) return null;
  const { before, after } = different;
  const { version } = table;
  const changes = linesBetween(
    wantedEntries({ version, endpoints: before }, nodeId, subnet, programmed.ours),
    wantedEntries({ version, endpoints: after }, nodeId, subnet, ours),
  );
  const changed = (): Programmed => {
    const { endpoints } = programmed;
    for (const { address } of before) endpoints.delete(address);
    for (const endpoint of after) endpoints.set(endpoint.address, endpoint);
    return { endpoints, ours };
  };
  return { changes, changed };
};
