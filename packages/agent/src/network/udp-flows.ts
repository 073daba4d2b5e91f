import type { Link } from './links.ts';
import type { Netlink } from './netlink.ts';
import type { ChangedPort } from './port-map.ts';

/*
 * A UDP client that keeps sending from one port never begins a new "connection", so conntrack would hold it to the
 * container it began on, or to nobody, for ever; and to whatever container has that address next. Its old entries are
 * deleted when its port leads elsewhere, or nowhere.
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

/** The flows to this node's own addresses that a changed port no longer means, once for each end. */
export const staleFlows = (
  flows: readonly Flow[],
  changed: readonly ChangedPort[],
  ownAddresses: ReadonlySet<string>,
): Flow[] => {
  const endsOf = new Map(
    changed.filter(({ protocol }) => protocol === 'udp').map((port) => [port.hostPort, port.ends]),
  );
  const stale = flows.filter(({ toAddress, toPort, byAddress, byPort }) => {
    const ends = endsOf.get(toPort);
    const isMeant = ends?.some(({ address, port }) => address === byAddress && port === byPort);
    return ends !== undefined && !isMeant && (ownAddresses.has(toAddress) || toAddress.startsWith('127.'));
  });
  return [...new Map(stale.map((flow) => [Object.values(flow).join(' '), flow])).values()];
};

/** Deletes the entries that would keep clients of the changed UDP ports where they were. */
export const forgetOldFlows = async (
  netlink: Netlink,
  changed: readonly ChangedPort[],
  links: readonly Link[],
): Promise<void> => {
  const purpose = 'lead the clients of a published UDP port to where it goes now';
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
