import type { Connection, Handover, Handovers, PortRelay, Steering } from '@restow/agent/network/handover/handovers';
import type { PortMapping } from '@restow/agent/network/node-network';

/** The handovers of a node in memory. What was asked for can be read in `did`. */
export class FakeHandovers implements Handovers {
  /** What was really changed, in order, such as `open here 10.7.0.5`. */
  readonly did: string[] = [];
  /** What a container holds, by pid. */
  readonly held = new Map<number, Connection[]>();
  readonly relays = new Map<string, PortRelay>();
  readonly #standing = new Map<string, Handover>();
  readonly #lead: (mappings: PortMapping[]) => Promise<void>;

  constructor(lead: (mappings: PortMapping[]) => Promise<void>) {
    this.#lead = lead;
  }

  async list(): Promise<Handover[]> {
    return [...this.#standing.values()].map((each) => ({ ...each }));
  }

  async find(address: string): Promise<Handover | null> {
    return this.#standing.get(address) ?? null;
  }

  async openHere({ address }: { address: string }): Promise<void> {
    this.#become({ address, kind: 'here', leads: 'old' }, `open here ${address}`);
  }

  async openTowards({ address, underlay }: { address: string; underlay: string }): Promise<void> {
    this.relays.delete(address);
    this.#become({ address, kind: 'towards', underlay, leads: 'old' }, `open ${address} towards ${underlay}`);
  }

  async steer({ address, to }: Steering, mappings: PortMapping[], relay?: PortRelay): Promise<void> {
    const found = this.#standing.get(address);
    if (!found || found.kind === 'receiving') throw new Error(`FakeHandovers: no handover of ${address} was opened`);
    await this.#lead(mappings);
    if (relay) this.relays.set(address, relay);
    else this.relays.delete(address);
    this.#become({ ...found, leads: to }, `lead ${address} to the ${to} one`);
  }

  async receive({ address }: { address: string }): Promise<void> {
    if (this.#standing.get(address)?.kind !== 'receiving')
      this.#become({ address, kind: 'receiving', isSettled: false }, `receive ${address}`);
  }

  keepFlows<Value>(_address: string, _led: readonly PortMapping[], act: () => Promise<Value>): Promise<Value> {
    return act();
  }

  async settle(address: string): Promise<void> {
    if (this.#standing.get(address)?.kind === 'receiving')
      this.#become({ address, kind: 'receiving', isSettled: true }, `settle ${address}`);
  }

  async redock({ address }: { address: string }): Promise<void> {
    await this.close(address);
  }

  async close(address: string): Promise<void> {
    this.relays.delete(address);
    if (this.#standing.delete(address)) this.did.push(`close ${address}`);
  }

  async connections(pid: number): Promise<Connection[] | null> {
    return this.held.get(pid) ?? [];
  }

  #become(handover: Handover, word: string): void {
    const { address } = handover;
    if (JSON.stringify(this.#standing.get(address)) === JSON.stringify(handover)) return;
    this.#standing.set(address, handover);
    this.did.push(word);
  }
}
