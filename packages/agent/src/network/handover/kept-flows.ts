import { explain, type Netlink } from '../netlink.ts';
import { linkNames, type PortMapping } from '../node-network.ts';
import { hostMark, tableOf } from './names.ts';

/*
 * An engine that stops a container, or starts one on two networks, has the kernel forget every flow that was translated to
 * its address: those of the node network's callers, who are led to the slot's address. It knows of no other holder, which
 * the old instance is while the new one is started or put aside. A caller who waits for an answer says nothing by which his flow would be known again.
 */

/** A TCP flow as `conntrack -L` prints it: as it was asked for, and as it is answered. */
const row =
  /^tcp\s+6 (?<seconds>\d+) (?:SYN_SENT|SYN_RECV|ESTABLISHED) src=(?<from>\S+) dst=(?<to>\S+) sport=(?<fromPort>\d+) dport=(?<toPort>\d+) (?:\[UNREPLIED\] )?src=(?<by>\S+) dst=(?<via>\S+) sport=(?<byPort>\d+) dport=(?<viaPort>\d+)/;

/** Of the flows printed, those that have just begun among them, those that are translated, as lines for `conntrack -R -` that make them again. Pure. */
export const remembering = (printed: string): string[] =>
  printed.split('\n').flatMap((text) => {
    const flow = row.exec(text)?.groups;
    if (!flow || (flow.to === flow.by && flow.from === flow.via)) return [];
    const asked = `-s ${flow.from} -d ${flow.to} -p tcp --sport ${flow.fromPort} --dport ${flow.toPort}`;
    const answered = `--dst-nat ${flow.by}:${flow.byPort} --src-nat ${flow.via}:${flow.viaPort}`;
    return [`-A -t ${flow.seconds} -u SEEN_REPLY,ASSURED ${asked} ${answered} --state ESTABLISHED -m ${hostMark}`];
  });

/** Connections that begin now are led by the node network, of which nothing is forgotten; those that stand are not. */
const besides = (address: string, led: readonly PortMapping[]): string => {
  const isFirst = 'tcp flags & (syn | ack) == syn';
  const rules = led
    .filter(({ protocol }) => protocol === 'tcp')
    .map(
      ({ hostPort, toAddress, toPort }) =>
        `    iifname "${linkNames.nodeBridge}" fib daddr type local ${isFirst} tcp dport ${hostPort} dnat to ${toAddress}:${toPort}\n`,
    );
  return `table ip ${tableOf(address)} {\n  chain begun {\n    type nat hook prerouting priority -111; policy accept;\n${rules.join('')}  }\n}\n`;
};

/** What was led besides goes on by what the kernel knows of it. */
const nothingBesides = (address: string): string =>
  `flush chain ip ${tableOf(address)} begun\ndelete chain ip ${tableOf(address)} begun\n`;

/** Does what makes the kernel forget, and has it remember. */
export const keepingFlows = async <Value>(
  netlink: Netlink,
  address: string,
  led: readonly PortMapping[],
  act: () => Promise<Value>,
  /** Told where the kernel would not remember: that is no reason for a swap to go back, but callers may have been cut. */
  warn: (message: string) => void,
): Promise<Value> => {
  const purpose = `keep what this node's own callers hold of ${address}`;
  await netlink.transaction(purpose, besides(address, led));
  const lines = remembering(
    await netlink.must(purpose, ['conntrack', '-L', '-f', 'ipv4', '-p', 'tcp', '--reply-src', address]),
  );
  try {
    return await act();
  } finally {
    // One that has spoken meanwhile is known again already.
    if (lines.length > 0) {
      const ran = await netlink.changeFlows(lines);
      if (ran.code !== 0) warn(explain(purpose, ['conntrack', '-R', '-'], ran, lines.join('\n')).message);
    }
    await netlink.transaction(purpose, nothingBesides(address));
  }
};
