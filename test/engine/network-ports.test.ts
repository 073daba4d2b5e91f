import { KernelNetwork } from '@restow/agent/network/kernel-network';
import type { PortMapping } from '@restow/agent/network/node-network';
import { isRestowError } from '@restow/shared/base/errors';
import type { Protocol } from '@restow/shared/domain/service';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRoot, type LabNode, NetworkLab, type Peer, type Place } from '../lib/network-lab.ts';

describe.skipIf(!isRoot)('the port map in the kernel (needs root)', () => {
  const lab = new NetworkLab();
  const port = 8080;
  const first = '172.30.0.11';
  const second = '172.30.0.12';
  let node: LabNode;
  let firstPlace: Place;
  let secondPlace: Place;
  let outside: Peer;
  /** A program of the node itself. */
  let onNode: Peer;
  /** A program beside the one that serves, in the first container. */
  let inFirst: Peer;
  let onOtherBridge: Peer;
  let onOverlayOnly: Peer;

  const overlayAddressOf: Record<string, string> = { [first]: '10.7.0.5', [second]: '10.7.0.6' };
  const to = (toAddress: string, hostPort = port, protocol: Protocol = 'tcp'): PortMapping => ({
    ...{ protocol, hostPort, toAddress, toPort: 80, overlayAddress: overlayAddressOf[toAddress] ?? null },
  });
  const everything = () => node.run('nft list ruleset | sed "s/packets .* bytes [0-9]*//"; iptables -S');

  beforeAll(async () => {
    await lab.start();
    node = await lab.node('n1');
    firstPlace = await lab.container(node, 'first', { node: first, overlay: overlayAddressOf[first] });
    secondPlace = await lab.container(node, 'second', { node: second, overlay: overlayAddressOf[second] });
    for (const [place, name] of [
      [firstPlace, 'first'],
      [secondPlace, 'second'],
    ] as const)
      for (const protocol of ['tcp', 'udp'] as const) await place.peer().serve(name, 80, protocol);
    outside = lab.outside.peer();
    onNode = node.peer();
    inFirst = firstPlace.peer();
    onOtherBridge = (await lab.container(node, 'other', { other: '172.31.0.9' })).peer();
    const overlayOnly = await lab.container(node, 'client', { overlay: '10.7.0.20' });
    await overlayOnly.run('ip route add default via 10.7.255.254');
    onOverlayOnly = overlayOnly.peer();
    await node.network.ensure(node.settings);
  });
  afterAll(() => lab.end());
  beforeEach(async () => node.network.unmapPorts(await node.network.portMap()));

  it('leads a published port to its container, from everywhere', async () => {
    const doors = {
      outside: () => outside.ask(node.underlay, port),
      'the node, by its address': () => onNode.ask(node.underlay, port),
      'the node, by 127.0.0.1': () => onNode.ask('127.0.0.1', port),
      'the container itself': () => inFirst.ask(node.underlay, port),
      'another bridge of the engine': () => onOtherBridge.ask(node.underlay, port),
      'the overlay alone': () => onOverlayOnly.ask(node.underlay, port),
    };
    for (const [from, ask] of Object.entries(doors)) expect(await ask(), from).toBe('ECONNREFUSED');
    await node.network.mapPorts([to(first)]);
    for (const [from, ask] of Object.entries(doors)) expect(await ask(), from).toBe('first');
    await node.network.mapPorts([to(second)]);
    for (const [from, ask] of Object.entries(doors)) expect(await ask(), from).toBe('second');
    expect(await node.network.portMap()).toEqual([to(second)]);
  });

  it("needs each of its rules in the engine's firewall", async () => {
    await node.network.mapPorts([to(first)]);
    const doors: Record<string, () => Promise<string>> = {
      outside: () => outside.ask(node.underlay, port),
      other: () => onOtherBridge.ask(node.underlay, port),
      self: () => inFirst.ask(node.underlay, port),
    };
    const open = async () => {
      const answers = await Promise.all(Object.entries(doors).map(async ([name, ask]) => [name, await ask()] as const));
      return answers.flatMap(([name, answer]) => (answer === 'first' ? [name] : []));
    };
    const without = async (...rules: string[]) => {
      for (const rule of rules) await node.run(`iptables -D ${rule} -m comment --comment restow -j ACCEPT`);
      const left = await open();
      await node.network.ensure(node.settings);
      expect(await open(), rules.join()).toEqual(['outside', 'other', 'self']);
      return left;
    };
    const led = '-o rsnode0 -m conntrack --ctstate DNAT';
    // The one at the end of FORWARD is for what the owner's rules return to the engine: that keeps its bridges apart.
    expect(await without(`DOCKER-USER ${led}`)).toEqual(['outside']);
    expect(await without(`DOCKER-USER ${led}`, `FORWARD ${led}`)).toEqual([]);
    expect(await without('DOCKER-USER -i rsnode0 -m conntrack --ctstate DNAT --ctdir REPLY')).toEqual([
      'outside',
      'self',
    ]);
    expect(await without('DOCKER-USER -i rsnode0 -o rsov0 -m conntrack --ctstate DNAT')).toEqual(['outside', 'other']);
  });

  it("lets through nothing that the machine's owner drops, and what the owner leaves to the engine", async () => {
    await node.network.mapPorts([to(first)]);
    // As the guide for operators says: the port that was asked for is the connection's, the packet's is the container's.
    const rule = (what: string) => `DOCKER-USER -s 10.99.0.254 -p tcp -m conntrack --ctorigdstport ${port} -j ${what}`;
    await node.run(`iptables -I ${rule('DROP')}`);
    expect(await outside.ask(node.underlay, port)).toBe('nobody');
    expect(await onOtherBridge.ask(node.underlay, port)).toBe('first');
    await node.run(`iptables -D ${rule('DROP')}; iptables -I ${rule('RETURN')}`);
    expect(await outside.ask(node.underlay, port)).toBe('first');
    // An engine of these days has no return at the end of the chain, so a rule may have been added behind ours.
    await node.run(`iptables -D ${rule('RETURN')}; iptables -D DOCKER-USER -j RETURN; iptables -A ${rule('DROP')}`);
    expect(await outside.ask(node.underlay, port)).toBe('first');
    await node.network.ensure(node.settings);
    expect(await outside.ask(node.underlay, port)).toBe('nobody');
    await node.run(`iptables -D ${rule('DROP')}; iptables -A DOCKER-USER -j RETURN`);
    expect(await outside.ask(node.underlay, port)).toBe('first');
  });

  it('leads a container to itself by a bridge port that was never touched, filtered bridges or not', async () => {
    await node.network.mapPorts([to(first), to(first, port, 'udp')]);
    const answers = () =>
      Promise.all([inFirst.ask(node.underlay, port), inFirst.ask(node.underlay, port, { protocol: 'udp' })]);
    expect(await node.run('bridge -d link show dev first-eth0')).toContain('hairpin off');
    for (const filtered of [0, 1])
      for (const reverse of [0, 1, 2]) {
        await node.run(
          `echo ${filtered} >/proc/sys/net/bridge/bridge-nf-call-iptables; for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo ${reverse} >$f; done`,
        );
        expect(await answers(), `bridge-nf-call-iptables ${filtered}, rp_filter ${reverse}`).toEqual([
          'first',
          'first',
        ]);
      }
    // What it is led by: without its address on the overlay nobody answers it where bridges' frames are filtered.
    await node.network.mapPorts([{ ...to(first), overlayAddress: null }]);
    expect(await answers()).toEqual(['nobody', 'first']);
    await node.run('for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done');
  });

  it('lets a connection finish where it began', async () => {
    await node.network.mapPorts([to(first)]);
    expect(await outside.open(node.underlay, port)).toBe('ready');
    expect(await outside.say()).toBe('first');
    await node.network.mapPorts([to(second)]);
    expect(await outside.say()).toBe('first');
    expect(await outside.ask(node.underlay, port)).toBe('second');
    await node.network.unmapPorts([to(second)]);
    expect(await outside.say()).toBe('first');
    expect(await outside.ask(node.underlay, port)).toBe('ECONNREFUSED');
  });

  it('takes a UDP client along that keeps sending from one port', async () => {
    for (const [name, client, host] of [
      ['outside', lab.outside.peer(), node.underlay],
      ['the node', node.peer(), '127.0.0.1'],
    ] as const) {
      await client.open(host, 5300, 'udp');
      // Before anything is published it has made an entry that leads nowhere.
      expect(await client.say(200), name).not.toBe('first');
      await node.network.mapPorts([to(first, 5300, 'udp')]);
      expect(await client.say(), name).toBe('first');
      await node.network.mapPorts([to(second, 5300, 'udp')]);
      expect(await client.say(), name).toBe('second');
      // Nor does it stay with an address that the next container may have.
      await node.network.unmapPorts([to(second, 5300, 'udp')]);
      expect(await client.say(200), name).not.toBe('second');
    }
  });

  it('takes it along too when an agent was killed between leading the port and that, and is asked again', async () => {
    const client = lab.outside.peer();
    await node.network.mapPorts([to(first, 5302, 'udp')]);
    await client.open(node.underlay, 5302, 'udp');
    expect(await client.say()).toBe('first');
    await node.run(
      `nft 'delete element ip restow ports { udp . 5302 }; add element ip restow ports { udp . 5302 : ${second} . 80 }'`,
    );
    await node.run(
      `nft 'delete element ip restow inside { udp . 5302 }; add element ip restow inside { udp . 5302 : ${overlayAddressOf[second]} . 80 }'`,
    );
    expect(await client.say()).toBe('first');
    await node.network.mapPorts([to(second, 5302, 'udp')]);
    expect(await client.say()).toBe('second');
  });

  it('loses of a UDP client that never pauses no more than what is on its way as its port is led elsewhere', async () => {
    await node.network.mapPorts([to(first, 5301, 'udp')]);
    for (const [name, client, host] of [
      ['outside', lab.outside.peer(), node.underlay],
      ['the node', node.peer(), '127.0.0.1'],
      ['a container of the node network', secondPlace.peer(), node.underlay],
    ] as const) {
      await client.open(host, 5301, 'udp');
      const heard: string[] = [];
      let over = false;
      const asking = (async () => {
        while (!over) heard.push(await client.say(500));
      })();
      const flips = [second, first, second, first];
      for (const end of flips) {
        await node.network.mapPorts([to(end, 5301, 'udp')]);
        // What is being asked at this moment may have been asked before.
        const from = heard.length + 1;
        await vi.waitFor(() => expect(heard.length).toBeGreaterThan(from + 3), { interval: 5 });
        const who = end === first ? 'first' : 'second';
        expect(heard.slice(from, from + 3), name).toEqual([who, who, who]);
      }
      over = true;
      await asking;
      expect(heard.filter((each) => each === 'nobody').length, name).toBeLessThanOrEqual(flips.length);
      expect(
        heard.filter((each) => !['first', 'second', 'nobody'].includes(each)),
        name,
      ).toEqual([]);
    }
  });

  it('takes an element away only while it leads where it is said to', async () => {
    await node.network.mapPorts([to(first), to(first, 8081), to(first, 8081, 'udp')]);
    await node.network.mapPorts([to(second)]);
    await node.network.unmapPorts([
      to(first),
      { ...to(first, 8081), toPort: 81 },
      to(first, 8081, 'udp'),
      to(first, 9),
    ]);
    const left = await node.network.portMap();
    expect(left.sort((a, b) => a.hostPort - b.hostPort)).toEqual([to(second), to(first, 8081)]);
  });

  it('makes changes asked for at once one after the other', async () => {
    await Promise.all([first, second, first, second].map((address) => node.network.mapPorts([to(address)])));
    expect(await node.network.portMap()).toEqual([to(second)]);
  });

  it('leaves everything as it is when it is set up again, by this agent or the next', async () => {
    await node.network.mapPorts([to(first), to(second, 8081), to(second, 8081, 'udp')]);
    const client = lab.outside.peer();
    await client.open(node.underlay, port);
    const before = await everything();
    await node.network.ensure(node.settings);
    const next = new KernelNetwork({ prefix: ['nsenter', `--net=/run/netns/${node.namespace}`, '--'] });
    await next.ensure(node.settings);
    await next.mapPorts([to(first)]);
    expect(await everything()).toBe(before);
    expect(await client.say()).toBe('first');
  });

  it('repairs a table that was changed by hand, keeping its elements and connections', async () => {
    const before = await everything();
    await node.network.mapPorts([to(first)]);
    const client = lab.outside.peer();
    await client.open(node.underlay, port);
    await node.run('nft flush chain ip restow prerouting; nft add rule ip restow output counter');
    expect(await outside.ask(node.underlay, port)).not.toBe('first');
    await node.network.ensure(node.settings);
    expect(await outside.ask(node.underlay, port)).toBe('first');
    expect(await client.say()).toBe('first');
    await node.network.unmapPorts([to(first)]);
    expect(await everything()).toBe(before);
    await node.run('nft delete table ip restow');
    await node.network.ensure(node.settings);
    expect(await everything()).toBe(before);
  });

  it('leads a port though somebody has emptied the firewall, and puts its table back for that', async () => {
    const before = await everything();
    await node.run('nft delete table ip restow');
    await node.network.mapPorts([to(first)]);
    expect(await outside.ask(node.underlay, port)).toBe('first');
    await node.run('nft delete table ip restow');
    expect(await node.network.setPorts([to(second)])).toMatchObject([{ hostPort: port }]);
    expect(await outside.ask(node.underlay, port)).toBe('second');
    await node.run('nft delete table ip restow');
    await node.network.unmapPorts([to(second)]);
    expect(await everything()).toBe(before);
  });

  it('sets up a bridge that the engine has made anew', async () => {
    await node.network.mapPorts([to(first)]);
    await node.run(`
      ip link del rsnode0; ip link add rsnode0 type bridge; ip addr add 172.30.0.1/24 dev rsnode0; ip link set rsnode0 up
      for port in first-eth0 second-eth0; do ip link set $port master rsnode0; done`);
    await firstPlace.run('ip neigh flush dev eth0');
    expect(await onNode.ask('127.0.0.1', port)).toBe('nobody');
    await node.network.ensure(node.settings);
    expect(await onNode.ask('127.0.0.1', port)).toBe('first');
    expect(await outside.ask(node.underlay, port)).toBe('first');
    expect(await node.run('cat /proc/sys/net/ipv4/neigh/rsnode0/retrans_time_ms')).toBe('20\n');
  });

  it("never touches anybody else's table, chain or rule", async () => {
    await node.run(`
      nft add table ip foreign
      nft 'add chain ip foreign pre { type nat hook prerouting priority -105; }'
      nft 'add rule ip foreign pre tcp dport 9999 dnat to 172.31.0.9:80'
      iptables -A DOCKER-USER -s 192.0.2.0/24 -j DROP
      iptables -A FORWARD -s 192.0.2.1 -j ACCEPT`);
    const foreign = () => node.run('nft list table ip foreign; iptables -S | grep 192.0.2');
    const before = await foreign();
    await node.run('nft delete table ip restow');
    await node.network.ensure(node.settings);
    await node.network.mapPorts([to(first)]);
    await node.network.unmapPorts([to(first)]);
    expect(await foreign()).toBe(before);
  });

  it('keeps containers away from what listens on 127.0.0.1 alone', async () => {
    const intruder = await lab.container(node, 'intruder', { node: '172.30.0.66' });
    // 127.0.0.0/8 by way of the node, as a container may craft its packets.
    await intruder.run(`
      ip route del local 127.0.0.0/8 table local; ip route del local 127.0.0.1 table local
      ip route add 127.0.0.0/8 via 172.30.0.1`);
    await node.run(`nft -f - <<'N'
table ip watch {
  chain input {
    type filter hook input priority 0;
    iifname "rsnode0" ip daddr 127.0.0.0/8 counter
  }
}
N`);
    const program = intruder.peer();
    const arrived = async (): Promise<number> => {
      const before = await counted();
      await program.ask('127.0.0.1', 7000, { from: '172.30.0.66', waitMs: 200 });
      return (await counted()) - before;
    };
    const counted = async () => Number(/packets (\d+)/.exec(await node.run('nft list table ip watch'))![1]);
    expect(await arrived()).toBe(0);
    // What the rule is for: without it, the setting that 127.0.0.1 needs opens that door.
    await node.run('nft flush chain ip restow guard');
    expect(await arrived()).toBeGreaterThan(0);
    await node.network.ensure(node.settings);
    expect(await arrived()).toBe(0);
  });

  it('names who listens, by pid and program', async () => {
    const tcp = node.peer();
    await tcp.serve('x', 9001);
    const udp = node.peer();
    await udp.serve('x', 9001, 'udp');
    const holder = (peer: Peer) => ({ kind: 'foreign', pid: peer.pid, program: 'node' });
    const both = [
      { protocol: 'tcp', port: 9001, holder: holder(tcp) },
      { protocol: 'udp', port: 9001, holder: holder(udp) },
    ];
    expect(
      await node.network.listeners([
        { protocol: 'tcp', port: 9001 },
        { protocol: 'udp', port: 9001 },
        { protocol: 'tcp', port: 9002 },
      ]),
    ).toEqual(both);
    expect(await node.network.listeners([{ protocol: 'udp', port: 9001 }])).toEqual([both[1]]);
    const all = await node.network.listeners([]);
    expect(all).toEqual(expect.arrayContaining(both));
    // The overlay's own port, which the kernel holds.
    expect(all.find(({ port: p }) => p === 4789)).toMatchObject({ protocol: 'udp', holder: { pid: null } });
    // Programs of containers listen in namespaces of their own.
    expect(all.some(({ port: p }) => p === 80)).toBe(false);
  });

  it('refuses before it is set up, and what can be no element', async () => {
    const bare = await lab.node('bare');
    const refusal = (promise: Promise<unknown>) =>
      promise.then(
        () => 'it worked',
        (error: unknown) => error,
      );
    expect(await bare.network.portMap()).toEqual([]);
    expect(isRestowError(await refusal(bare.network.mapPorts([to(first)])), 'failed-precondition')).toBe(true);
    for (const wrong of [to('not an address'), to(first, 0), to(first, 65536), { ...to(first), toPort: 1.5 }])
      expect(isRestowError(await refusal(node.network.mapPorts([wrong])), 'internal'), JSON.stringify(wrong)).toBe(
        true,
      );
    expect(isRestowError(await refusal(node.network.mapPorts([to(first), to(second)])), 'internal')).toBe(true);
    expect(await node.network.portMap()).toEqual([]);
  });

  it('is taken away whole, with the overlay, and nothing else; asked again, nothing is left to do', async () => {
    // Last, since nothing works after it; what `lab` and the engine made stays as before `ensure`.
    await node.run('nft add table ip somebodys; iptables -I DOCKER-USER -s 192.0.2.77 -j DROP');
    await node.network.mapPorts([to(first)]);
    for (const _ of ['first', 'again']) await node.network.leave();
    expect(await outside.ask(node.underlay, port)).toBe('ECONNREFUSED');
    expect(await node.run('nft list tables')).not.toContain('table ip restow');
    expect(await node.run('nft list tables')).toContain('table ip somebodys');
    const rules = await node.run('iptables -S DOCKER-USER');
    expect(rules).not.toContain('rsnode0');
    expect(rules).toContain('192.0.2.77');
    expect(await node.run('ip -o link show')).not.toContain('rsvx0');
  });
});
