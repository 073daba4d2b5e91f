import { RestowError } from '@restow/shared/base/errors';
import type { PortInUse } from '@restow/shared/domain/node';
import type { EndpointTable } from '@restow/shared/domain/order';
import type { Protocol } from '@restow/shared/domain/service';
import { arpCure } from './arp-cure.ts';
import { checkEndpoint } from './check-endpoint.ts';
import { entryChangesSince, type Programmed, programmedBy } from './endpoint-changes.ts';
import { type Entries, entryChanges, type FdbRow, type NeighbourRow, wantedEntries } from './endpoints.ts';
import { ensureForwardingRules, removeForwardingRules } from './forwarding-rules.ts';
import type { PortRelay } from './handover/handovers.ts';
import { KernelHandovers } from './handover/kernel-handovers.ts';
import { engineBridge, ipv4Of, type Link, readLinks } from './links.ts';
import { programOf, readListeners } from './listeners.ts';
import { explain, Netlink } from './netlink.ts';
import {
  linkNames,
  type NetworkFindings,
  type NodeNetwork,
  networkNames,
  type OverlaySettings,
  type PortMapping,
} from './node-network.ts';
import { overlayChanges, overlayMtu } from './overlay.ts';
import {
  type ChangedPort,
  ledBy,
  type MapChange,
  mapChange,
  mappingsIn,
  type NftListing,
  type NodeSubnets,
  setChange,
  tableChange,
  unmapChange,
} from './port-map.ts';
import { checkKernel, checkPrerequisites } from './prerequisites.ts';
import { ensureSysctls } from './sysctls.ts';
import { forgetOldFlows } from './udp-flows.ts';

const { nodeBridge, overlayBridge, vxlan, table: nftTable } = linkNames;

const listNeighbours = ['ip', '-4', '-j', 'neigh', 'show', 'dev', overlayBridge] as const;

/** The node's network in the Linux kernel, by iproute2, nftables, iptables and conntrack. */
export class KernelNetwork implements NodeNetwork {
  readonly handovers: KernelHandovers;
  readonly #netlink: Netlink;
  #settings: OverlaySettings | null = null;
  /** Of the engine's network, as its bridge had it when last read: reading it for every container costs a program. */
  #nodeSubnet: string | null = null;
  /** What the kernel was last made to hold; a device that is made anew gets it again. */
  #table: EndpointTable | null = null;
  /** The same, slot by slot; `null` where only looking tells what it holds. */
  #programmed: Programmed | null = null;
  /** Whether the engine was seen to filter what is forwarded: then its rules are missed when they are gone. */
  #engineFilters = false;
  /** Resolves when the last change asked for has been made: changes are made one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * `prefix` stands before every command, to act in another network namespace than this program's; `proc`: where the
   * processes are seen that are named to it by their pids; `warn`: what is no reason to stop, but for a log.
   */
  constructor({
    prefix,
    proc = '/proc',
    warn = () => {},
  }: { prefix?: readonly string[]; proc?: string; warn?: (message: string) => void } = {}) {
    this.#netlink = new Netlink(prefix);
    const forHandovers = {
      overlay: () => ({ mtu: overlayMtu, ...this.#ensured() }),
      tableVersion: () => this.#table?.version ?? 0,
      lead: (mappings: PortMapping[], alongside: () => Promise<string>) => this.#leadAlongside(mappings, alongside),
      relayed: ({ underlay, ports }: PortRelay) =>
        this.#forgetFlows(
          ports.map(({ protocol, hostPort, thereHostPort }) => ({
            ...{ protocol, hostPort, ends: [{ address: underlay, port: thereHostPort }] },
          })),
        ),
      forward: () => this.#forward(),
      warn,
    };
    this.handovers = new KernelHandovers(this.#netlink, forHandovers, proc);
  }

  ensure(settings: OverlaySettings): Promise<NetworkFindings> {
    return this.#inTurn(() => this.#ensure(settings));
  }

  repair(): Promise<NetworkFindings> {
    return this.#inTurn(async () =>
      this.#settings ? this.#ensure(this.#settings) : { putBack: [], engineRulesGone: false },
    );
  }

  /**
   * Takes away everything `ensure` and the calls after it made: port map, forwarding rules, neighbour entries, VXLAN
   * device with its entries. The engine's bridges are the engine's. Safe to repeat; published ports stop working.
   */
  async leave(): Promise<void> {
    await checkPrerequisites();
    // Before its turn: one that was settled has forwarding made anew, in a turn of its own.
    for (const { address } of await this.handovers.list()) await this.handovers.close(address);
    await this.#inTurn(async () => {
      await removeForwardingRules(this.#netlink);
      if (await this.#listTable())
        await this.#netlink.transaction('take the port map away', `delete table ip ${nftTable}`);
      const links = await readLinks(this.#netlink);
      await this.#forgetNeighbours(links);
      if (links.some(({ ifname }) => ifname === vxlan))
        await this.#netlink.must('take the VXLAN device of the overlay away', ['ip', 'link', 'del', vxlan]);
      this.#settings = null;
      this.#nodeSubnet = null;
      this.#table = null;
      this.#programmed = null;
      this.#engineFilters = false;
    });
  }

  applyEndpoints(table: EndpointTable): Promise<void> {
    return this.#inTurn(async () => {
      // The same one again is asked for by somebody who does not trust what is there.
      const isNewer = this.#table !== null && table.version > this.#table.version;
      await (isNewer ? this.#programChanges : this.#program).call(this, table, this.#ensured());
      this.#table = table;
    });
  }

  #forward(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#table) await this.#programChanges(this.#table, this.#ensured());
    });
  }

  /** What leads no port need not wait for its turn. */
  #leadAlongside(mappings: PortMapping[], alongside: () => Promise<string>): Promise<void> {
    const purpose = 'lead new connections elsewhere';
    if (mappings.length > 0)
      return this.#inTurn(async () => {
        await this.#changeMap(purpose, (present) => mapChange(present, mappings), ledBy(mappings), alongside);
      });
    return alongside().then((text) => (text ? this.#netlink.transaction(purpose, text) : undefined));
  }

  mapPorts(mappings: PortMapping[]): Promise<void> {
    return this.#inTurn(async () => {
      if (mappings.length > 0)
        await this.#changeMap('publish ports', (present) => mapChange(present, mappings), ledBy(mappings));
    });
  }

  unmapPorts(mappings: PortMapping[]): Promise<void> {
    return this.#inTurn(async () => {
      if (mappings.length > 0)
        await this.#changeMap('take published ports away', (present) => unmapChange(present, mappings));
    });
  }

  setPorts(mappings: PortMapping[]): ReturnType<NodeNetwork['setPorts']> {
    return this.#inTurn(() =>
      this.#changeMap('publish exactly the ports of what runs here', (present) => setChange(present, mappings)),
    );
  }

  async portMap(): Promise<PortMapping[]> {
    const listing = await this.#listTable();
    return listing ? mappingsIn(listing) : [];
  }

  async listeners(ports: { protocol: Protocol; port: number }[]): Promise<PortInUse[]> {
    const asked = new Set(ports.map(({ protocol, port }) => `${protocol} ${port}`));
    const found = await readListeners(this.#netlink);
    return Promise.all(
      found
        .filter(({ protocol, port }) => asked.size === 0 || asked.has(`${protocol} ${port}`))
        .map(async (listener) => ({
          protocol: listener.protocol,
          port: listener.port,
          holder: { kind: 'foreign' as const, pid: listener.pid, program: await programOf(listener) },
        })),
    );
  }

  async checkEndpoint(pid: number, address: string): Promise<{ ok: true } | { ok: false; message: string }> {
    this.#nodeSubnet ??= nodeSubnetOf(await readLinks(this.#netlink));
    return checkEndpoint(this.#netlink, pid, address, this.#nodeSubnet);
  }

  async #ensure(settings: OverlaySettings): Promise<NetworkFindings> {
    await checkPrerequisites();
    if (this.#settings === null) await checkKernel(this.#netlink);
    const links = await readLinks(this.#netlink);
    engineBridge(links, overlayBridge, networkNames.overlay);
    this.#nodeSubnet = nodeSubnetOf(links);
    const subnets = { node: this.#nodeSubnet, overlay: settings.subnet };
    const overlay = await this.#ensureOverlay(links, settings);
    this.#settings = settings;
    const portMap = await this.#ensurePortMap(subnets);
    const rules = await ensureForwardingRules(this.#netlink, this.#engineFilters);
    this.#engineFilters ||= rules.engine !== 'none';
    const sysctls = await ensureSysctls(this.#netlink, "set up this node's bridges", {
      ...arpCure,
      // Lets 127.0.0.1 be led to a container; the port map's guard keeps containers from coming the other way.
      [`ipv4/conf/${nodeBridge}/route_localnet`]: '1',
    });
    return {
      putBack: [...overlay, ...portMap, ...rules.placed, ...sysctls],
      engineRulesGone: rules.engine === 'gone',
    };
  }

  async #ensureOverlay(links: readonly Link[], settings: OverlaySettings): Promise<string[]> {
    const changes = overlayChanges(links, settings);
    await this.#netlink.batch('make the VXLAN device of the overlay', 'ip', changes.ip);
    await this.#netlink.batch('set up the VXLAN device as a port of the overlay', 'bridge', changes.bridge);
    if (changes.ip.length + changes.bridge.length > 0) await this.handovers.relayAgain();
    // A device that is new has lost its entries, and a bridge that was down has forgotten its neighbours.
    const entries = this.#table ? await this.#program(this.#table, settings) : 0;
    return [
      ...(changes.ip.length + changes.bridge.length > 0 ? [`the VXLAN device ${vxlan}`] : []),
      ...(entries > 0 ? [`${entries} entries on where addresses live`] : []),
    ];
  }

  async #ensurePortMap(subnets: NodeSubnets): Promise<string[]> {
    const change = tableChange(await this.#listTable(), subnets);
    if (change === null) return [];
    await this.#netlink.transaction('set up the port map of this node', change);
    return [`the nft table ip ${nftTable}`];
  }

  /** `null` when there is no such table. */
  async #listTable(): Promise<NftListing | null> {
    const argv = ['nft', '-j', 'list', 'table', 'ip', nftTable];
    const ran = await this.#netlink.run(argv);
    if (ran.code === 0) return JSON.parse(ran.stdout) as NftListing;
    if (/No such file or directory/.test(ran.stderr)) return null;
    throw explain('read the port map of this node', argv, ran);
  }

  /** `led`: ports whose UDP clients are seen to though nothing changed; whoever changed it may not have come to that. */
  async #changeMap(
    purpose: string,
    decide: (present: NftListing) => MapChange,
    led: ChangedPort[] = [],
    alongside: () => Promise<string> = async () => '',
  ): Promise<ChangedPort[]> {
    let listing = await this.#listTable();
    if (!listing && this.#settings) {
      // Somebody took it away. What an order is about to lead must not wait for the next repair.
      await this.#ensure(this.#settings);
      listing = await this.#listTable();
    }
    if (!listing)
      throw new RestowError(
        'failed-precondition',
        `Could not ${purpose}: the nft table "ip ${nftTable}" is missing on this node. Restart the agent, which makes it.`,
      );
    const { text, changed } = decide(listing);
    const whole = text + (await alongside());
    if (whole) await this.#netlink.transaction(purpose, whole);
    await this.#forgetFlows([...changed, ...led]);
    return changed;
  }

  async #forgetFlows(changed: ChangedPort[]): Promise<void> {
    if (changed.some(({ protocol }) => protocol === 'udp'))
      await forgetOldFlows(this.#netlink, changed, await readLinks(this.#netlink));
  }

  /**
   * Makes the forwarding and neighbour entries as wanted, and resolves with how many were not. One that went by itself
   * meanwhile is no failure.
   */
  async #program(table: EndpointTable, { nodeId, subnet }: OverlaySettings): Promise<number> {
    const purpose = 'tell the kernel where the addresses of the overlay live';
    const ours = await this.#ours(table);
    const wanted = wantedEntries(table, nodeId, subnet, ours);
    this.#programmed = null;
    let complaint: RestowError | null = null;
    let changed = 0;
    for (let attempt = 1; attempt <= 2; attempt++) {
      const [fdb, neighbours] = await Promise.all([
        this.#netlink.json<FdbRow[]>(purpose, ['bridge', '-j', 'fdb', 'show', 'dev', vxlan]),
        this.#netlink.json<NeighbourRow[]>(purpose, listNeighbours),
      ]);
      const changes = entryChanges(wanted, { fdb, neighbours }, subnet);
      changed += changes.bridge.length + changes.ip.length;
      const complaints = await Promise.all([
        this.#netlink.batchAll(purpose, 'bridge', changes.bridge),
        this.#netlink.batchAll(purpose, 'ip', changes.ip),
      ]);
      complaint = complaints.find((each) => each !== null) ?? null;
      if (complaint) continue;
      this.#programmed = programmedBy(table, ours);
      return changed;
    }
    throw complaint;
  }

  /** The same for what changed since, trusting that the kernel holds the rest; where a line fails, it looks at all of it. */
  async #programChanges(table: EndpointTable, settings: OverlaySettings): Promise<number> {
    const purpose = 'tell the kernel where addresses of the overlay live now';
    const since = this.#programmed && entryChangesSince(this.#programmed, table, settings, await this.#ours(table));
    if (!since) return this.#program(table, settings);
    const { bridge, ip } = since.changes;
    this.#programmed = null;
    const complaints = await Promise.all([
      this.#netlink.batchAll(purpose, 'bridge', bridge),
      this.#netlink.batchAll(purpose, 'ip', ip),
    ]);
    if (complaints.some((complaint) => complaint !== null)) return this.#program(table, settings);
    this.#programmed = since.changed();
    return bridge.length + ip.length;
  }

  /** Addresses that are this node's by now, whatever a table that old says. */
  async #ours({ version }: EndpointTable): Promise<ReadonlySet<string>> {
    const standings = await this.handovers.standings();
    const settled = standings.filter(({ settledAt }) => settledAt !== null && version <= settledAt);
    return new Set(settled.map(({ handover }) => handover.address));
  }

  /** On the overlay bridge, which is the engine's and stays. What was on the VXLAN device goes with it. */
  async #forgetNeighbours(links: readonly Link[]): Promise<void> {
    const bridge = links.find(({ ifname }) => ifname === overlayBridge);
    const subnet = bridge ? ipv4Of(bridge) : null;
    if (subnet === null) return;
    const purpose = 'forget where the addresses of the overlay live';
    const neighbours = await this.#netlink.json<NeighbourRow[]>(purpose, listNeighbours);
    const none: Entries = { self: new Map(), master: new Set(), neighbours: new Map() };
    await this.#netlink.batch(purpose, 'ip', entryChanges(none, { fdb: [], neighbours }, subnet).ip);
  }

  #ensured(): OverlaySettings {
    if (this.#settings) return this.#settings;
    throw new RestowError('internal', "The node's network was asked for endpoints before it was set up");
  }

  #inTurn<Value>(change: () => Promise<Value>): Promise<Value> {
    const mine = this.#turn.then(change);
    this.#turn = mine.catch(() => {}); // whoever asked for that one is told
    return mine;
  }
}

const nodeSubnetOf = (links: readonly Link[]): string => {
  const subnet = ipv4Of(engineBridge(links, nodeBridge, networkNames.node));
  if (subnet) return subnet;
  throw new RestowError(
    'failed-precondition',
    `The bridge ${nodeBridge} of this node has no IPv4 address. The engine gives it one with its network ${networkNames.node}: ` +
      'make the network anew, or restart the engine.',
  );
};
