import type { Link } from './links.ts';
import type { Netlink } from './netlink.ts';
import type { PortMapping } from './node-network.ts';

/*
 * A UDP client that keeps sending from one port never begins a new "connection", so conntrack would hold it to the
 * container it began on, or to nobody, for ever. Its old entries are deleted when its port leads elsewhere.
 */

/** One entry of `conntrack -L`: where the client sends to, and who answers. */
export interface Flow {
  toAddress: string;
  toPort: number;
  byAddress: string;
  byPort: number;
}

const line =
  /src=\S+ dst=(?<to>\S+) sport=\d+ dport=(?<toPort>\d+) .*?src=(?<by>\S+) dst=\S+ sport=(?<byPort>\d+) dport=\d+/;

export const parseFlows = (printed: string): Flow[] =>
  printed.split('\n').flatMap((text) => {
    const found = line.exec(text)?.groups;
    if (!found) return [];
    return [{ toAddress: found.to!, toPort: Number(found.toPort), byAddress: found.by!, byPort: Number(found.byPort) }];
  });

/** The flows to this node's own addresses that a changed element no longer means, once for each end. */
export const staleFlows = (
  flows: readonly Flow[],
  changed: readonly PortMapping[],
  ownAddresses: ReadonlySet<string>,
): Flow[] => {
  const newEnds = new Map(changed.filter(({ protocol }) => protocol === 'udp').map((m) => [m.hostPort, m]));
  const stale = flows.filter(({ toAddress, toPort, byAddress, byPort }) => {
    const end = newEnds.get(toPort);
    return end && ownAddresses.has(toAddress) && (end.toAddress !== byAddress || end.toPort !== byPort);
  });
  return [...new Map(stale.map((flow) => [Object.values(flow).join(' '), flow])).values()];
};

/** Deletes the entries that would keep clients of the changed UDP ports where they were. */
export const forgetOldFlows = async (
  netlink: Netlink,
  changed: readonly PortMapping[],
  links: readonly Link[],
): Promise<void> => {
  if (!changed.some(({ protocol }) => protocol === 'udp')) return;
  const purpose = 'lead the clients of a published UDP port to its new container';
  const own = new Set(links.flatMap(({ addr_info }) => addr_info.map(({ local }) => local)));
  const printed = await netlink.must(purpose, ['conntrack', '-L', '-f', 'ipv4', '-p', 'udp']);
  for (const flow of staleFlows(parseFlows(printed), changed, own)) {
    const ends = ['-d', flow.toAddress, '--dport', `${flow.toPort}`, '-r', flow.byAddress];
    const argv = ['conntrack', '-D', '-f', 'ipv4', '-p', 'udp', ...ends, '--reply-port-src', `${flow.byPort}`];
    // Exit code 1 says that there was none left: it ended by itself.
    const { code, stderr } = await netlink.run(argv);
    if (code !== 0 && !/0 flow entries/.test(stderr)) await netlink.must(purpose, argv);
  }
};
