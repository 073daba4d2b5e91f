import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/** In /proc: the local address as hex, the port after its colon, and the socket's inode. */
const row = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) (?:\S+ ){3}\s*\d+\s+\d+ (\d+)/;
const listening = { tcp: '0A', udp: '07' };

/** Inodes of the sockets that listen at a port. */
const socketsAt = async (protocol: 'tcp' | 'udp', port: number): Promise<Set<string>> => {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['', '6'].map((family) => readOr('', () => readFile(`/proc/net/${protocol}${family}`, 'utf8'))),
  );
  return new Set(
    tables
      .flatMap((table) => table.split('\n'))
      .flatMap((line) => {
        const [, at, state, inode] = row.exec(line) ?? [];
        return at === wanted && state === listening[protocol] ? [inode!] : [];
      }),
  );
};

/** What cannot be read is of somebody else, or has ended meanwhile. */
const readOr = <Value>(otherwise: Value, read: () => Promise<Value>): Promise<Value> => read().catch(() => otherwise);

/**
 * Who listens at a port of this machine: `systemd-resolved (pid 412)`; `null` where that cannot be seen, which takes
 * root for the programs of others.
 */
export const portHolder = async (protocol: 'tcp' | 'udp', port: number): Promise<string | null> => {
  const sockets = await socketsAt(protocol, port);
  if (sockets.size === 0) return null;
  const pids = (await readOr([], () => readdir('/proc'))).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    for (const file of await readOr([], () => readdir(`/proc/${pid}/fd`))) {
      const [, inode = ''] =
        /^socket:\[(\d+)\]$/.exec(await readOr('', () => readlink(`/proc/${pid}/fd/${file}`))) ?? [];
      if (!sockets.has(inode)) continue;
      const program = await readOr('', () => readlink(`/proc/${pid}/exe`));
      return `${basename(program.replace(/ \(deleted\)$/, '')) || 'a program'} (pid ${pid})`;
    }
  }
  return null;
};
