import { relayMark } from './handover/steering.ts';
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
  // What another node answers for while a slot moves there, both ways.
  accepting('-m', 'connmark', '--mark', relayMark, '-m', 'conntrack', '--ctstate', 'DNAT'),
];

/**
 * Behind the engine's rules: for what the owner's rules return to the engine, which accepts there what it has published
 * itself; and for when the engine's rules are gone and what is not accepted is dropped. Then its rules for the overlay's
 * frames are missed too, where bridges' frames are filtered.
 */
const lastChain = 'FORWARD';
const lastRules: readonly string[] = [...rules, accepting('-i', overlayBridge, '-o', overlayBridge)];

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

/** Lines for `iptables-restore --noflush` that make our rules the last of FORWARD; empty when all are there, in order. */
export const placingLast = (present: readonly string[]): string[] => {
  const wanted = lastRules.map((rule) => `-A ${lastChain} ${rule}`);
  const ours = present.filter(isOurs);
  if (ours.length === wanted.length && wanted.every((row, i) => row === ours[i])) return [];
  return [...ours.map((row) => row.replace(/^-A/, '-D')), ...wanted];
};

/**
 * The node answers DNS for its containers at its own end of their bridge. A machine that lets nobody in but whom it knows
 * would not let them ask, and then nothing resolves in any of them.
 */
const doorChain = 'INPUT';
const doorRules: readonly string[] = ['udp', 'tcp'].map((protocol) =>
  accepting('-i', nodeBridge, '-p', protocol, '-m', protocol, '--dport', '53'),
);

/** The same for what lets containers ask: before everything, since what comes last there is as a rule a drop of the rest. */
export const placingDoor = (present: readonly string[]): string[] => {
  const wanted = doorRules.map((rule) => `-A ${doorChain} ${rule}`);
  const ours = present.filter(isOurs);
  // Where others came before them since is their business.
  if (ours.length === wanted.length && wanted.every((row, i) => row === ours[i])) return [];
  return [
    ...ours.map((row) => row.replace(/^-A/, '-D')),
    ...doorRules.map((rule, i) => `-I ${doorChain} ${i + 1} ${rule}`),
  ];
};

const change = (netlink: Netlink, purpose: string, lines: readonly string[]): Promise<string> =>
  netlink.must(purpose, ['iptables-restore', '-w', '10', '--noflush'], ['*filter', ...lines, 'COMMIT', ''].join('\n'));

export interface ForwardingFindings {
  /** Where rules of ours were not as they should be, in words for a log. */
  placed: string[];
  /** The engine's own rules: `none` with one that keeps its hands off the firewall, `gone` when somebody took them away. */
  engine: 'stand' | 'none' | 'gone';
}

/**
 * Puts our rules last in the engine's chain for its owner and at the end of FORWARD, and lets containers ask their node;
 * in one transaction, and only where
 * they do not stand. An engine that keeps its hands off the firewall has no such chain, and drops nothing; one that was
 * seen to have it (`engineFilters`) has lost it.
 */
export const ensureForwardingRules = async (netlink: Netlink, engineFilters: boolean): Promise<ForwardingFindings> => {
  const purpose = "let the port map's connections through the engine's firewall";
  const printed = (await netlink.must(purpose, [...iptables, '-S'])).split('\n');
  const hasOwnersChain = printed.includes(`-N ${ownersChain}`);
  if (!hasOwnersChain && !engineFilters) return { placed: [], engine: 'none' };
  const rowsOf = (chain: string) => printed.filter((row) => row.startsWith(`-A ${chain} `));
  const owners = hasOwnersChain ? placing(rowsOf(ownersChain)) : [];
  const last = placingLast(rowsOf(lastChain));
  const door = placingDoor(rowsOf(doorChain));
  if (owners.length + last.length + door.length > 0) await change(netlink, purpose, [...owners, ...last, ...door]);
  const wordsOf = (lines: string[], chain: string) => (lines.length > 0 ? [`the rules in ${chain}`] : []);
  return {
    placed: [...wordsOf(owners, ownersChain), ...wordsOf(last, lastChain), ...wordsOf(door, doorChain)],
    engine: printed.includes(`-A ${lastChain} -j ${ownersChain}`) ? 'stand' : 'gone',
  };
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
