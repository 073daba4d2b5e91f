import { isRestowError, RestowError } from '@restow/shared/base/errors';
import type { ClusterNetwork } from '@restow/shared/domain/cluster-network';
import type { PortRange } from '@restow/shared/domain/order';
import { judgeCluster } from '../network/judge-cluster.ts';
import type { RememberedNetwork } from '../node-memory.ts';
import type { AgentWorld } from './agent-world.ts';
import { setUpNode } from './node-setup.ts';

/** The node subnet of the cluster is another one than this agent was put together with: it has to be made anew. */
export class OtherNodeSubnet extends Error {}

/**
 * Makes this node part of the cluster it was welcomed to. Nothing is changed where the node's own networks are in the
 * cluster's way: then, and where the engine or the kernel refuses, `refuse` is told why, and that is thrown
 * (`failed-precondition`). A node that was part of it already goes on with a warning: what runs there is not given up
 * for a route that came later.
 */
export const joinCluster = async (
  world: AgentWorld,
  network: ClusterNetwork,
  dynamicPorts: PortRange,
  remembered: RememberedNetwork,
  refuse: (because: string) => void,
): Promise<void> => {
  const { log, nodeName, memory } = world;
  const isMember = memory.network?.overlaySubnet === network.overlaySubnet;
  const { refusals, warnings } = judgeCluster(
    { ...network, nodeSubnet: world.nodeSubnet },
    dynamicPorts,
    await world.ownNetwork(),
  );
  for (const warning of [...warnings, ...(isMember ? refusals : [])]) log.warn(`${warning}.`);
  try {
    if (!isMember && refusals.length > 0)
      throw new RestowError(
        'failed-precondition',
        `Node ${nodeName} cannot be part of this cluster: ${refusals.join('; ')}.`,
      );
    await setUpNode(world, remembered);
  } catch (error) {
    if (isRestowError(error)) refuse(error.message);
    throw error;
  }
};
