import { systemClock } from '@restow/shared/base/clock';
import { messageOf } from '@restow/shared/base/errors';
import type { Logger } from 'pino';
import { agentVersion } from '../version.ts';
import { Answering } from './answering.ts';
import { Doors } from './doors.ts';
import { Forwarder } from './forward.ts';
import { NameBook } from './name-book.ts';
import { namesDir } from './name-files.ts';
import { ResolvConf } from './resolv-conf.ts';

export interface NamesConfig {
  /** The agent's data directory. */
  dataDir: string;
  /** Names the node's own resolvers. */
  resolvConf: string;
}

const dnsPort = 53;

/** The address may not be there yet: the engine makes the bridge as it starts, and nobody tells. Milliseconds. */
const tryEveryMs = 250;

/**
 * Answers DNS for the containers of this node until the signal is aborted, from what the agent wrote: with it or without
 * it. `onReady` is called when it first answers. Never throws for what may mend: it says so, once, and tries on.
 */
export const runNames = async (
  { dataDir, resolvConf }: NamesConfig,
  { log, signal, onReady }: { log: Logger; signal: AbortSignal; onReady: (at: { address: string }) => void },
): Promise<void> => {
  const book = new NameBook(namesDir(dataDir), log);
  book.open(signal);
  let ready = false;
  let told: string | null = null;
  const say = (words: string) => {
    if (words !== told) log.warn(words);
    told = words;
  };
  while (!signal.aborted) {
    const { node } = book;
    if (!node) {
      say(`no agent has written to ${namesDir(dataDir)} yet; waiting for it`);
      await changed(book, () => book.node !== null, signal);
      continue;
    }
    const { address, subnet } = node;
    const resolvers = new ResolvConf(resolvConf, address);
    const forwarder = new Forwarder({ servers: () => resolvers.servers() });
    const answering = new Answering({ book, forwarder, version: agentVersion, log });
    let doors: Doors;
    try {
      doors = await Doors.open({ answering, address, subnet, port: dnsPort });
    } catch (error) {
      say(whyClosed(error, address));
      await systemClock.sleep(tryEveryMs, signal).catch(() => undefined);
      continue;
    }
    told = null;
    log.info({ address, askers: node.askers.length, endpoints: book.version }, 'answering');
    if (!ready) onReady({ address });
    ready = true;
    const isElsewhere = () => book.node?.address !== address || book.node.subnet !== subnet;
    const why = await Promise.race([changed(book, isElsewhere, signal), doors.broken]);
    await doors.close();
    if (why) log.error({ err: why }, `no more questions come in at ${address}; opening it anew`);
  }
};

const whyClosed = (error: unknown, address: string): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRNOTAVAIL') return `this machine does not have ${address} yet: the engine makes it; waiting for it`;
  if (code === 'EADDRINUSE')
    return `something else listens on port ${dnsPort} of ${address} or of all addresses, so no name resolves in containers; let it keep to its own address (ss -lnp 'sport = :${dnsPort}')`;
  return `port ${dnsPort} of ${address} cannot be opened (${messageOf(error)}); trying on`;
};

/** Resolves when it is so, or with the signal. */
const changed = (book: NameBook, isSo: () => boolean, signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      over.abort();
      resolve(null);
    };
    book.listen(() => isSo() && end(), over.signal);
    signal.addEventListener('abort', end, { once: true, signal: over.signal });
    if (signal.aborted || isSo()) end();
  });
