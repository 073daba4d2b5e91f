import { overlayGateway } from '@restow/shared/domain/address';
import type { RememberedNetwork } from '../node-memory.ts';
import type { AgentWorld } from './agent-world.ts';

/**
 * Makes the node as its cluster wants it: the engine's two networks, overlay, port map with all ports in it, and where
 * every address lives, for the kernel and for whoever asks by name.
 * Safe to repeat. Throws what the engine or the kernel refuses.
 */
export const setUpNode = async (
  {
    engine,
    network,
    ports,
    handovers,
    names,
    nodeId,
    nodeSubnet,
  }: Pick<AgentWorld, 'engine' | 'network' | 'ports' | 'handovers' | 'names' | 'nodeId' | 'nodeSubnet'>,
  { overlaySubnet, vxlanId, vxlanPort, mtu, underlay, endpoints }: RememberedNetwork,
): Promise<void> => {
  await engine.ensureNetworks({ overlaySubnet, nodeSubnet, mtu });
  names.use({ overlaySubnet, endpoints });
  await network.ensure({
    ...{ subnet: overlaySubnet, gateway: overlayGateway(overlaySubnet), vxlanId, vxlanPort, mtu, underlay, nodeId },
  });
  await network.applyEndpoints(endpoints);
  await handovers.look();
  await ports.restore();
};
