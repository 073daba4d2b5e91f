import type { PortInUse } from '@restow/shared/domain/node';
import type { EndpointTable } from '@restow/shared/domain/order';
import type { Protocol } from '@restow/shared/domain/service';

/** One element of the port map: a port of the node and where it goes. */
export interface PortMapping {
  protocol: Protocol;
  hostPort: number;
  /** Address on the node network, and port of the container. */
  toAddress: string;
  toPort: number;
}

export interface OverlaySettings {
  subnet: string;
  gateway: string;
  vxlanId: number;
  /** Address of this node that other nodes' VXLAN sends to. */
  underlay: string;
  nodeId: string;
}

/**
 * The node's network, apart from what the engine does: the VXLAN overlay, the port map, the ARP cure. Every call is
 * safe to repeat and makes the kernel exactly as asked, whatever was there; foreign links and rules are not touched.
 * The state lives in the kernel: it outlives the agent.
 */
export interface NodeNetwork {
  /** VXLAN device on the overlay bridge, port map table, forwarding rules, retransmission time. */
  ensure(settings: OverlaySettings): Promise<void>;
  /** Static forwarding for every endpoint elsewhere, none for those here. Removes what the table does not hold. */
  applyEndpoints(table: EndpointTable): Promise<void>;
  /** Makes the port map's elements for a container: in one transaction, whatever they pointed to before. */
  mapPorts(mappings: PortMapping[]): Promise<void>;
  /** Takes elements away, but only those that still point to that address. */
  unmapPorts(mappings: PortMapping[]): Promise<void>;
  portMap(): Promise<PortMapping[]>;
  /** Listeners of the host that are none of ours, with pid and program, among the ports asked (all when empty). */
  listeners(ports: { protocol: Protocol; port: number }[]): Promise<PortInUse[]>;
  /** MAC of the container's overlay end is what the address asks for, its default route goes by the node network. */
  checkEndpoint(pid: number, address: string): Promise<{ ok: true } | { ok: false; message: string }>;
}

/** Names every node uses for what it makes in the kernel; short, since links have at most 15 characters. */
export const linkNames = { nodeBridge: 'rsnode0', overlayBridge: 'rsov0', vxlan: 'rsvx0', table: 'restow' } as const;

/** Names of the two engine networks. The node network's sorts first: the default route goes to the first by name. */
export const networkNames = { node: 'restow-node', overlay: 'restow-overlay' } as const;
