import type { PortRange } from '@restow/shared/domain/order';
import type { NodeOwn, Route } from './judge-cluster.ts';
import { readLinks } from './links.ts';
import type { Netlink } from './netlink.ts';

/** What a node has of its own, as its kernel says. */
export const readOwnNetwork = async (netlink: Netlink): Promise<NodeOwn> => {
  const [links, routes, range] = await Promise.all([
    readLinks(netlink),
    netlink.json<Route[]>("read this node's routes", ['ip', '-4', '-j', 'route', 'show', 'table', 'all']),
    netlink.run(['cat', '/proc/sys/net/ipv4/ip_local_port_range']),
  ]);
  return { links, routes, localPorts: range.code === 0 ? rangeOf(range.stdout) : null };
};

const rangeOf = (text: string): PortRange | null => {
  const [first, last] = text.trim().split(/\s+/).map(Number);
  return Number.isInteger(first) && Number.isInteger(last) ? { first: first!, last: last! } : null;
};
