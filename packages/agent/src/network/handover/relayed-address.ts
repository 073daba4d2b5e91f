import type { Link } from '../links.ts';
import type { Netlink } from '../netlink.ts';
import { linkNames } from '../node-network.ts';
import { secondMac } from './names.ts';
import { lookInside } from './temporary-end.ts';

const { vxlan, overlayBridge } = linkNames;

/** Frames with the second MAC go to that node, those too that came from another one. */
export const relayTo = (netlink: Netlink, address: string, underlay: string): Promise<void> =>
  netlink.batch(`relay what is the new instance's of ${address} to ${underlay}`, 'bridge', [
    `fdb replace ${secondMac(address)} dev ${vxlan} dst ${underlay} self static`,
    `fdb replace ${secondMac(address)} dev ${vxlan} master static sticky`,
    // A bridge sends nothing back by the port it came in, unless that port may.
    `link set dev ${vxlan} hairpin on`,
  ]);

/** Nothing is relayed for this address any more, nor delivered; `isLast`: nor relayed for any other. */
export const relayNoMore = async (netlink: Netlink, address: string, isLast: boolean): Promise<void> => {
  const mac = secondMac(address);
  const purpose = `relay nothing for ${address} any more`;
  /** What is not there cannot be taken away, and need not be. */
  const unlessGone = async (argv: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await netlink.run(argv);
    if (code === 0) return stdout;
    return /No such file or directory|Cannot find device|entry not found/.test(stderr)
      ? '[]'
      : netlink.must(purpose, argv);
  };
  const ports = JSON.parse(await unlessGone(['bridge', '-j', 'fdb', 'get', mac, 'br', overlayBridge])) as {
    ifname: string;
  }[];
  for (const { ifname } of ports) await unlessGone(['bridge', 'fdb', 'del', mac, 'dev', ifname, 'master']);
  await unlessGone(['bridge', 'fdb', 'del', mac, 'dev', vxlan, 'self']);
  if (isLast) await unlessGone(['bridge', 'link', 'set', 'dev', vxlan, 'hairpin', 'off']);
};

/** The node's side of a container's end with that address. */
const portOf = async (netlink: Netlink, address: string, pid: number): Promise<string | null> => {
  const { links } = await lookInside(netlink, pid);
  const end = links.find(({ addr_info }) => addr_info.some(({ local }) => local === address)) as
    | (Link & { link_index?: number })
    | undefined;
  if (end?.link_index === undefined) return null;
  const ports = await netlink.json<{ ifindex: number; ifname: string }[]>('read the ports of the overlay', [
    ...['ip', '-j', 'link', 'show', 'master', overlayBridge],
  ]);
  return ports.find(({ ifindex }) => ifindex === end.link_index)?.ifname ?? null;
};

/** Frames with the second MAC go to this container, and to no other on this node. */
export const deliverTo = async (netlink: Netlink, address: string, pid: number): Promise<void> => {
  const port = await portOf(netlink, address, pid);
  // Without an entry they are offered to every container, and heeded by the one; so it is after its restart.
  if (port === null) return;
  await netlink.batch(`deliver what is relayed for ${address}`, 'bridge', [
    `fdb replace ${secondMac(address)} dev ${port} master static`,
  ]);
};
