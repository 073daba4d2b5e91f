import type { Netlink } from './netlink.ts';
import { linkNames } from './node-network.ts';

/*
 * The engine drops what is forwarded to its bridges and what it has not published itself. An accept in a table of ours
 * would not override that, so two rules go where the engine leaves room for the machine's owner.
 */

const engineChain = 'DOCKER-USER';

const rules: readonly (readonly string[])[] = [
  // What the port map has led to a container.
  ['-o', linkNames.nodeBridge, '-m', 'conntrack', '--ctstate', 'DNAT', '-j', 'ACCEPT'],
  // Its answers: to a client on another bridge of the engine they would be dropped (its bridges are kept apart).
  ['-i', linkNames.nodeBridge, '-m', 'conntrack', '--ctstate', 'DNAT', '--ctdir', 'REPLY', '-j', 'ACCEPT'],
];

// A legacy backend has a lock that the engine may hold.
const iptables = ['iptables', '-w', '10'] as const;

/**
 * Puts the missing rules first in the engine's chain for its owner. An engine that keeps its hands off the firewall has
 * no such chain, and drops nothing.
 */
export const ensureForwardingRules = async (netlink: Netlink): Promise<void> => {
  const purpose = "let the port map's connections through the engine's firewall";
  const listing = await netlink.must(purpose, [...iptables, '-S']);
  if (!listing.split('\n').includes(`-N ${engineChain}`)) return;
  for (const rule of rules) {
    // Exit code 1 says that there is no such rule; what else may be wrong, inserting it will say.
    const { code } = await netlink.run([...iptables, '-C', engineChain, ...rule]);
    if (code !== 0) await netlink.must(purpose, [...iptables, '-I', engineChain, ...rule]);
  }
};

/** Takes the two rules away again, wherever they stand in the chain. */
export const removeForwardingRules = async (netlink: Netlink): Promise<void> => {
  const purpose = "take the port map's rules out of the engine's firewall";
  const listing = await netlink.must(purpose, [...iptables, '-S']);
  if (!listing.split('\n').includes(`-N ${engineChain}`)) return;
  for (const rule of rules)
    for (;;) {
      const { code } = await netlink.run([...iptables, '-C', engineChain, ...rule]);
      if (code !== 0) break;
      await netlink.must(purpose, [...iptables, '-D', engineChain, ...rule]);
    }
};
