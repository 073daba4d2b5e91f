import { messageOf } from '@restow/shared/base/errors';
import type { RememberedNetwork } from '../node-memory.ts';
import type { AgentWorld } from './agent-world.ts';

/**
 * Puts back what somebody else took from a node's network: a firewall that was emptied or loaded anew, a link that was
 * removed, a port that leads elsewhere. No event tells of any of it, so it is looked for. What is so already costs a few
 * commands that read.
 */
export class NodeRepair {
  readonly #world: Pick<AgentWorld, 'engine' | 'network' | 'ports' | 'handovers' | 'memory' | 'nodeSubnet' | 'log'>;
  /** What was said already, and is not again while it lasts. */
  #told: { failure: string | null; engineRulesGone: boolean } = { failure: null, engineRulesGone: false };

  constructor(world: Pick<AgentWorld, 'engine' | 'network' | 'ports' | 'handovers' | 'memory' | 'nodeSubnet' | 'log'>) {
    this.#world = world;
  }

  /** Looks once, and warns of what it had to put back. Never rejects: what cannot be done is said and tried next time. */
  async look(): Promise<void> {
    const { memory, log } = this.#world;
    if (!memory.network) return;
    try {
      const { putBack, engineRulesGone } = await this.#putRight(memory.network);
      if (putBack.length > 0) log.warn({ putBack }, "somebody changed this node's network; what was missing is back");
      if (engineRulesGone && !this.#told.engineRulesGone)
        log.warn(
          "the engine's own firewall rules are gone: its containers reach nobody outside until it is restarted, which alone puts them back",
        );
      this.#told = { failure: null, engineRulesGone };
    } catch (error) {
      const failure = messageOf(error);
      if (failure !== this.#told.failure)
        log.warn({ err: error }, "this node's network could not be looked after; trying on");
      this.#told = { ...this.#told, failure };
    }
  }

  async #putRight({ overlaySubnet, mtu }: Pick<RememberedNetwork, 'overlaySubnet' | 'mtu'>) {
    const { engine, network, ports, handovers, nodeSubnet } = this.#world;
    await engine.ensureNetworks({ overlaySubnet, nodeSubnet, mtu });
    const { putBack, engineRulesGone } = await network.repair();
    const mended = await handovers.look();
    const led = await ports.restore();
    return { putBack: [...putBack, ...mended, ...led.map((port) => `port ${port}`)], engineRulesGone };
  }
}
