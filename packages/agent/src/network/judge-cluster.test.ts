import { defaultClusterNetwork } from '@restow/shared/domain/cluster-network';
import { describe, expect, test } from 'vitest';
import { judgeCluster, type NodeOwn, type Route } from './judge-cluster.ts';
import type { Link } from './links.ts';

const dynamicPorts = { first: 32_000, last: 32_767 };
const aLink = (ifname: string, addresses: string[] = [], more: Partial<Link> = {}): Link => ({
  ...{ ifname, mtu: 1500, flags: ['UP'] },
  addr_info: addresses.map((address) => {
    const [local, prefix] = address.split('/');
    return { family: 'inet', local: local!, prefixlen: Number(prefix) };
  }),
  ...more,
});
const judge = (own: Partial<NodeOwn>, network = defaultClusterNetwork) =>
  judgeCluster(network, dynamicPorts, { links: [], routes: [], localPorts: { first: 32_768, last: 60_999 }, ...own });
const refusals = (...routes: Route[]) => judge({ routes }).refusals;

describe('a node that is in nobody’s way', () => {
  test('its own networks lie elsewhere, and its default route leads everywhere', () =>
    expect(
      judge({
        links: [aLink('lo', ['127.0.0.1/8']), aLink('eth0', ['192.168.1.5/24'])],
        routes: [
          { dst: 'default', dev: 'eth0' },
          { dst: '0.0.0.0/1', dev: 'tun0' },
          { dst: '192.168.1.0/24', dev: 'eth0' },
          { dst: '10.7.255.254', dev: 'rsov0', type: 'local' },
        ],
      }),
    ).toEqual({ refusals: [], warnings: [] }));

  test('what is ours already is not in our way', () =>
    expect(
      judge({
        links: [aLink('rsov0', ['10.7.255.254/16']), aLink('rsnode0', ['172.30.0.1/24'])],
        routes: [
          { dst: '10.7.0.0/16', dev: 'rsov0' },
          { dst: '172.30.0.0/24', dev: 'rsnode0' },
        ],
      }).refusals,
    ).toEqual([]));
});

describe('a node whose networks overlap', () => {
  test.each([
    ['inside it', '10.7.3.0/24'],
    ['around it', '10.0.0.0/8'],
    ['one address of it', '10.7.3.9'],
  ])('a route %s: what overlaps what, and what to do', (_how, dst) =>
    expect(refusals({ dst, dev: 'eth1' })).toEqual([
      `the cluster's overlay subnet 10.7.0.0/16 overlaps ${dst}, which this node reaches by eth1: give the coordinator another --overlay-subnet, or take that route away`,
    ]),
  );

  test('the node subnet can be changed for this node alone', () =>
    expect(judge({ links: [aLink('br-1234', ['172.30.0.1/16'])] }).refusals).toEqual([
      "the cluster's node subnet 172.30.0.0/24 overlaps 172.30.0.1/16, which is on br-1234 of this node: give this node's agent, or the coordinator, another --node-subnet, or take that address away",
    ]));

  test('a VXLAN device of that id and port, but not one of another port', () => {
    const device = (port: number) =>
      aLink('flannel.1', [], { linkinfo: { info_kind: 'vxlan', info_data: { id: 77, port } } });
    expect(judge({ links: [device(4789)] }).refusals).toEqual([
      'the VXLAN device flannel.1 of this node has id 77 and port 4789 already: give the coordinator another --vxlan-id, or remove that device',
    ]);
    expect(judge({ links: [device(8472)] }).refusals).toEqual([]);
  });
});

test('ports the kernel draws itself are a warning', () =>
  expect(judge({ localPorts: { first: 1024, last: 65_535 } })).toEqual({
    refusals: [],
    warnings: [expect.stringContaining('1024-65535, which overlaps the cluster’s'.replace('’', "'"))],
  }));
