import type { PortInUse } from '@restow/shared/domain/node';
import type { EndpointTable } from '@restow/shared/domain/order';
import type { Protocol } from '@restow/shared/domain/service';
import type { EndpointVerdict } from './check-endpoint.ts';
import type { Handovers } from './handover/handovers.ts';

/** One port of the node in the port map, and where it goes. */
export interface PortMapping {
  protocol: Protocol;
  hostPort: number;
  /** Address on the node network, and port of the container. */
  toAddress: string;
  toPort: number;
  /**
   * The container's address on the overlay: where callers on the node network are led, the container itself among them.
   * `null`: it has none, and then it does not reach itself by its published port.
   */
  overlayAddress: string | null;
}

export interface OverlaySettings {
  subnet: string;
  gateway: string;
  vxlanId: number;
  /** Default: the cluster's default, as is that of the MTU. */
  vxlanPort?: number;
  /** Largest packet on the overlay, the same on every node. */
  mtu?: number;
  /** Address of this node that other nodes' VXLAN sends to. */
  underlay: string;
  nodeId: string;
}

/** What `ensure` found. */
export interface NetworkFindings {
  /** What was not as it should be and is now, in words for a log; empty when all of it stood. */
  putBack: string[];
  /**
   * The engine's own firewall rules were taken away. It alone makes them, when it starts; until then its containers
   * reach nobody outside, and nobody reaches what it has published itself.
   */
  engineRulesGone: boolean;
}

/**
 * The node's network, apart from what the engine does: the VXLAN overlay, the port map, the ARP cure. Every call is
 * safe to repeat and makes the kernel exactly as asked, whatever was there; foreign links and rules are not touched.
 * The state lives in the kernel: it outlives the agent.
 */
export interface NodeNetwork {
  /** What handing an address from one instance to another needs of the kernel. */
  readonly handovers: Handovers;
  /** VXLAN device on the overlay bridge, port map table, forwarding rules, retransmission time. */
  ensure(settings: OverlaySettings): Promise<NetworkFindings>;
  /** The same again, as it was asked for last: what somebody else took away meanwhile is back. Nothing before `ensure`. */
  repair(): Promise<NetworkFindings>;
  /**
   * Static forwarding for every endpoint elsewhere, none for those here. Removes what the table does not hold. A table newer
   * than the last costs what changed since, and trusts that the rest stands (`repair` sees to that); the same one again is
   * compared with all there is.
   */
  applyEndpoints(table: EndpointTable): Promise<void>;
  /**
   * Leads ports to a container: in one transaction, wherever they led before. TCP connections finish where they began;
   * UDP has none, so its clients are led to the new end with their next packet.
   */
  mapPorts(mappings: PortMapping[]): Promise<void>;
  /** Takes ports away, but only those that still lead to that address; UDP clients are let go at once. */
  unmapPorts(mappings: PortMapping[]): Promise<void>;
  /**
   * Makes these the whole port map: in one transaction, what is missing or leads elsewhere, and nothing else is left.
   * Resolves with the ports that were not as asked.
   */
  setPorts(mappings: PortMapping[]): Promise<Pick<PortMapping, 'protocol' | 'hostPort'>[]>;
  portMap(): Promise<PortMapping[]>;
  /** Listeners of the host that are none of ours, with pid and program, among the ports asked (all when empty). */
  listeners(ports: { protocol: Protocol; port: number }[]): Promise<PortInUse[]>;
  /** MAC of the container's overlay end is what the address asks for, its default route goes by the node network. */
  checkEndpoint(pid: number, address: string): Promise<EndpointVerdict>;
}

/** Names every node uses for what it makes in the kernel; short, since links have at most 15 characters. */
export const linkNames = { nodeBridge: 'rsnode0', overlayBridge: 'rsov0', vxlan: 'rsvx0', table: 'restow' } as const;

/** Names of the two engine networks. The node network's sorts first: the default route goes to the first by name. */
export const networkNames = { node: 'restow-node', overlay: 'restow-overlay' } as const;
