import { macOf } from '@restow/shared/domain/address';
import type { Link } from '../links.ts';
import type { Netlink } from '../netlink.ts';
import { linkNames } from '../node-network.ts';
import { addressOfEnd, insideEnd, privateRoute, secondMac, temporaryEnd } from './names.ts';

const { overlayBridge } = linkNames;

/** What is looked at inside a container. */
export interface Inside {
  links: Pick<Link, 'ifname' | 'address' | 'addr_info'>[];
  rules: { priority: number; table: string }[];
}

/** Runs in a container's network, by the node's own tools. */
export const insideOf = (pid: number, argv: readonly string[]): string[] => [
  'nsenter',
  `--net=/proc/${pid}/ns/net`,
  ...argv,
];

export const lookInside = async (netlink: Netlink, pid: number): Promise<Inside> => {
  const purpose = `look into the network of the container with pid ${pid}`;
  const printed = await netlink.must(purpose, insideOf(pid, ['ip', '-j', '-batch', '-']), 'addr show\nrule show\n');
  const [links = '[]', rules = '[]'] = printed.trim().split('\n');
  return { links: JSON.parse(links), rules: JSON.parse(rules) };
};

export const hasPrivateRoute = ({ rules }: Inside): boolean =>
  rules.some(({ priority, table }) => priority === privateRoute.priority && table === `${privateRoute.table}`);

/** While packets come by one end and leave by another, the kernel must not take that for forgery. */
const noReversePathCheck = 'for way in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >"$way" || exit; done';

/**
 * Gives a container a temporary end, a port of the overlay bridge, with the slot's address: as a single one (/32), since
 * an engine refuses to connect what overlaps a route of the main table. Nobody is led there yet.
 */
export const makeTemporaryEnd = async (
  netlink: Netlink,
  { address, pid, subnet, mtu }: { address: string; pid: number; subnet: string; mtu: number },
): Promise<void> => {
  const purpose = `give the old instance a temporary end for ${address}`;
  const [end, mac] = [temporaryEnd(address), secondMac(address)];
  const { links } = await lookInside(netlink, pid);
  if (!links.some((link) => link.ifname === insideEnd && link.address === mac)) {
    // One may be left whose other side is in a container that is no more, or was made as this was broken off.
    await removeTemporaryEnd(netlink, address);
    const inside = `peer name ${insideEnd} address ${mac} mtu ${mtu} netns ${pid}`;
    await netlink.batch(purpose, 'ip', [`link add ${end} mtu ${mtu} type veth ${inside}`]);
  }
  await netlink.must(
    purpose,
    insideOf(pid, ['sh', '-c', `${noReversePathCheck}; exec ip -batch -`]),
    [
      `link set ${insideEnd} up`,
      `addr replace ${address}/32 dev ${insideEnd}`,
      `route replace ${subnet} dev ${insideEnd} src ${address} table ${privateRoute.table}`,
      '',
    ].join('\n'),
  );
  await netlink.batch(purpose, 'ip', [`link set ${end} master ${overlayBridge} up`]);
  await netlink.batch(purpose, 'bridge', [`fdb replace ${mac} dev ${end} master static`]);
};

/** Its own packets leave by the temporary end from now on. */
export const leaveByTemporaryEnd = async (
  netlink: Netlink,
  { address, pid, subnet }: { address: string; pid: number; subnet: string },
): Promise<void> => {
  if (hasPrivateRoute(await lookInside(netlink, pid))) return;
  const purpose = `lead what the old instance sends from ${address} out by its temporary end`;
  const rule = ['ip', 'rule', 'add', 'to', subnet, 'lookup', `${privateRoute.table}`, 'priority'];
  await netlink.must(purpose, insideOf(pid, [...rule, `${privateRoute.priority}`]));
};

/** Its own packets leave by the end that the engine has given it, which has the MAC that the address asks for. */
export const leaveByDockedEnd = async (
  netlink: Netlink,
  { address, pid }: { address: string; pid: number },
): Promise<void> => {
  const purpose = `have the old instance at ${address} go by its own end again`;
  const inside = await lookInside(netlink, pid);
  const isDocked = ({ ifname, addr_info }: Inside['links'][number]) =>
    ifname !== insideEnd && addr_info.some(({ local }) => local === address);
  const docked = inside.links.find(isDocked);
  const lines = [
    ...(docked && docked.address !== macOf(address) ? [`link set ${docked.ifname} address ${macOf(address)}`] : []),
    ...(hasPrivateRoute(inside) ? [`rule del priority ${privateRoute.priority}`] : []),
  ];
  if (lines.length > 0) await netlink.must(purpose, insideOf(pid, ['ip', '-batch', '-']), `${lines.join('\n')}\n`);
};

/** Of which addresses a temporary end is here. */
export const temporaryEnds = async (netlink: Netlink): Promise<string[]> => {
  const purpose = 'see which temporary ends are here';
  const links = await netlink.json<{ ifname: string }[]>(purpose, ['ip', '-j', 'link', 'show', 'type', 'veth']);
  return links.flatMap(({ ifname }) => addressOfEnd(ifname) ?? []);
};

/** Takes it away, if it is there. */
export const removeTemporaryEnd = async (netlink: Netlink, address: string): Promise<void> => {
  const end = temporaryEnd(address);
  const argv = ['ip', 'link', 'del', end];
  const { code, stderr } = await netlink.run(argv);
  if (code !== 0 && !/Cannot find device/.test(stderr)) await netlink.must(`take the temporary end ${end} away`, argv);
};
