import { RestowError } from '@restow/shared/base/errors';
import type { Netlink } from './netlink.ts';

/** One link as `ip -j -d addr` prints it; only what is looked at here. */
export interface Link {
  ifname: string;
  mtu: number;
  flags: string[];
  /** The bridge it is a port of. */
  master?: string;
  address?: string;
  addr_info: { family: string; local: string; prefixlen: number }[];
  linkinfo?: {
    info_kind?: string;
    info_data?: Record<string, unknown>;
    /** Its settings as a bridge port. */
    info_slave_data?: Record<string, unknown>;
  };
}

/** Every link of the namespace with its addresses and settings, in one command. */
export const readLinks = (netlink: Netlink): Promise<Link[]> =>
  netlink.json<Link[]>("read this node's links", ['ip', '-j', '-d', 'addr', 'show']);

/** The first IPv4 address of a link with its prefix, such as `172.30.0.1/24`; `null` when it has none. */
export const ipv4Of = (link: Link): string | null => {
  const address = link.addr_info.find(({ family }) => family === 'inet');
  return address ? `${address.local}/${address.prefixlen}` : null;
};

/** A bridge that one of the engine's two networks made. */
export const engineBridge = (links: readonly Link[], name: string, network: string): Link => {
  const link = links.find(({ ifname }) => ifname === name);
  if (link?.linkinfo?.info_kind === 'bridge') return link;
  throw new RestowError(
    'failed-precondition',
    link
      ? `The link ${name} of this node is no bridge. The engine's network ${network} needs that name: rename or remove the link.`
      : `The bridge ${name} is missing on this node. The engine makes it with its network ${network}: see that the engine runs ` +
          `(docker network inspect ${network}), then restart the agent.`,
  );
};
