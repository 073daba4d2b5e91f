import { Exclusive } from '@restow/shared/base/exclusive';
import { lowestFreeAddress } from '@restow/shared/domain/address';
import type { ContainerEngine } from '../engine/container-engine.ts';
import { EngineError } from '../engine/engine-error.ts';
import { nodeGateway } from '../engine/network-options.ts';
import type { NodeNetwork } from '../network/node-network.ts';

/** The lowest address of the node network that nobody has; `null` when there is none. Pure. */
export const chooseNodeAddress = (nodeSubnet: string, taken: Iterable<string>): string | null =>
  lowestFreeAddress(nodeSubnet, new Set([nodeGateway(nodeSubnet), ...taken]));

/**
 * Gives every new container a node-network address of its own. It is fixed when the container is made: one drawn anew
 * at a restart, while the agent is dead, would leave the port map pointing at somebody else's container.
 *
 * Invariants:
 * 1. Between choosing an address and the moment the engine lists it, no other container is given it.
 * 2. An address that a published port leads to is nobody's new one: where a container was removed by hand, the next one
 *    would be called by its port.
 */
export class NodeAddresses {
  readonly #engine: Pick<ContainerEngine, 'nodeAddresses'>;
  readonly #network: Pick<NodeNetwork, 'portMap'>;
  readonly #nodeSubnet: string;
  readonly #choosing = new Exclusive();
  readonly #given = new Set<string>();

  constructor(parts: {
    engine: Pick<ContainerEngine, 'nodeAddresses'>;
    network: Pick<NodeNetwork, 'portMap'>;
    nodeSubnet: string;
  }) {
    this.#engine = parts.engine;
    this.#network = parts.network;
    this.#nodeSubnet = parts.nodeSubnet;
  }

  /** Calls `make` with an address that is nobody else's; it is the container's once `make` has resolved. */
  async use<Made>(make: (address: string) => Promise<Made>): Promise<Made> {
    const address = await this.#choosing.run(() => this.#choose());
    try {
      return await make(address);
    } finally {
      this.#given.delete(address);
    }
  }

  async #choose(): Promise<string> {
    // Before the engine is asked: what is made meanwhile is in one of the two, whenever the engine looks.
    const given = [...this.#given];
    const [held, mappings] = await Promise.all([this.#engine.nodeAddresses(), this.#network.portMap()]);
    const ledTo = mappings.map(({ toAddress }) => toAddress);
    const address = chooseNodeAddress(this.#nodeSubnet, [...given, ...held, ...ledTo]);
    if (address === null)
      throw new EngineError(
        'network',
        `Every address of the node network ${this.#nodeSubnet} is taken: remove containers, or give this node's agent a larger one.`,
      );
    this.#given.add(address);
    return address;
  }
}
