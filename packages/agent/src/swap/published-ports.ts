import { Exclusive } from '@restow/shared/base/exclusive';
import type { PublishedPort } from '@restow/shared/domain/service';
import type { ContainerEngine, InspectedInstance } from '../engine/container-engine.ts';
import type { Steering } from '../network/handover/handovers.ts';
import type { NodeNetwork, PortMapping } from '../network/node-network.ts';
import { hasPort, mappingsOf, portsToBe, serves } from './ports.ts';

type Found = Pick<InspectedInstance, 'containerName' | 'nodeAddress' | 'docked' | 'address'>;

/**
 * Which of this node's ports lead to which instance.
 *
 * Invariant: changes are made one at a time, each by what engine and kernel say at its turn, so that putting everything
 * right never undoes what an order has just led elsewhere.
 */
export class PublishedPorts {
  readonly #engine: ContainerEngine;
  readonly #network: NodeNetwork;
  readonly #changing = new Exclusive();

  constructor({ engine, network }: { engine: ContainerEngine; network: NodeNetwork }) {
    this.#engine = engine;
    this.#network = network;
  }

  /** New connections to these ports go to this instance; with `steering` those to its slot's address too, at once. */
  async lead(ports: readonly PublishedPort[], found: Found, steering?: Steering): Promise<void> {
    if (ports.length === 0 && !steering) return;
    await this.#changing.run(async () => {
      const mappings = ports.length === 0 ? [] : mappingsTo(ports, (await this.#reached())(found));
      await (steering ? this.#network.handovers.steer(steering, mappings) : this.#network.mapPorts(mappings));
    });
  }

  /** Does what has an engine make the kernel forget what was led to an address that somebody holds (`Handovers`). */
  async keepFlows<Value>(address: string, act: () => Promise<Value>): Promise<Value> {
    const led = (await this.#network.portMap()).filter(({ overlayAddress }) => overlayAddress === address);
    return this.#network.handovers.keepFlows(address, led, act);
  }

  /**
   * Takes away whatever leads to an instance, also what this order does not name: whoever has an instance ended that
   * nobody wants any more knows its ports no longer. Of one whose container is gone the address is not known
   * (`null`); then what leads from its ports to nobody.
   */
  async takeAway(ports: readonly PublishedPort[], nodeAddress: string | null): Promise<void> {
    if (nodeAddress === null && ports.length === 0) return;
    await this.#changing.run(async () => {
      const mappings = await this.#network.portMap();
      const leading =
        nodeAddress === null
          ? await this.#toNobody(ports, mappings)
          : mappings.filter(({ toAddress }) => toAddress === nodeAddress);
      if (leading.length > 0) await this.#network.unmapPorts(leading);
    });
  }

  /**
   * Makes the whole map as the instances on this node ask for: after a boot, or when somebody else changed it. Resolves
   * with the ports that did not lead as they ask, such as `8080/tcp`.
   */
  restore(): Promise<string[]> {
    return this.#changing.run(async () => {
      const present = await this.#network.portMap();
      const reached = await this.#reached();
      const instances = (await this.#engine.list()).map((each) => reached(each));
      const changed = await this.#network.setPorts(portsToBe(instances, present));
      return changed.map(({ protocol, hostPort }) => `${hostPort}/${protocol}`);
    });
  }

  /** The same for one instance, when the engine has started it. One that does not serve gets nothing. */
  restoreOf(instanceId: string): Promise<void> {
    return this.#changing.run(async () => {
      const found = await this.#engine.find(instanceId);
      if (found?.ports && serves(found) && found.ports.length > 0)
        await this.#network.mapPorts(mappingsTo(found.ports, (await this.#reached())(found)));
    });
  }

  /** While another node is where the overlay leads to its address, an instance is called by the node network alone. */
  async #reached(): Promise<<Reached extends Found>(found: Reached) => Reached> {
    const handovers = await this.#network.handovers.list();
    const elsewhere = new Set(
      handovers.flatMap((each) => (each.kind === 'receiving' && !each.isSettled ? each.address : [])),
    );
    return (found) => (elsewhere.has(found.address) ? { ...found, docked: false } : found);
  }

  async #toNobody(ports: readonly PublishedPort[], mappings: readonly PortMapping[]): Promise<PortMapping[]> {
    const alive = new Set((await this.#engine.list()).map(({ nodeAddress }) => nodeAddress));
    return mappings.filter((mapping) => hasPort(ports, mapping) && !alive.has(mapping.toAddress));
  }
}

const mappingsTo = (ports: readonly PublishedPort[], found: Found): PortMapping[] => {
  const { nodeAddress, docked, address, containerName } = found;
  if (nodeAddress === null)
    throw new Error(`${containerName} has no fixed address on the node network, so no port can lead to it.`);
  return mappingsOf(ports, nodeAddress, docked ? address : null);
};
