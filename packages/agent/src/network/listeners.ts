import { readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Protocol } from '@restow/shared/domain/service';
import type { Netlink } from './netlink.ts';

/** A socket somebody listens on, or for UDP has bound. */
export interface Listener {
  protocol: Protocol;
  port: number;
  /** `null` when no program is seen to hold it: the kernel does itself, or one of another pid namespace. */
  pid: number | null;
  /** As the kernel calls its main thread; empty without a pid. */
  command: string;
}

const row = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+\S+:(\d+)\s+\S+(?:\s+users:\(\("(.*?)",pid=(\d+),fd=\d+\))?/;

/** The rows of `ss -Hltunp`. */
export const parseListeners = (printed: string): Listener[] =>
  printed.split('\n').flatMap((text) => {
    const [matched, protocol, port, command = '', pid] = row.exec(text) ?? [];
    if (matched === undefined) return [];
    return [{ protocol: protocol as Protocol, port: Number(port), pid: pid ? Number(pid) : null, command }];
  });

/** One a port, of several (IPv4 and IPv6, or workers) one whose program is known. In order of port. */
export const oneForEachPort = (listeners: readonly Listener[]): Listener[] => {
  const byPort = new Map<string, Listener>();
  for (const listener of listeners) {
    const key = `${listener.protocol} ${listener.port}`;
    const known = byPort.get(key);
    if (!known || (known.pid === null && listener.pid !== null)) byPort.set(key, listener);
  }
  return [...byPort.values()].sort((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol));
};

/**
 * Everything that listens in this network namespace, on whatever address: a port map's element takes the port on all of
 * this node's addresses, 127.0.0.1 among them.
 */
export const readListeners = async (netlink: Netlink): Promise<Listener[]> =>
  oneForEachPort(parseListeners(await netlink.must('see who listens on this node', ['ss', '-Hltunp'])));

/**
 * What the program of a listener is called: its executable, since a program may call its threads as it likes (Node's
 * main thread is "MainThread").
 */
export const programOf = async ({ pid, command }: Listener): Promise<string> => {
  if (pid === null) return 'the kernel, or a program of another pid namespace';
  try {
    return basename((await readlink(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, ''));
  } catch (error) {
    // It has ended meanwhile, or is a thread of the kernel.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return command;
    throw error;
  }
};
