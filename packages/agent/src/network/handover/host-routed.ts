import type { Link } from '../links.ts';
import { explain, type Netlink } from '../netlink.ts';
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

/** A TCP flow as `conntrack -L` prints it, as it was asked for and by whom it is answered. */
const row =
  /src=(?<from>\S+) dst=(?<to>\S+) sport=(?<fromPort>\d+) dport=(?<toPort>\d+) .*?src=(?<by>\S+) dst=(?<via>\S+) sport=/;

/**
 * Of the flows printed those that the node routes itself, as lines for `conntrack -R -`: the translated ones, and those of
 * its own addresses. What one container says to another needs no mark. Pure.
 */
export const markings = (printed: string, own: ReadonlySet<string>): string[] =>
  printed.split('\n').flatMap((text) => {
    const flow = row.exec(text)?.groups;
    if (!flow) return [];
    const isTranslated = flow.to !== flow.by || flow.from !== flow.via;
    if (!isTranslated && !own.has(flow.from!)) return [];
    const asked = `-s ${flow.from} -d ${flow.to} -p tcp --sport ${flow.fromPort} --dport ${flow.toPort}`;
    return [`-U -f ipv4 ${asked} -m ${hostMark}`];
  });

/** How often one of them may be what it is broken off at; it may change while its mark does, which the kernel takes for an error. */
const attempts = 5;

/**
 * Connections that were there before are the old instance's too, those that are silent for now among them. Each is named:
 * `conntrack -U` with a state does not choose by it but sets it, on every flow that is over as well, and with thousands of
 * them its own answers overrun it ("No buffer space available").
 */
export const markFlows = async (netlink: Netlink, address: string): Promise<void> => {
  const purpose = `mark what the old instance at ${address} holds of this node's own callers`;
  const which = ['-f', 'ipv4', '-p', 'tcp', '--state', 'ESTABLISHED', '--reply-src', address];
  const printed = await netlink.must(purpose, ['conntrack', '-L', ...which]);
  const links = await netlink.json<Link[]>(purpose, ['ip', '-j', '-4', 'addr', 'show']);
  const own = new Set(links.flatMap(({ addr_info }) => addr_info.map(({ local }) => local)));
  let left = markings(printed, own);
  for (let attempt = 1; left.length > 0; attempt++) {
    const ran = await netlink.changeFlows(left);
    if (ran.code === 0) return;
    // It says each that it has changed. Among thousands it comes some way only ("Protocol error"), and is to go on there.
    const changed = ran.stdout.split('\n').filter((line) => line.startsWith('tcp')).length;
    if (changed > 0) attempt = 0;
    if (attempt === attempts) throw explain(purpose, ['conntrack', '-R', '-'], ran, left.join('\n'));
    left = left.slice(changed);
  }
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
