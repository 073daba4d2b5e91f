import type { Problem } from '../base/errors.ts';
import { defaultOverlaySubnet, parseSubnet, subnetsOverlap } from './address.ts';

/** What all nodes of a cluster have in common, so that a packet of one is understood by every other. */
export interface ClusterNetwork {
  /** Addresses of slots, the same network on every node. */
  overlaySubnet: string;
  /** Of each node's own network, by which its containers reach out. Every node has the same, and no other sees it. */
  nodeSubnet: string;
  /** 1 to 16777215. */
  vxlanId: number;
  /** UDP port of the nodes that VXLAN is sent to. */
  vxlanPort: number;
  /** Largest packet on the overlay, bytes; what lies under it carries `vxlanOverhead` more. */
  mtu: number;
}

/** What VXLAN puts before a frame: outer Ethernet, IPv4, UDP and its own header. Bytes. */
export const vxlanOverhead = 50;

export const defaultClusterNetwork: ClusterNetwork = {
  overlaySubnet: defaultOverlaySubnet,
  nodeSubnet: '172.30.0.0/24',
  vxlanId: 77,
  vxlanPort: 4789,
  mtu: 1500 - vxlanOverhead,
};

/** Underlays of 1280 to 9000 bytes. */
const leastMtu = 1280 - vxlanOverhead;
const mostMtu = 9000 - vxlanOverhead;

const wholeNumber = (value: number, least: number, most: number): string[] =>
  Number.isInteger(value) && value >= least && value <= most ? [] : [`must be a whole number from ${least} to ${most}`];

/** `null` for one that is a subnet with room. */
const subnetProblem = (subnet: string): string | null => {
  try {
    parseSubnet(subnet);
    return null;
  } catch (error) {
    return (error as RangeError).message;
  }
};

/** Everything that is wrong with them, each by itself and beside the others; fields are those of `ClusterNetwork`. Pure. */
export const checkClusterNetwork = (network: ClusterNetwork): Problem[] => {
  const say = (field: keyof ClusterNetwork, messages: string[]) => messages.map((message) => ({ field, message }));
  const subnets = (['overlaySubnet', 'nodeSubnet'] as const).flatMap((field) => {
    const problem = subnetProblem(network[field]);
    return problem === null ? [] : [{ field, message: problem }];
  });
  const apart =
    subnets.length > 0 || !subnetsOverlap(network.overlaySubnet, network.nodeSubnet)
      ? []
      : say('nodeSubnet', [
          `${network.nodeSubnet} overlaps the overlay subnet ${network.overlaySubnet}: containers are on both, so they must not have an address in common`,
        ]);
  return [
    ...subnets,
    ...apart,
    ...say('vxlanId', wholeNumber(network.vxlanId, 1, 16_777_215)),
    ...say('vxlanPort', wholeNumber(network.vxlanPort, 1, 65_535)),
    ...say('mtu', wholeNumber(network.mtu, leastMtu, mostMtu)),
  ];
};
