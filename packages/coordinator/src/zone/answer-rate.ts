import { isIPv4 } from 'node:net';
import type { Clock } from '@restow/shared/base/clock';

/** So many answers a second go to one network over UDP, where nobody can tell who really asked. */
const mostEachSecond = 500;
/** Networks that are told apart within one second; all others count as one. */
const mostNetworks = 10_000;

/**
 * Keeps the server from flooding somebody whose address was forged: of what is asked beyond the rate, every second
 * question is answered "ask again by TCP", which who really asked can do, and the others not at all.
 */
export class AnswerRate {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #counts = new Map<string, number>();
  #second = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** To be called once for each question. */
  of(address: string): 'answer' | 'cut' | 'silence' {
    const second = Math.floor(this.#clock.now() / 1000);
    if (second !== this.#second) this.#counts.clear();
    this.#second = second;
    const known = networkOf(address);
    const network = this.#counts.has(known) || this.#counts.size < mostNetworks ? known : '';
    const count = (this.#counts.get(network) ?? 0) + 1;
    this.#counts.set(network, count);
    if (count <= mostEachSecond) return 'answer';
    return count % 2 === 0 ? 'cut' : 'silence';
  }
}

/** The /24 of an IPv4 address, the /64 of an IPv6 one. */
const networkOf = (address: string): string => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (isIPv4(plain)) return plain.slice(0, plain.lastIndexOf('.'));
  const [before = '', after] = plain.split('%')[0]!.split('::');
  const head = before.split(':').filter((part) => part !== '');
  const tail = after?.split(':').filter((part) => part !== '') ?? [];
  const all =
    after === undefined ? head : [...head, ...Array(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail];
  return all.slice(0, 4).join(':');
};
