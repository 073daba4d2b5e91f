import type { ClusterNetwork } from '@restow/shared/domain/cluster-network';
import type { PortRange } from '@restow/shared/domain/order';

/** What every agent is told of its cluster when its session opens. */
export interface ClusterSettings {
  clusterId: string;
  /** Grows with each coordinator that leads; agents refuse orders of an older one. */
  epoch: number;
  network: ClusterNetwork;
  dynamicPorts: PortRange;
  nats: {
    /** Where an agent that dialled this coordinator at `host` reaches NATS; the host is the agent's own way to us. */
    urlFor(host: string): string;
    token: string;
  };
  /** Milliseconds between heartbeats, default 5000. Three missed ones and the node counts as unreachable. */
  heartbeatMs: number;
}
