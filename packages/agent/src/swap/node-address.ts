import { Exclusive } from '@restow/shared/base/exclusive';
import { lowestFreeAddress } from '@restow/shared/domain/address';
import type { ContainerEngine } from '../engine/container-engine.ts';
import { EngineError } from '../engine/engine-error.ts';
import { nodeGateway } from '../engine/network-options.ts';

/** The lowest address of the node network that nobody has; `null` when there is none. Pure. */
export const chooseNodeAddress = (nodeSubnet: string, taken: Iterable<string>): string | null =>
  lowestFreeAddress(nodeSubnet, new Set([nodeGateway(nodeSubnet), ...taken]));

/**
 * Gives every new container a node-network address of its own. It is fixed when the container is made: one drawn anew
 * at a restart, while the agent is dead, would leave the port map pointing at somebody else's container.
 *
 * Invariant: between choosing an address and the moment the engine lists it, no other container is given it.
 */
export class NodeAddresses {
  readonly #engine: ContainerEngine;
  readonly #nodeSubnet: string;
  readonly #choosing = new Exclusive();
  readonly #given = new Set<string>();

  constructor(engine: ContainerEngine, nodeSubnet: string) {
    this.#engine = engine;
    this.#nodeSubnet = nodeSubnet;
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
    const address = chooseNodeAddress(this.#nodeSubnet, [...given, ...(await this.#engine.nodeAddresses())]);
    if (address === null)
      throw new EngineError(
        'network',
        `Every address of the node network ${this.#nodeSubnet} is taken: remove containers, or give this node's agent a larger one.`,
      );
    this.#given.add(address);
    return address;
  }
}
