import { engineRange, overlayGateway } from '@restow/shared/domain/address';
import type { NetworkWishes } from '../engine/container-engine.ts';
import type { RememberedNetwork } from '../node-memory.ts';
import type { AgentWorld } from './agent-world.ts';

/** What a node's engine is asked for. */
export const engineNetworks = (overlaySubnet: string, nodeSubnet: string): NetworkWishes => ({
  overlaySubnet,
  overlayGateway: overlayGateway(overlaySubnet),
  overlayEngineRange: engineRange(overlaySubnet),
  nodeSubnet,
});

/**
 * Makes the node as its cluster wants it: the engine's two networks, overlay, port map with all ports in it, and where
 * every address lives.
 * Safe to repeat. Throws what the engine or the kernel refuses.
 */
export const setUpNode = async (
  {
    engine,
    network,
    ports,
    nodeId,
    nodeSubnet,
  }: Pick<AgentWorld, 'engine' | 'network' | 'ports' | 'nodeId' | 'nodeSubnet'>,
  { overlaySubnet, vxlanId, underlay, endpoints }: RememberedNetwork,
): Promise<void> => {
  const wishes = engineNetworks(overlaySubnet, nodeSubnet);
  await engine.ensureNetworks(wishes);
  await network.ensure({ subnet: overlaySubnet, gateway: wishes.overlayGateway, vxlanId, underlay, nodeId });
  await network.applyEndpoints(endpoints);
  await ports.restore();
};
