import { subnetsOverlap } from '@restow/shared/domain/address';
import type { ClusterNetwork } from '@restow/shared/domain/cluster-network';
import type { PortRange } from '@restow/shared/domain/order';
import type { Link } from './links.ts';
import { linkNames } from './node-network.ts';

/** One route as `ip -4 -j route show table all` prints it; only what is looked at here. */
export interface Route {
  dst: string;
  dev?: string;
  /** Absent: unicast. */
  type?: string;
}

/** What a node has that a cluster's network may not go with. */
export interface NodeOwn {
  links: readonly Link[];
  routes: readonly Route[];
  /** Ports the kernel draws from for itself. */
  localPorts: PortRange | null;
}

export interface ClusterVerdict {
  /** Why the node cannot be part of the cluster, a sentence each. */
  refusals: string[];
  /** What goes wrong now and then. */
  warnings: string[];
}

/** Whole halves of the internet are another way to write a default route. */
const isDefault = (dst: string): boolean => dst === 'default' || Number(dst.split('/')[1] ?? 32) < 8;

/** A single address as a subnet; `parseSubnet` knows none that small, so the sixteen around it stand for it. */
const asSubnet = (dst: string): { subnet: string; single: boolean } => {
  const [address = '', prefix = '32'] = dst.split('/');
  return Number(prefix) > 28
    ? { subnet: `${address}/28`, single: true }
    : { subnet: `${address}/${prefix}`, single: false };
};

const overlaps = (subnet: string, dst: string): boolean => {
  const { subnet: theirs, single } = asSubnet(dst);
  // Subnets are aligned: where a larger one holds any of the sixteen it holds all of them.
  return subnetsOverlap(subnet, theirs) && !(single && Number(subnet.split('/')[1]) > 28);
};

const ours = new Set<string>([linkNames.nodeBridge, linkNames.overlayBridge, linkNames.vxlan]);

/**
 * What of a node's own networks is in the way of its cluster's, in sentences that say what to do. What is ours already
 * is in nobody's way, nor is a default route. Foreign networks of the engine are its links and routes too. Pure.
 */
export const judgeCluster = (
  { overlaySubnet, nodeSubnet, vxlanId, vxlanPort }: ClusterNetwork,
  dynamicPorts: PortRange,
  { links, routes, localPorts }: NodeOwn,
): ClusterVerdict => {
  const reached = routes
    .filter(({ dst, dev, type }) => (type ?? 'unicast') === 'unicast' && !isDefault(dst) && !ours.has(dev ?? ''))
    .map(({ dst, dev }) => ({ dst, how: `which this node reaches${dev ? ` by ${dev}` : ''}` }));
  const own = links
    .filter(({ ifname }) => !ours.has(ifname))
    .flatMap(({ ifname, addr_info }) =>
      addr_info
        .filter(({ family }) => family === 'inet')
        .map(({ local, prefixlen }) => ({ dst: `${local}/${prefixlen}`, how: `which is on ${ifname} of this node` })),
    );
  const wanted = [
    { subnet: overlaySubnet, name: "the cluster's overlay subnet", cure: '--overlay-subnet' },
    { subnet: nodeSubnet, name: "the cluster's node subnet", cure: '--node-subnet' },
  ];
  const taken = wanted.flatMap(({ subnet, name, cure }) => {
    const rival = [...reached, ...own].find(({ dst }) => overlaps(subnet, dst));
    if (!rival) return [];
    const who = cure === '--node-subnet' ? "this node's agent, or the coordinator," : 'the coordinator';
    return [
      `${name} ${subnet} overlaps ${rival.dst}, ${rival.how}: give ${who} another ${cure}, or take that ${rival.how.includes('reaches') ? 'route' : 'address'} away`,
    ];
  });
  const twin = links.find(
    ({ ifname, linkinfo }) =>
      ifname !== linkNames.vxlan &&
      linkinfo?.info_kind === 'vxlan' &&
      linkinfo.info_data?.id === vxlanId &&
      (linkinfo.info_data?.port ?? vxlanPort) === vxlanPort,
  );
  const vxlan = twin
    ? [
        `the VXLAN device ${twin.ifname} of this node has id ${vxlanId} and port ${vxlanPort} already: give the coordinator another --vxlan-id, or remove that device`,
      ]
    : [];
  const drawn =
    localPorts && localPorts.first <= dynamicPorts.last && dynamicPorts.first <= localPorts.last
      ? [
          `this node's kernel draws ports for itself from ${localPorts.first}-${localPorts.last}, which overlaps the cluster's dynamic ports ${dynamicPorts.first}-${dynamicPorts.last}: now and then one will be taken. Change net.ipv4.ip_local_port_range, or give the coordinator other --dynamic-ports`,
        ]
      : [];
  return { refusals: [...taken, ...vxlan], warnings: drawn };
};
