import { isRestowError } from '@restow/shared/base/errors';
import { macOf } from '@restow/shared/domain/address';
import type { Endpoint, EndpointTable } from '@restow/shared/domain/order';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { anEndpoint } from '../lib/an-endpoint.ts';
import { isRoot, type LabNode, NetworkLab, type Peer, type Place } from '../lib/network-lab.ts';

interface Row {
  mac: string;
  dst?: string;
  flags: string[];
}

describe.skipIf(!isRoot)('the overlay in the kernel (needs root)', () => {
  const lab = new NetworkLab();
  let a: LabNode;
  let b: LabNode;
  let c: LabNode;
  let slotOnA: Place;
  let clients: { onA: Peer; onB: Peer; onC: Peer };
  let clientPlaceOnC: Place;
  let version = 0;

  const slot = '10.7.0.5';
  const endpoint = (address: string, node: LabNode): Endpoint =>
    anEndpoint({ slotName: `slot-${address}`, address, nodeId: node.name, underlay: node.underlay });
  const fixed = () => [endpoint('10.7.0.20', a), endpoint('10.7.0.21', b), endpoint('10.7.0.22', c)];
  const table = (...endpoints: Endpoint[]): EndpointTable => ({ version: ++version, endpoints });
  const applyEverywhere = (with_: EndpointTable) =>
    Promise.all([a, b, c].map((node) => node.network.applyEndpoints(with_)));
  const fdb = (node: LabNode) => node.json<Row[]>('bridge -j fdb show dev rsvx0');

  /** Counts the frames that the overlay bridge gives to the VXLAN device. */
  const watch = (node: LabNode) =>
    node.run(`nft -f - <<'N'
table netdev watch {
  chain out {
    type filter hook egress device rsvx0 priority 0;
    ether type arp counter comment "arp"
    ether daddr ff:ff:ff:ff:ff:ff counter comment "broadcast"
    ether type ip counter comment "ip"
  }
}
N`);
  const counted = async (node: LabNode) => {
    const { nftables } = await node.json<{
      nftables: { rule?: { comment: string; expr: { counter?: { packets: number } }[] } }[];
    }>('nft -j list table netdev watch');
    return Object.fromEntries(
      nftables.flatMap(({ rule }) =>
        rule ? [[rule.comment, rule.expr.find(({ counter }) => counter)?.counter?.packets]] : [],
      ),
    );
  };

  beforeAll(async () => {
    await lab.start();
    a = await lab.node('a');
    b = await lab.node('b');
    c = await lab.node('c');
    await Promise.all([a, b, c].map((node) => node.network.ensure(node.settings)));
    slotOnA = await lab.container(a, 'slot', { overlay: slot });
    await slotOnA.peer().serve('slot on a', 80);
    clientPlaceOnC = await lab.container(c, 'client', { overlay: '10.7.0.22' });
    clients = {
      onA: (await lab.container(a, 'client', { overlay: '10.7.0.20' })).peer(),
      onB: (await lab.container(b, 'client', { overlay: '10.7.0.21' })).peer(),
      onC: clientPlaceOnC.peer(),
    };
  });
  afterAll(() => lab.end());

  it('makes a device that learns nothing and floods nothing', async () => {
    const [device] =
      await a.json<{ mtu: number; master: string; linkinfo: { info_data: object; info_slave_data: object } }[]>(
        'ip -j -d link show rsvx0',
      );
    expect(device).toMatchObject({
      mtu: 1450,
      master: 'rsov0',
      linkinfo: {
        info_data: { id: 77, port: 4789, local: a.underlay, link: 'eth0', learning: false },
        info_slave_data: {
          learning: false,
          neigh_suppress: true,
          flood: false,
          mcast_flood: false,
          bcast_flood: false,
        },
      },
    });
    const read = 'cat /proc/sys/net/ipv4/neigh/rsov0/retrans_time_ms /proc/sys/net/ipv4/neigh/rsnode0/retrans_time_ms';
    expect(await a.run(read)).toBe('20\n20\n');
  });

  it('reaches a slot on another node by static entries alone, with no ARP and no broadcast on the wire', async () => {
    expect(await clients.onC.ask(slot, 80)).not.toBe('slot on a');
    await Promise.all([watch(a), watch(c)]);
    await applyEverywhere(table(endpoint(slot, a), ...fixed()));

    expect(await clients.onC.ask(slot, 80)).toBe('slot on a');
    expect(await clients.onB.ask(slot, 80)).toBe('slot on a');
    expect(await clients.onA.ask(slot, 80)).toBe('slot on a');
    // An address that nobody has is asked for, and the question stays on the node.
    expect(await clients.onC.ask('10.7.0.99', 80)).not.toBe('slot on a');
    for (const node of [a, c]) {
      const seen = await counted(node);
      expect(seen).toMatchObject({ arp: 0, broadcast: 0 });
      expect(seen.ip).toBeGreaterThan(5);
    }

    // A client that doubts what it knows asks the one MAC it knows. That question does cross, and does no harm: the
    // node has answered it already, and whoever has the MAC answers the same.
    await clientPlaceOnC.run(`ip neigh change ${slot} dev eth1 nud probe`);
    expect(await clients.onC.ask(slot, 80)).toBe('slot on a');
    // It asks when the kernel's own time for that has come, which may be after the answer.
    await vi.waitFor(async () => expect(await counted(c)).toMatchObject({ arp: 1, broadcast: 0 }), 5000);
  });

  it('needs every one of the three entries, and puts a missing one back', async () => {
    const mac = macOf(slot);
    const all = table(endpoint(slot, a), ...fixed());
    await c.network.applyEndpoints(all);
    // The same one again looks at all there is; a newer one brings what changed.
    for (const taken of [
      `bridge fdb del ${mac} dev rsvx0 self`,
      `bridge fdb del ${mac} dev rsvx0 master`,
      `ip neigh del ${slot} dev rsov0`,
    ]) {
      await c.run(taken);
      await clientPlaceOnC.run('ip neigh flush dev eth1');
      expect(await clients.onC.ask(slot, 80, { waitMs: 300 }), taken).not.toBe('slot on a');
      await c.network.applyEndpoints(all);
      await clientPlaceOnC.run('ip neigh flush dev eth1');
      expect(await clients.onC.ask(slot, 80), taken).toBe('slot on a');
    }
  });

  it('leads everybody to the new node the moment the table says so', async () => {
    const slotOnB = await lab.container(b, 'slot', { overlay: slot });
    await slotOnB.peer().serve('slot on b', 80);
    // Two ends have the address now, as while a slot moves; nobody is led astray by the second one's own frames.
    const fromTheNewEnd = slotOnB.peer();
    await fromTheNewEnd.ask('10.7.0.22', 80, { waitMs: 200 });
    expect(await clients.onC.ask(slot, 80)).toBe('slot on a');
    expect(await clients.onB.ask(slot, 80)).toBe('slot on a');
    await lab.remove(slotOnA);

    await applyEverywhere(table(endpoint(slot, b), ...fixed()));

    const begun = performance.now();
    expect(await clients.onC.ask(slot, 80)).toBe('slot on b');
    expect(await clients.onA.ask(slot, 80)).toBe('slot on b');
    expect(await clients.onB.ask(slot, 80)).toBe('slot on b');
    // Far below the second after which an unanswered SYN is sent again.
    expect(performance.now() - begun).toBeLessThan(700);
    expect((await fdb(b)).filter(({ mac }) => mac === macOf(slot))).toEqual([]);
    expect((await fdb(a)).filter(({ mac }) => mac === macOf(slot))).toHaveLength(2);
  });

  it("takes away what the table no longer holds, and leaves everybody else's entries alone", async () => {
    const foreignMacs = ['02:42:0a:08:00:05', '02:43:0a:07:00:05', 'de:ad:be:ef:00:01'];
    for (const mac of foreignMacs)
      await c.run(
        `bridge fdb add ${mac} dev rsvx0 dst 10.99.0.99 self static; bridge fdb add ${mac} dev rsvx0 master static`,
      );
    await c.run(`
      ip neigh add 10.7.0.77 lladdr aa:bb:cc:dd:ee:ff dev rsov0 nud permanent
      ip neigh add 10.8.0.5 lladdr 02:42:0a:08:00:05 dev rsov0 nud permanent`);
    const gone = '10.7.0.66';
    await c.network.applyEndpoints(table(endpoint(slot, b), endpoint(gone, a), ...fixed()));
    expect((await fdb(c)).filter(({ mac }) => mac === macOf(gone))).toHaveLength(2);

    await c.network.applyEndpoints(table(endpoint(slot, b), ...fixed()));

    const rows = await fdb(c);
    expect(rows.filter(({ mac }) => mac === macOf(gone))).toEqual([]);
    for (const mac of foreignMacs)
      expect(
        rows.filter((row) => row.mac === mac),
        mac,
      ).toHaveLength(2);
    const neighbours = (await c.json<{ dst: string }[]>('ip -4 -j neigh show dev rsov0 nud permanent')).map(
      ({ dst }) => dst,
    );
    expect(neighbours.sort()).toEqual(['10.7.0.20', '10.7.0.21', '10.7.0.22', slot, '10.7.0.77', '10.8.0.5'].sort());
  });

  it('changes nothing when it is asked for what is there', async () => {
    const look = () => c.run('ip link show; bridge -d link show; bridge fdb show; ip neigh show nud permanent');
    const same = table(endpoint(slot, b), ...fixed());
    await c.network.applyEndpoints(same);
    const before = await look();
    await c.network.ensure(c.settings);
    await c.network.applyEndpoints(same);
    expect(await look()).toBe(before);
  });

  it('makes a device with other settings anew, with the entries it had', async () => {
    await c.network.applyEndpoints(table(endpoint(slot, b), ...fixed()));
    await c.run('ip link del rsvx0; ip link add rsvx0 type vxlan id 78 dstport 4789 local 10.99.0.1 dev eth0');
    await c.network.ensure(c.settings);
    expect(await clients.onC.ask(slot, 80)).toBe('slot on b');
    // A bridge that was down has forgotten its neighbours.
    await c.run('ip link set rsov0 down; ip link set rsov0 up');
    expect(await c.run('ip neigh show dev rsov0 nud permanent')).toBe('');
    await c.network.ensure(c.settings);
    await clientPlaceOnC.run('ip neigh flush dev eth1');
    expect(await clients.onC.ask(slot, 80)).toBe('slot on b');
    // One whose settings as a port were changed is set right in place, and loses nothing.
    await c.run(
      'bridge link set dev rsvx0 learning on flood on neigh_suppress off; ip link set rsvx0 mtu 1400 down nomaster',
    );
    await c.network.ensure(c.settings);
    await c.network.applyEndpoints(table(endpoint(slot, b), ...fixed()));
    expect(await clients.onC.ask(slot, 80)).toBe('slot on b');
  });

  it('applies a table of thousands, and nothing of one that cannot be meant', async () => {
    const many = Array.from({ length: 2000 }, (_, i) => endpoint(`10.7.${8 + (i >> 8)}.${i & 255}`, a));
    await c.network.applyEndpoints(table(endpoint(slot, b), ...fixed(), ...many));
    expect((await fdb(c)).filter(({ mac }) => mac.startsWith('02:42:0a:07'))).toHaveLength(2 * (2000 + 3));
    const refusal = await c.network.applyEndpoints(table({ ...endpoint('10.9.0.1', a), slotName: 'web-1' })).then(
      () => null,
      (error: unknown) => error,
    );
    expect(isRestowError(refusal, 'internal') && refusal.message).toMatch(
      /web-1 at 10\.9\.0\.1 is outside the overlay/,
    );
    expect((await fdb(c)).filter(({ mac }) => mac.startsWith('02:42:0a:07'))).toHaveLength(2 * (2000 + 3));
    await c.network.applyEndpoints(table(endpoint(slot, b), ...fixed()));
    expect(await clients.onC.ask(slot, 80)).toBe('slot on b');
  });

  it('says what is missing when it cannot be set up', async () => {
    const refused = (settings: Partial<LabNode['settings']>) =>
      c.network.ensure({ ...c.settings, ...settings }).then(
        () => 'it worked',
        (error: unknown) => (isRestowError(error, 'failed-precondition') ? error.message : String(error)),
      );
    expect(await refused({ underlay: '192.0.2.1' })).toMatch(
      /No link of this node has the underlay address 192\.0\.2\.1/,
    );
    await c.run('ip link set rsnode0 name elsewhere0');
    expect(await refused({})).toMatch(/The bridge rsnode0 is missing on this node.*network inspect restow-node/);
    await c.run('ip link set elsewhere0 name rsnode0');
    await c.run('ip link set eth0 mtu 1400');
    expect(await refused({})).toMatch(/eth0 carries packets of 1400 bytes, and the overlay needs 1500/);
    await c.run('ip link set eth0 mtu 1500');
    expect(await refused({})).toBe('it worked');
  });

  it('checks the MAC of an end and the way out', async () => {
    const whole = await lab.container(b, 'whole', { overlay: '10.7.0.30', node: '172.30.0.30' });
    const { pid } = whole.peer();
    expect(await b.network.checkEndpoint(pid, '10.7.0.30')).toEqual({ ok: true });
    expect(await b.network.checkEndpoint(pid, '10.7.0.31')).toMatchObject({
      ok: false,
      message: expect.stringContaining("No end of the container has the slot's address 10.7.0.31"),
    });
    await whole.run('ip route del default');
    expect(await b.network.checkEndpoint(pid, '10.7.0.30')).toMatchObject({
      ok: false,
      message: expect.stringContaining('no default route'),
    });
    await whole.run('ip route add default via 10.7.255.254');
    expect(await b.network.checkEndpoint(pid, '10.7.0.30')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/default route goes by eth1 to 10\.7\.255\.254/),
    });
    await whole.run('ip link set eth1 address 02:00:00:00:00:01');
    expect(await b.network.checkEndpoint(pid, '10.7.0.30')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/eth1 at 10\.7\.0\.30 has the MAC 02:00:00:00:00:01.*02:42:0a:07:00:1e/),
    });
    await lab.remove(whole);
    expect(await b.network.checkEndpoint(pid, '10.7.0.30')).toMatchObject({
      ok: false,
      message: expect.stringContaining('has ended'),
    });
  });
});
