import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Exclusive } from '@restow/shared/base/exclusive';
import type { Netlink } from '../netlink.ts';
import type { PortMapping } from '../node-network.ts';
import { aliveAt, parseConnections, tcpState } from './connections.ts';
import type { Connection, Handover, Handovers, PortRelay, Steering } from './handovers.ts';
import { routeMarked, routeMarkedNoMore } from './host-routed.ts';
import { keepingFlows } from './kept-flows.ts';
import { generations } from './names.ts';
import { deliverTo, relayNoMore, relayTo } from './relayed-address.ts';
import { type BridgeListing, type Standing, standingsIn } from './standing.ts';
import {
  forgetMine,
  hereTable,
  keeping,
  leading,
  leadNobody,
  markSettled,
  receivingTable,
  relayTable,
  towardsTable,
  withoutTable,
} from './steering.ts';
import {
  leaveByDockedEnd,
  leaveByTemporaryEnd,
  makeTemporaryEnd,
  removeTemporaryEnd,
  temporaryEnds,
} from './temporary-end.ts';

/** States in which a connection that the old instance holds after the flip was begun before it. */
const inUse: readonly number[] = [tcpState.established, tcpState.synSent, tcpState.synReceived];

/** What the rest of the node's network does for a handover. */
export interface HandoverNetwork {
  overlay(): { subnet: string; mtu: number };
  /** Version of the endpoint table the kernel was last made to hold; 0 before any. */
  tableVersion(): number;
  /** Leads ports, and makes the changes of `alongside` in the same transaction; it is asked for them last of all. */
  lead(mappings: PortMapping[], alongside: () => Promise<string>): Promise<void>;
  /** UDP clients of ports that another node answers for are led there with their next packet. */
  relayed(relay: PortRelay): Promise<void>;
  /** Makes forwarding as the table says, and as is settled. */
  forward(): Promise<void>;
  /** What a person should know of, though it is no reason to stop. */
  warn(message: string): void;
}

/**
 * Handovers by nftables, iproute2 and the bridge.
 *
 * Invariant: what several of them need stands as long as the table of any of them, so one that begins and one that ends
 * do not look at each other half done.
 */
export class KernelHandovers implements Handovers {
  readonly #netlink: Netlink;
  readonly #network: HandoverNetwork;
  readonly #proc: string;
  /** Nothing that waits for the network's own turn is done in here: that turn may wait for this one. */
  readonly #sharing = new Exclusive();

  /** `proc`: where the processes of the node are seen. */
  constructor(netlink: Netlink, network: HandoverNetwork, proc: string) {
    this.#netlink = netlink;
    this.#network = network;
    this.#proc = proc;
  }

  async list(): Promise<Handover[]> {
    const standing = (await this.standings()).map(({ handover }) => handover);
    const ends = (await temporaryEnds(this.#netlink)).filter(
      (address) => !standing.some((handover) => handover.address === address),
    );
    return [...standing, ...ends.map((address): Handover => ({ address, kind: 'here', leads: null }))];
  }

  async find(address: string): Promise<Handover | null> {
    return (await this.#standing(address))?.handover ?? null;
  }

  /** What the VXLAN device that was made anew has lost. */
  relayAgain(): Promise<void> {
    return this.#sharing.run(async () => {
      for (const { handover } of await this.standings())
        if (handover.kind === 'towards') await relayTo(this.#netlink, handover.address, handover.underlay);
    });
  }

  /** With what only this node's own network has to know. */
  async standings(): Promise<Standing[]> {
    const argv = ['nft', '-j', '-t', 'list', 'ruleset', 'bridge'];
    const printed = await this.#netlink.must('see which handovers this node is in', argv);
    return standingsIn(JSON.parse(printed) as BridgeListing);
  }

  async openHere({ address, pid }: { address: string; pid: number }): Promise<void> {
    const purpose = `begin the handover of ${address}`;
    const netlink = this.#netlink;
    const overlay = this.#network.overlay();
    const generation = await this.#become(address, 'here', async (found) => {
      const number = found?.generation ?? randomInt(generations);
      if (!found) await netlink.transaction(purpose, hereTable(address, number));
      await routeMarked(netlink, address);
      return number;
    });
    await makeTemporaryEnd(netlink, { address, pid, ...overlay });
    await netlink.transaction(purpose, leading('here', 'old', { address, generation }));
    await leaveByTemporaryEnd(netlink, { address, pid, ...overlay });
    await netlink.transaction(purpose, forgetMine(address));
  }

  async openTowards({
    address,
    pid,
    underlay,
  }: {
    address: string;
    pid: number | null;
    underlay: string;
  }): Promise<void> {
    const purpose = `begin the handover of ${address} to ${underlay}`;
    const leads = await this.#become(address, 'towards', async (found) => {
      const same = found?.handover.underlay === underlay;
      if (!same) {
        const before = found ? withoutTable('bridge', address) : '';
        await this.#netlink.transaction(purpose, before + towardsTable(address, underlay));
      }
      await relayTo(this.#netlink, address, underlay);
      return same ? found.handover.leads : null;
    });
    if (leads === 'old') return;
    // It has asked, and the answer must not be taken for the new one's.
    const asking = (await this.#alive(pid, address)).filter(({ state }) => state === tcpState.synSent);
    await this.#netlink.transaction(
      purpose,
      keeping(address, 'pins', asking) +
        leading('towards', 'old', { address, generation: 0 }) +
        withoutTable('ip', address),
    );
  }

  async steer({ address, to, keepOf }: Steering, mappings: PortMapping[], relay?: PortRelay): Promise<void> {
    const purpose = `lead new connections of ${address} to its ${to} instance`;
    const standing = await this.#standing(address);
    const found = standing?.handover;
    if (!found || found.kind === 'receiving')
      throw new Error(`Could not ${purpose}: no handover of it was opened on this node.`);
    const { kind, leads } = found;
    const { generation } = standing;
    const kept = to === 'new' ? 'pins' : 'mine';
    let before: Connection[] = [];
    const text = async () => {
      before = await this.#alive(keepOf, address);
      // Given again, it must not bring connections back whose port a client uses anew by now.
      const steering = leads === to ? '' : keeping(address, kept, before) + leading(kind, to, { address, generation });
      const relayed = withoutTable('ip', address) + (relay && relay.ports.length > 0 ? relayTable(address, relay) : '');
      return steering + (kind === 'towards' ? relayed : '');
    };
    await this.#network.lead(mappings, text);
    if (relay) await this.#network.relayed(relay);
    // Those that began while this was made: they are known by what their first packets left, which is not for long.
    const known = new Set(before.map(keyOf));
    const begun = (await this.#alive(keepOf, address)).filter(
      (each) => inUse.includes(each.state) && (leads === to || !known.has(keyOf(each))),
    );
    const pins = keeping(address, kept, begun);
    if (pins) await this.#netlink.transaction(purpose, pins);
  }

  async receive({ address, pid }: { address: string; pid: number | null }): Promise<void> {
    await this.#become(address, 'receiving', async (found) => {
      if (!found) await this.#netlink.transaction(`receive what is relayed for ${address}`, receivingTable(address));
    });
    if (pid !== null) await deliverTo(this.#netlink, address, pid);
  }

  keepFlows<Value>(address: string, led: readonly PortMapping[], act: () => Promise<Value>): Promise<Value> {
    return keepingFlows(this.#netlink, address, led, act, (message) => this.#network.warn(message));
  }

  async settle(address: string): Promise<void> {
    const found = await this.find(address);
    if (found?.kind !== 'receiving' || found.isSettled) return;
    const version = this.#network.tableVersion();
    await this.#netlink.transaction(`make ${address} this node's own`, markSettled(address, version));
    await this.#network.forward();
  }

  async redock({ address, pid }: { address: string; pid: number }): Promise<void> {
    await leaveByDockedEnd(this.#netlink, { address, pid });
    await this.close(address);
  }

  async close(address: string): Promise<void> {
    const wasSettled = await this.#sharing.run(() => this.#end(address));
    if (wasSettled) await this.#network.forward();
  }

  /** Resolves with whether forwarding is another one from now on. */
  async #end(address: string): Promise<boolean> {
    const standings = await this.standings();
    const found = standings.find(({ handover }) => handover.address === address);
    const others = standings.filter(({ handover }) => handover.address !== address);
    const isLast = (kind: Handover['kind']) => !others.some(({ handover }) => handover.kind === kind);
    const purpose = `end the handover of ${address}`;
    // It leads nowhere before the ways it led by go; and it goes last, since it tells that there is something to end.
    if (found && found.handover.kind !== 'receiving') await this.#netlink.transaction(purpose, leadNobody(address));
    await removeTemporaryEnd(this.#netlink, address);
    if (found?.handover.kind !== 'here') await relayNoMore(this.#netlink, address, isLast('towards'));
    if (found?.handover.kind !== 'receiving') await routeMarkedNoMore(this.#netlink, address, isLast('here'));
    await this.#netlink.transaction(purpose, withoutTable('bridge', address) + withoutTable('ip', address));
    return found?.settledAt != null;
  }

  async connections(pid: number): Promise<Connection[] | null> {
    try {
      const read = ['tcp', 'tcp6'].map((file) => readFile(join(this.#proc, `${pid}/net/${file}`), 'utf8'));
      return parseConnections((await Promise.all(read)).join('\n'));
    } catch (error) {
      if (['ENOENT', 'ESRCH', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    }
  }

  /** Begins a handover of that kind, as far as it does not stand; what is left of another kind is taken away before. */
  async #become<Kind extends Handover['kind'], Value>(
    address: string,
    kind: Kind,
    begin: (found: (Standing & { handover: Extract<Handover, { kind: Kind }> }) | null) => Promise<Value>,
  ): Promise<Value> {
    let wasSettled = false;
    const value = await this.#sharing.run(async () => {
      const found = await this.#standing(address);
      if (found && found.handover.kind !== kind) wasSettled = await this.#end(address);
      return begin(found?.handover.kind === kind ? (found as Parameters<typeof begin>[0]) : null);
    });
    if (wasSettled) await this.#network.forward();
    return value;
  }

  async #standing(address: string): Promise<Standing | null> {
    return (await this.standings()).find(({ handover }) => handover.address === address) ?? null;
  }

  async #alive(pid: number | null, address: string): Promise<Connection[]> {
    return pid === null ? [] : aliveAt((await this.connections(pid)) ?? [], address);
  }
}

const keyOf = ({ local, remote }: Connection): string =>
  `${remote.address}:${remote.port} ${local.address}:${local.port}`;
