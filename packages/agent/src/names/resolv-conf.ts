import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';

/** As many as a resolver takes notice of (resolv.conf(5)). */
const mostServers = 3;

/** Addresses of the name servers a `resolv.conf` names, in their order, without `own`. Pure. */
export const serversIn = (text: string, own: string): string[] =>
  text
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? '')
    .filter((address) => isIP(address.split('%')[0]!) !== 0 && address !== own)
    .slice(0, mostServers);

/** The node's own resolvers, as its `resolv.conf` names them now. A file that is not there names none. */
export class ResolvConf {
  readonly #file: string;
  readonly #own: string;
  #read: { stamp: string; servers: string[] } = { stamp: '', servers: [] };

  /** `own`: the address we answer at. Asking it would be asking ourselves. */
  constructor(file: string, own: string) {
    this.#file = file;
    this.#own = own;
  }

  servers(): string[] {
    const stamp = this.#stamp();
    if (stamp !== this.#read.stamp)
      this.#read = { stamp, servers: stamp === 'none' ? [] : serversIn(readFileSync(this.#file, 'utf8'), this.#own) };
    return this.#read.servers;
  }

  /** It follows links: some systems keep the file elsewhere and replace it there. */
  #stamp(): string {
    const found = statSync(this.#file, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? 'none' : `${found.dev} ${found.ino} ${found.mtimeNs} ${found.size}`;
  }
}
