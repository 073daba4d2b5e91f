import { RestowError } from '@restow/shared/base/errors';
import { mustRun } from './command.ts';

/** The network of a lab: a /24. The machine has .1, host number k has .10 + k. */
export interface LabSubnet {
  /** Such as `10.96.0.0/24`. */
  cidr: string;
  /** The machine's own address in it. */
  machine: string;
  host(number: number): string;
}

const labSubnet = (third: number): LabSubnet => ({
  cidr: `10.96.${third}.0/24`,
  machine: `10.96.${third}.1`,
  host: (number) => `10.96.${third}.${10 + number}`,
});

export const subnetOf = (cidr: string): LabSubnet => labSubnet(Number(cidr.split('.')[2]));

interface Range {
  first: number;
  last: number;
}

const toRange = (text: string): Range => {
  const [address = '', prefix = '32'] = text.split('/');
  const size = 2 ** (32 - Number(prefix));
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1 };
};

/** The first free /24 of 10.96.0.0/16 from `start` on, round and round. Pure. */
export function chooseSubnet(taken: readonly string[], start: number): LabSubnet {
  const ranges = taken.map(toRange);
  for (let step = 0; step < 256; step++) {
    const subnet = labSubnet((start + step) % 256);
    const own = toRange(subnet.cidr);
    if (!ranges.some(({ first, last }) => first <= own.last && own.first <= last)) return subnet;
  }
  throw new RestowError(
    'failed-precondition',
    'No free network for a lab: every /24 of 10.96.0.0/16 is an address or a route of this machine (see `ip addr`, `ip route`). ' +
      'Take an old lab away with `./restow lab down`, or free one of them.',
  );
}

interface LinkAddresses {
  addr_info: { family: string; local: string; prefixlen: number }[];
}
interface Route {
  dst: string;
}

/** Every network this machine already has an address in or a route to, the default route left out. */
export async function takenNetworks(): Promise<string[]> {
  const [addresses, routes] = await Promise.all([
    mustRun("read this machine's addresses", ['ip', '-j', '-4', 'addr']),
    mustRun("read this machine's routes", ['ip', '-j', '-4', 'route', 'show', 'table', 'all']),
  ]);
  return [
    ...(JSON.parse(addresses) as LinkAddresses[]).flatMap((link) =>
      link.addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    ),
    ...(JSON.parse(routes || '[]') as Route[]).map((route) => route.dst).filter((dst) => /^[\d.]+(\/\d+)?$/.test(dst)),
  ];
}
