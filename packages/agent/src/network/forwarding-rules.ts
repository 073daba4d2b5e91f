import type { Netlink } from './netlink.ts';
import { linkNames } from './node-network.ts';

/*
 * The engine drops what is forwarded to its bridges and what it has not published itself. An accept in a table of ours
 * would not override that, so rules of ours stand where the engine leaves room for the machine's owner: behind the
 * owner's own, so that what those drop stays dropped.
 */

const { nodeBridge, overlayBridge } = linkNames;

/** The chain an engine makes for the machine's owner and never empties. It is asked before the engine's own rules. */
const ownersChain = 'DOCKER-USER';

/** Tells our rules from anybody else's. */
const mark = 'restow';

const accepting = (...match: string[]): string =>
  [...match, '-m', 'comment', '--comment', mark, '-j', 'ACCEPT'].join(' ');

/** What the port map has led to a container. */
const ledToContainers = accepting('-o', nodeBridge, '-m', 'conntrack', '--ctstate', 'DNAT');

const rules: readonly string[] = [
  ledToContainers,
  // Their answers: to a client on another bridge of the engine they would be dropped (its bridges are kept apart).
  accepting('-i', nodeBridge, '-m', 'conntrack', '--ctstate', 'DNAT', '--ctdir', 'REPLY'),
  // Callers on the node network, who are led to the overlay.
  accepting('-i', nodeBridge, '-o', overlayBridge, '-m', 'conntrack', '--ctstate', 'DNAT'),
];

/** For what the owner's rules return to the engine: an engine accepts there what it has published itself. */
const afterEngine = { chain: 'FORWARD', rule: ledToContainers };

// A legacy backend has a lock that the engine may hold.
const iptables = ['iptables', '-w', '10'] as const;

/** The rules of a chain as `iptables -S CHAIN` prints them, in order. */
export const rulesIn = (printed: string): string[] => printed.split('\n').filter((row) => row.startsWith('-A '));

const marked = new RegExp(`--comment "?${mark}"?( |$)`);
const isOurs = (row: string): boolean => marked.test(row);

/**
 * Lines for `iptables-restore --noflush` that make our rules, in order, the last that are reached in the owner's chain:
 * older engines end it with a bare return. Nobody else's rule is written. Empty when that is how it stands.
 */
export const placing = (present: readonly string[]): string[] => {
  const wanted = rules.map((rule) => `-A ${ownersChain} ${rule}`);
  const bareReturn = present.indexOf(`-A ${ownersChain} -j RETURN`);
  const reached = bareReturn === -1 ? present : present.slice(0, bareReturn);
  const ours = present.filter(isOurs);
  const standing = reached.slice(-rules.length);
  if (ours.length === rules.length && wanted.every((row, i) => row === standing[i])) return [];
  const first = reached.length - reached.filter(isOurs).length + 1;
  return [
    ...ours.map((row) => row.replace(/^-A/, '-D')),
    ...rules.map((rule, i) => `-I ${ownersChain} ${first + i} ${rule}`),
  ];
};

const hasOwnersChain = async (netlink: Netlink, purpose: string): Promise<boolean> =>
  (await netlink.must(purpose, [...iptables, '-S'])).split('\n').includes(`-N ${ownersChain}`);

const change = (netlink: Netlink, purpose: string, lines: readonly string[]): Promise<string> =>
  netlink.must(purpose, ['iptables-restore', '-w', '10', '--noflush'], ['*filter', ...lines, 'COMMIT', ''].join('\n'));

const readRules = async (netlink: Netlink, purpose: string, chain: string): Promise<string[]> =>
  rulesIn(await netlink.must(purpose, [...iptables, '-S', chain]));

/**
 * Puts our rules last in the engine's chain for its owner, and one at the end of FORWARD; in one transaction, and only
 * where they do not stand. An engine that keeps its hands off the firewall has no such chain, and drops nothing.
 */
export const ensureForwardingRules = async (netlink: Netlink): Promise<void> => {
  const purpose = "let the port map's connections through the engine's firewall";
  if (!(await hasOwnersChain(netlink, purpose))) return;
  const [owners, forward] = await Promise.all([
    readRules(netlink, purpose, ownersChain),
    readRules(netlink, purpose, afterEngine.chain),
  ]);
  const lines = [...placing(owners), ...(forward.some(isOurs) ? [] : [`-A ${afterEngine.chain} ${afterEngine.rule}`])];
  if (lines.length > 0) await change(netlink, purpose, lines);
};

/** Takes our rules away again, wherever they stand. */
export const removeForwardingRules = async (netlink: Netlink): Promise<void> => {
  const purpose = "take the port map's rules out of the engine's firewall";
  const printed = await netlink.must(purpose, [...iptables, '-S']);
  const ours = rulesIn(printed).filter(isOurs);
  if (ours.length > 0)
    await change(
      netlink,
      purpose,
      ours.map((row) => row.replace(/^-A/, '-D')),
    );
};
