import { engineRange, lowestFreeAddress, overlayGateway } from '@restow/shared/domain/address';
import { defaultClusterNetwork } from '@restow/shared/domain/cluster-network';
import { linkNames, networkNames } from '../network/node-network.ts';
import type { NetworkWishes } from './container-engine.ts';
import { labels } from './labels.ts';

/** A network as it is to be, or as the engine says it is; only what a slot's address depends on. */
export interface NetworkShape {
  name: string;
  subnet: string;
  gateway: string;
  engineRange: string;
  bridge: string;
  /** `undefined`: the engine's default. */
  mtu: number | undefined;
}

/** The node bridge's own address: the first of the subnet. */
export const nodeGateway = (nodeSubnet: string): string => {
  const first = lowestFreeAddress(nodeSubnet, new Set());
  if (first === null) throw new RangeError(`The node network's subnet ${nodeSubnet} is too small for any container`);
  return first;
};

/** The two networks of a node. On both, what the engine chooses itself and what we fix are apart. */
export const wantedNetworks = (wishes: NetworkWishes): NetworkShape[] => [
  {
    name: networkNames.node,
    subnet: wishes.nodeSubnet,
    gateway: nodeGateway(wishes.nodeSubnet),
    engineRange: engineRange(wishes.nodeSubnet),
    bridge: linkNames.nodeBridge,
    mtu: undefined,
  },
  {
    name: networkNames.overlay,
    subnet: wishes.overlaySubnet,
    gateway: overlayGateway(wishes.overlaySubnet),
    engineRange: engineRange(wishes.overlaySubnet),
    bridge: linkNames.overlayBridge,
    mtu: wishes.mtu ?? defaultClusterNetwork.mtu,
  },
];

/** What the engine is asked to make. */
export const networkOptions = (shape: NetworkShape) => ({
  Name: shape.name,
  CheckDuplicate: true,
  Driver: 'bridge',
  IPAM: { Config: [{ Subnet: shape.subnet, Gateway: shape.gateway, IPRange: shape.engineRange }] },
  Options: {
    'com.docker.network.bridge.name': shape.bridge,
    ...(shape.mtu ? { 'com.docker.network.driver.mtu': String(shape.mtu) } : {}),
  },
  Labels: { [labels.network]: shape.name },
});

/** A network as the engine lists it. */
export interface ListedNetwork {
  Name: string;
  Driver: string;
  IPAM?: { Config?: { Subnet?: string; Gateway?: string; IPRange?: string }[] | null };
  Options?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
}

/** First and last address, for IPv4; `null` for anything else. */
const rangeOf = (subnet: string): [number, number] | null => {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(subnet);
  if (!match) return null;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  const size = 2 ** (32 - prefix);
  const first = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  return [first, first + size - 1];
};

/** Whether two IPv4 subnets have an address in common. */
export const overlap = (one: string, other: string): boolean => {
  const [left, right] = [rangeOf(one), rangeOf(other)];
  return left !== null && right !== null && left[0] <= right[1] && right[0] <= left[1];
};

const subnetsOf = (network: ListedNetwork): string[] =>
  (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [Subnet] : []));

const differences = (shape: NetworkShape, found: ListedNetwork): string[] => {
  const config = found.IPAM?.Config?.[0];
  const compare = (what: string, wanted: string | undefined, is: string | undefined) =>
    wanted === undefined || wanted === is ? [] : [`its ${what} is ${is || 'none'}, not ${wanted}`];
  return [
    ...compare('subnet', shape.subnet, config?.Subnet),
    ...compare('gateway', shape.gateway, config?.Gateway),
    ...compare('range for the engine', shape.engineRange, config?.IPRange),
    ...compare('bridge', shape.bridge, found.Options?.['com.docker.network.bridge.name']),
    ...compare('MTU', shape.mtu?.toString(), found.Options?.['com.docker.network.driver.mtu']),
  ];
};

/**
 * What to do about one wanted network on an engine with these: nothing, make it, or say why it cannot be. A network of
 * that name that is not ours, or is ours and looks otherwise, or any network that has some of the addresses, is left
 * alone and named.
 */
export const judgeNetwork = (
  shape: NetworkShape,
  networks: readonly ListedNetwork[],
): { do: 'nothing' } | { do: 'make' } | { do: 'refuse'; because: string } => {
  const named = networks.find(({ Name }) => Name === shape.name);
  if (named && named.Labels?.[labels.network] !== shape.name)
    return {
      do: 'refuse',
      because: `a network ${shape.name} exists that Restow did not make. Rename or remove it: docker network rm ${shape.name}`,
    };
  if (named) {
    const wrong = differences(shape, named);
    if (wrong.length === 0) return { do: 'nothing' };
    return {
      do: 'refuse',
      because: `network ${shape.name} was made with other settings: ${wrong.join(', ')}. Give the old settings back, or move the services away from this node and remove it: docker network rm ${shape.name}`,
    };
  }
  const rival = networks.find((network) => subnetsOf(network).some((subnet) => overlap(subnet, shape.subnet)));
  if (rival)
    return {
      do: 'refuse',
      because: `network ${rival.Name} has ${subnetsOf(rival).join(', ')}, which overlaps ${shape.subnet} of ${shape.name}. Choose another subnet for one of them`,
    };
  return { do: 'make' };
};
