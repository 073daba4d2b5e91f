import { linkNames } from './node-network.ts';

/** Milliseconds between two ARP requests for an address that does not answer. */
const retransmission = '20';

/**
 * While a swap has nobody at an address, packets to it leave an unresolved neighbour behind that the kernel asks for
 * once a second: most of an outage is that wait. With a short one the new container is found at once.
 */
export const arpCure: Readonly<Record<string, string>> = Object.fromEntries(
  [linkNames.nodeBridge, linkNames.overlayBridge].map((bridge) => [
    `ipv4/neigh/${bridge}/retrans_time_ms`,
    retransmission,
  ]),
);
