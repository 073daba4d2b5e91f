import { KernelNetwork } from '@restow/agent/network/kernel-network';
import type { PortMapping } from '@restow/agent/network/node-network';
import type { EndpointTable } from '@restow/shared/domain/order';
import type { Protocol } from '@restow/shared/domain/service';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { anEndpoint } from '../lib/an-endpoint.ts';
import { isRoot, type LabNode, NetworkLab, type Peer } from '../lib/network-lab.ts';

const protocols = ['tcp', 'udp'] as const;

/** A machine that others use too: their firewall, links, entries, rules of routing, and programs that listen. */
describe.skipIf(!isRoot)('what is not ours in the kernel (needs root)', () => {
  const lab = new NetworkLab();
  let node: LabNode;
  let outside: Peer;
  let talking: Peer;

  const mapping = (hostPort: number, host: number, protocol: Protocol = 'tcp'): PortMapping => ({
    ...{ protocol, hostPort, toPort: 80, toAddress: `172.30.0.${host}`, overlayAddress: `10.7.0.${host}` },
  });
  const table = (version: number, hosts: readonly number[]): EndpointTable => ({
    version,
    endpoints: hosts.map((host) =>
      anEndpoint({ address: `10.7.0.${host}`, nodeId: host === 5 ? 'n1' : 'n2', underlay: '10.99.0.99' }),
    ),
  });

  /** Everything the kernel's network has been told, each line with where it stands; counters and timers left out. */
  const everything = async (): Promise<string[]> => {
    const printed = await node.run(`
      say() { "$@" | sed "s|^|$* > |"; }
      say nft -a list ruleset
      for table in filter nat mangle raw; do say iptables -t $table -S; done
      say ip -d -o link show; say ip -o addr show; say bridge -d -o link show; say bridge fdb show
      say ip -4 neigh show nud permanent; say ip rule show; say ip route show table all
      sysctl -a --pattern '^net[.](ipv4|ipv6|bridge)[.]' 2>/dev/null`);
    return printed
      .replace(/packets \d+ bytes \d+/g, 'packets N bytes N')
      .replace(/\w+_timer +[\d.]+/g, 'timer')
      .split('\n');
  };
  /** Without what is ours or is about a link of ours: our table, what bears our mark, the VXLAN device, our entries. */
  const foreign = async (): Promise<string[]> => {
    let inOurs = false;
    return (await everything()).filter((line) => {
      if (line.includes('> table ') || !line.startsWith('nft')) inOurs = line.includes('> table ip restow {');
      const settings = /^net\.ipv[46]\.(conf|neigh)\.(rsnode0|rsov0|rsvx0)\./.test(line);
      const entry = /02:42:0a:07:00:(05|06|07) .*(rsvx0|PERMANENT)/.test(line);
      // As nft prints the rules that iptables prints with our mark: of that it leaves a second blank.
      const accepted =
        /^nft .*(("rsnode0".*|\tct mark 0x5200) ct status dnat|iifname "rsnode0" (udp|tcp) dport 53|iifname "rsov0" oifname "rsov0") {2}counter .* accept #/.test(
          line,
        );
      return !(inOurs || settings || entry || accepted || /\brsvx0\b|--comment restow /.test(line));
    });
  };
  /** Lines that are not what they were, `-` before and `+` after; all of them when only their order has changed. */
  const changes = (before: readonly string[], after: readonly string[]): string[] => {
    const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
    const come = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
    const isSame = before.length === after.length && before.every((line, i) => line === after[i]);
    return isSame || gone.length + come.length > 0 ? [...gone, ...come] : after.map((line) => `moved ${line}`);
  };
  /** Foreign programs and rules at work. */
  const working = async (): Promise<void> => {
    for (const protocol of protocols)
      expect(await outside.ask(node.underlay, 9000, { protocol }), protocol).toBe('foreign program');
    expect(await outside.ask(node.underlay, 9999)).toBe('foreign container');
    expect(await talking.say()).toBe('foreign program');
  };

  beforeAll(async () => {
    await lab.start();
    node = await lab.node('n1');
    const web = await lab.container(node, 'web', { node: '172.30.0.5', overlay: '10.7.0.5' });
    for (const protocol of protocols) await web.peer().serve('web', 80, protocol);
    const other = await lab.container(node, 'other', { other: '172.31.0.9' });
    await other.peer().serve('foreign container', 80);
    for (const protocol of protocols) await node.peer().serve('foreign program', 9000, protocol);
    await node.run(`
      nft -f - <<'N'
table ip foreign {
  map ports { type inet_proto . inet_service : ipv4_addr . inet_service; elements = { tcp . 9999 : 172.31.0.9 . 80 }; }
  chain pre { type nat hook prerouting priority -105; fib daddr type local dnat ip to meta l4proto . th dport map @ports; }
}
table inet wall {
  set friends { type ipv4_addr; elements = { 192.0.2.7 } }
  chain input { type filter hook input priority 0; ip saddr 192.0.2.9 counter drop comment "not restow's"; }
  chain forward { type filter hook forward priority 5; iifname "rsnode0" ip daddr 192.0.2.8 counter drop; }
}
table bridge fence {
  chain forward { type filter hook forward priority 0; ether saddr 02:00:00:00:00:09 drop; }
}
N
      iptables -I DOCKER-USER -s 192.0.2.1 -j DROP
      iptables -I DOCKER-USER 2 -o rsnode0 -s 192.0.2.2 -m comment --comment 'for restow' -j DROP
      iptables -A DOCKER-USER -s 192.0.2.3 -j DROP
      iptables -I FORWARD -s 192.0.2.4 -j ACCEPT; iptables -A FORWARD -o other0 -m conntrack --ctstate DNAT -j ACCEPT
      iptables -N OWN; iptables -A OWN -j RETURN; iptables -A INPUT -j OWN
      iptables -t nat -A PREROUTING -d 192.0.2.5 -j DNAT --to 172.31.0.9; iptables -t nat -A POSTROUTING -s 192.0.2.6 -j MASQUERADE
      iptables -t mangle -A FORWARD -o rsnode0 -j MARK --set-mark 7; iptables -t raw -A PREROUTING -s 192.0.2.10 -j DROP

      ip link add br-foreign type bridge; ip addr add 192.0.2.129/28 dev br-foreign; ip link set br-foreign up
      ip link add foreign0 type veth peer name foreign1; ip link set foreign0 master br-foreign up; ip link set foreign1 up
      bridge fdb add 02:00:00:00:00:01 dev foreign0 master static
      ip link add flannel.1 type vxlan id 1 dstport 8472 local ${node.underlay} dev eth0 nolearning; ip link set flannel.1 up
      ip link add foreignvx type vxlan id 78 dstport 4789 local ${node.underlay} dev eth0 nolearning; ip link set foreignvx up
      for device in flannel.1 foreignvx; do bridge fdb add 02:42:0a:07:00:07 dev $device dst 10.99.0.98 self static; done
      ip neigh add 10.7.0.7 lladdr 02:42:0a:07:00:77 dev br-foreign nud permanent

      ip link add foreign2 type veth peer name foreign3; ip link set foreign2 master rsnode0 up; ip link set foreign3 up
      ip link add foreign4 type veth peer name foreign5; ip link set foreign4 master rsov0 up; ip link set foreign5 up
      bridge fdb add 02:00:00:00:00:04 dev foreign4 master static; bridge link set dev foreign2 hairpin on
      ip neigh add 10.7.0.200 lladdr 02:00:00:00:00:04 dev rsov0 nud permanent
      ip neigh add 10.8.0.1 lladdr 02:42:0a:08:00:01 dev rsov0 nud permanent
      ip neigh add 172.30.0.200 lladdr 02:00:00:00:00:02 dev rsnode0 nud permanent

      ip rule add from 192.0.2.1 lookup 100; ip route add 192.0.2.64/28 dev br-foreign table 100
      echo 1 >/proc/sys/net/ipv4/conf/br-foreign/route_localnet; echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter`);
    outside = lab.outside.peer();
    talking = lab.outside.peer();
    await talking.open(node.underlay, 9000);
    // New links look for doubles of their IPv6 addresses for a second or two.
    await vi.waitFor(async () => expect(await node.run('ip -6 -o addr show tentative')).toBe(''), 10_000);
  });
  afterAll(() => lab.end());

  it('is as it was, to the byte, whatever is done with ours, and all works', async () => {
    await working();
    const before = await everything();
    const beside = await foreign();
    const { network, settings } = node;
    const next = new KernelNetwork({ prefix: ['nsenter', `--net=/run/netns/${node.namespace}`, '--'] });
    const acts: Record<string, () => Promise<unknown>> = {
      'set up': () => network.ensure(settings),
      'set up again': () => network.ensure(settings),
      'endpoints applied': () => network.applyEndpoints(table(1, [5, 6, 7])),
      'fewer endpoints applied': () => network.applyEndpoints(table(2, [5])),
      'ports mapped': () => network.mapPorts([mapping(8080, 5), mapping(5300, 5, 'udp')]),
      'ports led elsewhere': () => network.mapPorts([mapping(8080, 6), mapping(5300, 6, 'udp')]),
      'ports set': () => network.setPorts([mapping(8080, 5), mapping(8081, 5), mapping(5300, 5, 'udp')]),
      'a port taken away': () => network.unmapPorts([mapping(8081, 5)]),
      'set up by the next agent': () => next.ensure(settings),
      'ports set by the next agent': () => next.setPorts([mapping(8080, 5)]),
      'set up with another VXLAN id': () => next.ensure({ ...settings, vxlanId: 79 }),
      'our table set up again that somebody emptied': async () => {
        await node.run('nft flush table ip restow');
        await next.ensure(settings);
        await next.setPorts([mapping(8080, 5)]);
      },
      'our rules put back that somebody removed': async () => {
        await node.run(
          'iptables -S | grep -e "--comment restow" | sed s/-A/-D/ | while read rule; do iptables $rule; done',
        );
        await next.ensure(settings);
      },
    };
    for (const [act, make] of Object.entries(acts)) {
      await make();
      expect(changes(beside, await foreign()), act).toEqual([]);
      await working();
    }
    // All this time there was something of ours.
    expect(await outside.ask(node.underlay, 8080)).toBe('web');
    expect((await everything()).length).toBeGreaterThan(beside.length);

    await next.leave();
    const ownSettings = (line: string) =>
      !/^net\.ipv4\.(conf\.rsnode0\.route_localnet|neigh\.rs(node0|ov0)\.)/.test(line);
    expect(changes(before.filter(ownSettings), (await everything()).filter(ownSettings))).toEqual([]);
    await working();
  });

  it('would have been seen otherwise', async () => {
    const interferences: [change: string, back: string][] = [
      ['iptables -I DOCKER-USER -s 192.0.2.99 -j DROP', 'iptables -D DOCKER-USER -s 192.0.2.99 -j DROP'],
      [
        'bridge fdb del 02:00:00:00:00:04 dev foreign4 master',
        'bridge fdb add 02:00:00:00:00:04 dev foreign4 master static',
      ],
      ['bridge link set dev foreign2 hairpin off', 'bridge link set dev foreign2 hairpin on'],
      ['nft delete element inet wall friends { 192.0.2.7 }', 'nft add element inet wall friends { 192.0.2.7 }'],
      ['echo 1 >/proc/sys/net/ipv4/conf/other0/rp_filter', 'echo 0 >/proc/sys/net/ipv4/conf/other0/rp_filter'],
    ];
    const before = await foreign();
    for (const [change, back] of interferences) {
      await node.run(change);
      expect(changes(before, await foreign()).length, change).toBeGreaterThan(0);
      await node.run(back);
    }
  });
});
