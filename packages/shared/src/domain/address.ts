/** IPv4 arithmetic of the overlay. Pure. */

export const defaultOverlaySubnet = '10.7.0.0/16';

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const toText = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');

/** Below a /28 there is no room for slots beside the gateway and the engine's own range. */
const smallestPrefix = 28;

export interface Subnet {
  /** First address, the network's own. */
  first: number;
  prefix: number;
  size: number;
}

/** Parses `10.7.0.0/16`; throws a `RangeError` on anything else, since settings are checked when they are read. */
export const parseSubnet = (text: string): Subnet => {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text);
  if (!match || match[1]!.split('.').some((part) => Number(part) > 255) || Number(match[2]) > smallestPrefix)
    throw new RangeError(`"${text}" is not an IPv4 subnet of at least 16 addresses, such as ${defaultOverlaySubnet}`);
  const prefix = Number(match[2]);
  const size = 2 ** (32 - prefix);
  const first = Math.floor(toNumber(match[1]!) / size) * size;
  return { first, prefix, size };
};

/** Tells of addresses, in figures and dots, whether they are of the subnet. */
export const isInSubnet = (subnet: string): ((address: string) => boolean) => {
  const { first, size } = parseSubnet(subnet);
  return (address) => {
    const value = toNumber(address);
    return value >= first && value < first + size;
  };
};

/** Whether two subnets have an address in common. */
export const subnetsOverlap = (one: string, other: string): boolean => {
  const [a, b] = [parseSubnet(one), parseSubnet(other)];
  return a.first < b.first + b.size && b.first < a.first + a.size;
};

/** The overlay bridge's own address on every node: the subnet's last usable one, never leased. */
export const overlayGateway = (subnet: string): string => {
  const { first, size } = parseSubnet(subnet);
  return toText(first + size - 2);
};

/**
 * The block Docker may draw from when somebody joins the overlay by hand: the last 256 addresses (an eighth of a small
 * subnet). Never leased to slots.
 */
export const engineRange = (subnet: string): string => {
  const { first, size, prefix } = parseSubnet(subnet);
  const block = Math.min(256, size / 8);
  return `${toText(first + size - block)}/${Math.max(prefix + 3, 32 - Math.log2(block))}`;
};

/** The lowest address that may be leased to a slot and is not taken; `null` when there is none. */
export const lowestFreeAddress = (subnet: string, taken: ReadonlySet<string>): string | null => {
  const { first, size } = parseSubnet(subnet);
  const end = first + size - Math.min(256, size / 8);
  for (let value = first + 1; value < end; value++) {
    const address = toText(value);
    if (!taken.has(address)) return address;
  }
  return null;
};

/** Sorts addresses by number: 10.7.0.9 before 10.7.0.10. */
export const compareAddresses = (one: string, other: string): number => toNumber(one) - toNumber(other);

/**
 * The MAC an address has on every node, ever: `02:42:` and its four bytes, as engines up to 26 derive it themselves.
 * A function of the address, so a move needs no neighbour update, only another destination.
 */
export const macOf = (address: string): string =>
  ['02', '42', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');
