import { type Entries, wantedEntries } from '@restow/agent/network/endpoints';
import type { NetworkFindings, NodeNetwork, OverlaySettings, PortMapping } from '@restow/agent/network/node-network';
import { RestowError } from '@restow/shared/base/errors';
import type { PortInUse } from '@restow/shared/domain/node';
import type { EndpointTable } from '@restow/shared/domain/order';
import type { Protocol } from '@restow/shared/domain/service';
import { FakeHandovers } from './fake-handovers.ts';

/** A node's network in memory. What a test may set is set on its fields; what was asked of it can be read there. */
export class FakeNetwork implements NodeNetwork {
  readonly handovers = new FakeHandovers((mappings) => this.mapPorts(mappings));
  settings: OverlaySettings | null = null;
  table: EndpointTable | null = null;
  /** What a kernel would hold for the table. */
  entries: Entries | null = null;
  /** Who else listens on this node. */
  foreign: PortInUse[] = [];
  /** Addresses whose ends fail the check, and what it says. */
  readonly badEnds = new Map<string, string>();
  /** What the next call of a method throws, once. */
  readonly failures = new Map<keyof NodeNetwork, Error>();
  /** What `ensure` and `repair` find, what is to be put back once. Ports are taken away by `unmapPorts`. */
  found: NetworkFindings = { putBack: [], engineRulesGone: false };
  readonly #map = new Map<string, PortMapping>();

  async ensure(settings: OverlaySettings): Promise<NetworkFindings> {
    this.#failIfTold('ensure');
    const isFirst = this.settings === null;
    this.settings = settings;
    const found = this.#find();
    return isFirst ? { ...found, putBack: ['everything'] } : found;
  }

  async repair(): Promise<NetworkFindings> {
    this.#failIfTold('repair');
    return this.settings ? this.#find() : { putBack: [], engineRulesGone: false };
  }

  async applyEndpoints(table: EndpointTable): Promise<void> {
    this.#failIfTold('applyEndpoints');
    if (!this.settings) throw new RestowError('internal', 'FakeNetwork: applyEndpoints before ensure');
    this.entries = wantedEntries(table, this.settings.nodeId, this.settings.subnet);
    this.table = table;
  }

  async mapPorts(mappings: PortMapping[]): Promise<void> {
    this.#failIfTold('mapPorts');
    this.#checkMap(mappings);
    for (const mapping of mappings) this.#map.set(keyOf(mapping), { ...mapping });
  }

  async unmapPorts(mappings: PortMapping[]): Promise<void> {
    this.#failIfTold('unmapPorts');
    this.#checkMap(mappings);
    for (const mapping of mappings)
      if (sameEnd(this.#map.get(keyOf(mapping)), mapping)) this.#map.delete(keyOf(mapping));
  }

  async setPorts(mappings: PortMapping[]): ReturnType<NodeNetwork['setPorts']> {
    this.#failIfTold('setPorts');
    this.#checkMap(mappings);
    if (!this.settings) throw new RestowError('failed-precondition', 'FakeNetwork: ports were set before ensure');
    const before = new Map(this.#map);
    this.#map.clear();
    for (const mapping of mappings) this.#map.set(keyOf(mapping), { ...mapping });
    const isSame = (mapping: PortMapping, other: PortMapping | undefined) => other && sameMapping(mapping, other);
    return [
      ...[...before.values()].filter((mapping) => !this.#map.has(keyOf(mapping))),
      ...[...this.#map.values()].filter((mapping) => !isSame(mapping, before.get(keyOf(mapping)))),
    ];
  }

  async portMap(): Promise<PortMapping[]> {
    this.#failIfTold('portMap');
    return [...this.#map.values()].map((mapping) => ({ ...mapping }));
  }

  async listeners(ports: { protocol: Protocol; port: number }[]): Promise<PortInUse[]> {
    this.#failIfTold('listeners');
    const isAsked = (held: PortInUse) =>
      ports.length === 0 || ports.some(({ protocol, port }) => protocol === held.protocol && port === held.port);
    return this.foreign.filter(isAsked);
  }

  async checkEndpoint(_pid: number, address: string): Promise<{ ok: true } | { ok: false; message: string }> {
    this.#failIfTold('checkEndpoint');
    const message = this.badEnds.get(address);
    return message === undefined ? { ok: true } : { ok: false, message };
  }

  #find(): NetworkFindings {
    const { found } = this;
    this.found = { ...found, putBack: [] };
    return found;
  }

  #checkMap(mappings: readonly PortMapping[]): void {
    if (mappings.length > 0 && !this.settings)
      throw new RestowError('failed-precondition', 'FakeNetwork: a port was mapped before ensure');
    for (const mapping of mappings)
      if (mappings.some((other) => keyOf(other) === keyOf(mapping) && !sameMapping(other, mapping)))
        throw new RestowError('internal', `FakeNetwork: ${keyOf(mapping)} was asked to lead to two ends at once`);
  }

  #failIfTold(method: keyof NodeNetwork): void {
    const failure = this.failures.get(method);
    this.failures.delete(method);
    if (failure) throw failure;
  }
}

const keyOf = ({ protocol, hostPort }: PortMapping): string => `${hostPort}/${protocol}`;

const sameEnd = (one: PortMapping | undefined, other: PortMapping): boolean =>
  one?.toAddress === other.toAddress && one.toPort === other.toPort;

const sameMapping = (one: PortMapping, other: PortMapping): boolean =>
  sameEnd(one, other) && one.overlayAddress === other.overlayAddress;
