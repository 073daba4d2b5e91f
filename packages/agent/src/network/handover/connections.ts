import type { Connection } from './handovers.ts';

/*
 * What /proc/PID/net/tcp and tcp6 say. Pure. An IPv4 connection of a socket that takes both is listed in the second, its
 * addresses written as IPv6.
 */

/** States as the kernel numbers them. */
export const tcpState = { established: 1, synSent: 2, synReceived: 3, timeWait: 6, closeWait: 8, listen: 10 } as const;

const mappedPrefix = '0000000000000000FFFF0000';

/** Words of a machine's own byte order, little end first on all that we run on. `null` for a real IPv6 address. */
const addressOf = (hex: string): string | null => {
  if (hex.length === 32 && !hex.startsWith(mappedPrefix) && !/^0+$/.test(hex)) return null;
  return hex
    .slice(-8)
    .match(/../g)!
    .map((byte) => Number.parseInt(byte, 16))
    .reverse()
    .join('.');
};

const endOf = (text: string): Connection['local'] | null => {
  const [hex = '', port = ''] = text.split(':');
  const address = addressOf(hex);
  return address === null ? null : { address, port: Number.parseInt(port, 16) };
};

/** The rows of either file, or of both. */
export const parseConnections = (printed: string): Connection[] =>
  printed.split('\n').flatMap((row) => {
    const [number, localText, remoteText, state] = row.trim().split(/\s+/);
    if (!number || !/^\d+:$/.test(number) || !localText || !remoteText || !state) return [];
    const [local, remote] = [endOf(localText), endOf(remoteText)];
    return local && remote ? [{ local, remote, state: Number.parseInt(state, 16) }] : [];
  });

/** Connections of an address that have anything left to say. */
export const aliveAt = (connections: readonly Connection[], address: string): Connection[] =>
  connections.filter(
    ({ local, state }) => local.address === address && state !== tcpState.listen && state !== tcpState.timeWait,
  );
