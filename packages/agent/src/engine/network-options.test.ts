import { describe, expect, it } from 'vitest';
import { judgeNetwork, type ListedNetwork, networkOptions, overlap, wantedNetworks } from './network-options.ts';

const wishes = {
  overlaySubnet: '10.7.0.0/16',
  nodeSubnet: '10.201.0.0/24',
};
const [node, overlay] = wantedNetworks(wishes);
const bridge: ListedNetwork = { Name: 'bridge', Driver: 'bridge', IPAM: { Config: [{ Subnet: '172.17.0.0/16' }] } };
const host: ListedNetwork = { Name: 'host', Driver: 'host', IPAM: { Config: null } };
const named = (name: string, subnet: string): ListedNetwork => ({
  Name: name,
  Driver: 'bridge',
  IPAM: { Config: [{ Subnet: subnet }] },
});

describe('the two networks', () => {
  it('keep apart what the engine chooses and what is fixed, on both', () => {
    expect(node).toMatchObject({ name: 'restow-node', gateway: '10.201.0.1', engineRange: '10.201.0.224/27' });
    expect(overlay).toMatchObject({ name: 'restow-overlay', gateway: '10.7.255.254', mtu: 1450, bridge: 'rsov0' });
  });

  it('are made where nothing stands in the way', () => {
    expect(judgeNetwork(node!, [bridge, host])).toEqual({ do: 'make' });
  });

  it('are left as they are when they stand', () => {
    expect(judgeNetwork(overlay!, [bridge, networkOptions(overlay!)])).toEqual({ do: 'nothing' });
  });

  it.each<[string, ListedNetwork, RegExp]>([
    ['a foreign one of the name', named('restow-node', '10.201.0.0/24'), /Restow did not make/],
    ['a foreign one that overlaps', named('theirs', '10.201.0.128/25'), /theirs has 10\.201\.0\.128\/25/],
    [
      'ours with another subnet',
      networkOptions({ ...node!, subnet: '10.9.0.0/24' }),
      /its subnet is 10\.9\.0\.0\/24, not 10\.201\.0\.0\/24/,
    ],
  ])('are refused beside %s', (_, found, because) => {
    expect(judgeNetwork(node!, [bridge, found])).toEqual({ do: 'refuse', because: expect.stringMatching(because) });
  });

  it('do not mind IPv6', () => {
    expect(judgeNetwork(node!, [named('six', 'fd00::/64')])).toEqual({ do: 'make' });
  });
});

describe('subnets overlap', () => {
  it.each([
    ['10.0.0.0/8', '10.7.0.0/16', true],
    ['10.7.0.0/16', '10.0.0.0/8', true],
    ['10.7.0.0/16', '10.8.0.0/16', false],
    ['192.168.0.0/24', '192.168.0.255/32', true],
    ['192.168.0.0/24', '192.168.1.0/32', false],
    ['200.0.0.0/8', '200.1.0.0/16', true],
    ['fd00::/64', '10.7.0.0/16', false],
  ])('%s and %s: %s', (one, other, expected) => expect(overlap(one, other)).toBe(expected));
});
