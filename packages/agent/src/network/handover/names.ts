import { macOf } from '@restow/shared/domain/address';

/*
 * What is made in the kernel for the handover of one slot's address has names that follow from the address: whoever finds
 * it knows whose it is, and two handovers of a node have nothing in common.
 */

const tablePrefix = 'restow-';

const hexOf = (address: string): string =>
  address
    .split('.')
    .map((byte) => Number(byte).toString(16).padStart(2, '0'))
    .join('');

/** The nft table, of family `bridge` and, where ports are relayed, of family `ip` too. */
export const tableOf = (address: string): string => `${tablePrefix}${hexOf(address)}`;

/** The address a table is about; `null` for a table that is none of these. */
export const addressOfTable = (table: string): string | null => {
  const hex = table.startsWith(tablePrefix) ? table.slice(tablePrefix.length) : '';
  if (!/^[0-9a-f]{8}$/.test(hex)) return null;
  return hex
    .match(/../g)!
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
};

/** The node's side of a temporary end. */
export const temporaryEnd = (address: string): string => `rsh${hexOf(address)}`;

/** The address a temporary end is for; `null` for any other link. */
export const addressOfEnd = (link: string): string | null =>
  link.startsWith('rsh') ? addressOfTable(`${tablePrefix}${link.slice(3)}`) : null;

/** The container's side of it. */
export const insideEnd = 'rs0';

/**
 * The MAC by which the one of the two instances is reached that the slot's own MAC does not lead to: the old one on its
 * temporary end, or the new one on another node.
 */
export const secondMac = (address: string): string => macOf(address).replace(/^02:42:/, '02:43:');

/** By which what this node's own callers hold of the old instance is routed. */
export const hostMark = '0x5300';

/** So many handovers may a connection outlive before one of them takes it for its own. */
export const generations = 0x10000;

/**
 * On flows of this node's own callers that begin with the new instance. Of its generation alone: what an earlier handover
 * marked is the old one's by now, as is what has no mark.
 */
export const markOfNew = (generation: number): string => `0x5301${generation.toString(16).padStart(4, '0')}`;

/** In a container that has a temporary end: the routing table by which its packets leave, and where it is asked. */
export const privateRoute = { table: 4077, priority: 4077 } as const;
