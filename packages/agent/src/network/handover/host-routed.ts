import type { Netlink } from '../netlink.ts';
import { linkNames } from '../node-network.ts';
import { hostMark, secondMac } from './names.ts';

const { overlayBridge } = linkNames;

/*
 * What the node itself routes into the overlay's bridge passes none of the bridge's prerouting: callers on the node network,
 * who are led to the slot's address, and the node's own programs. Such flows are told apart by their mark, and those of the
 * old instance have another next hop, an address nobody has, at the second MAC.
 */

/** Reserved addresses, never routed by anybody; all slots of a cluster are in one subnet of the same first byte. */
const nextHop = (address: string): string => address.replace(/^\d+/, '240');

/** Where routes stand that only marked flows take, and where they are asked for. */
const marked = { table: 4078, priority: 4078 } as const;

const rule = ['fwmark', hostMark, 'lookup', `${marked.table}`, 'priority', `${marked.priority}`] as const;

/** Marked flows to this address reach the old instance. */
export const routeMarked = async (netlink: Netlink, address: string): Promise<void> => {
  const purpose = `route what the old instance at ${address} holds of this node's own callers`;
  await netlink.batch(purpose, 'ip', [
    `neigh replace ${nextHop(address)} lladdr ${secondMac(address)} dev ${overlayBridge} nud permanent`,
    `route replace ${address} via ${nextHop(address)} dev ${overlayBridge} onlink table ${marked.table}`,
  ]);
  const argv = ['ip', 'rule', 'add', ...rule];
  const { code, stderr } = await netlink.run(argv);
  if (code !== 0 && !/File exists/.test(stderr)) await netlink.must(purpose, argv);
};

/** `isLast`: no other address is handed over here. */
export const routeMarkedNoMore = async (netlink: Netlink, address: string, isLast: boolean): Promise<void> => {
  const purpose = `route nothing of ${address} elsewhere any more`;
  const lines = [
    ['route', 'del', address, 'table', `${marked.table}`],
    ['neigh', 'del', nextHop(address), 'dev', overlayBridge],
    ...(isLast ? [['rule', 'del', ...rule]] : []),
  ];
  for (const line of lines) {
    const { code, stderr } = await netlink.run(['ip', ...line]);
    const isGone = /No such (process|file or directory)|does not exist|Cannot find device/.test(stderr);
    if (code !== 0 && !isGone) await netlink.must(purpose, ['ip', ...line]);
  }
};
