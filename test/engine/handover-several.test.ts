import { macOf } from '@restow/shared/domain/address';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anEndpoint } from '../lib/an-endpoint.ts';
import { isRoot, type LabNode, NetworkLab, type Peer, type Place } from '../lib/network-lab.ts';

const addresses = ['10.7.0.5', '10.7.0.6'] as const;
const [one, other] = addresses;

/** What is a node's own, and needed by every handover of it while there is one. */
describe.skipIf(!isRoot)('handovers of several addresses of one node (needs root)', () => {
  const lab = new NetworkLab();
  let a: LabNode;
  let b: LabNode;
  let version = 0;
  const olds: Peer[] = [];

  const hairpin = async () => (await a.run('bridge -d link show dev rsvx0')).includes('hairpin on');
  const rules = async () => (await a.run('ip rule')).split('\n').filter((row) => row.startsWith('4078:')).length;
  const table = (nodeId: string, underlay: string) => ({
    version: ++version,
    endpoints: addresses.map((address) => anEndpoint({ address, nodeId, underlay })),
  });

  beforeAll(async () => {
    await lab.start();
    a = await lab.node('a');
    b = await lab.node('b');
    for (const node of [a, b]) await node.network.ensure(node.settings);
    for (const address of addresses)
      olds.push((await lab.container(a, `old${address.at(-1)}`, { overlay: address })).peer());
  });
  afterAll(() => lab.end());

  beforeEach(async () => {
    for (const { network } of [a, b]) {
      for (const address of addresses) await network.handovers.close(address);
      await network.applyEndpoints(table('a', a.underlay));
    }
  });

  it('to another node: what all need goes with the last of them, and not before', async () => {
    const { handovers } = a.network;
    const open = (address: string) => handovers.openTowards({ address, pid: null, underlay: b.underlay });
    for (let time = 0; time < 4; time++) {
      await open(one);
      await Promise.all([handovers.close(one), open(other)]);
      expect(await hairpin()).toBe(true);
      await open(one);
      await Promise.all([handovers.close(one), handovers.close(other)]);
      expect(await hairpin()).toBe(false);
    }
  });

  it('on it: what all need goes with the last of them, and not before', async () => {
    const { handovers } = a.network;
    const open = (address: string) =>
      handovers.openHere({ address, pid: olds[addresses.indexOf(address as never)]!.pid });
    for (let time = 0; time < 4; time++) {
      await open(one);
      await Promise.all([handovers.close(one), open(other)]);
      expect(await rules()).toBe(1);
      await open(one);
      await Promise.all([handovers.close(one), handovers.close(other)]);
      expect(await rules()).toBe(0);
    }
  });

  it('on it: what the kernel is made to forget meanwhile it knows again', async () => {
    const { handovers } = a.network;
    const known = async () =>
      (await a.run('conntrack -L -p tcp')).split('\n').filter((row) => row.includes('sport=1001'));
    const row = `-A -t 300 -u SEEN_REPLY,ASSURED -s 172.30.0.9 -d 172.30.0.1 -p tcp --sport 1001 --dport 80 --dst-nat ${one}:80 --src-nat 172.30.0.1:1001 --state ESTABLISHED`;
    const forget = () => a.run(`conntrack -D -p tcp --reply-src ${one}`);
    await a.run(`echo '${row}' | conntrack -R -`);
    await handovers.openHere({ address: one, pid: olds[0]!.pid });
    await handovers.keepFlows(one, [], forget);
    expect(await known()).toHaveLength(1);
    await forget();
    expect(await known()).toEqual([]);
  });

  it('are all over when a node leaves its cluster, one that it had settled among them', async () => {
    const { network } = b;
    await network.handovers.receive({ address: one, pid: null });
    await network.handovers.settle(one);
    expect(await b.run('bridge fdb show dev rsvx0')).not.toContain(macOf(one));
    expect(await b.run('bridge fdb show dev rsvx0')).toContain(macOf(other));
    await network.leave();
    expect(await b.run('nft list tables')).not.toContain('restow');
    await network.ensure(b.settings);
  });
});

describe.skipIf(!isRoot)(
  "callers by a node's port while an address is handed over again and again (needs root)",
  () => {
    const lab = new NetworkLab();
    const ports = {
      udp: { protocol: 'udp', hostPort: 5353, toPort: 53 },
      tcp: { protocol: 'tcp', hostPort: 8080, toPort: 80 },
    } as const;
    let node: LabNode;
    let caller: Peer;
    let count = 0;

    const instance = async (protocol: 'tcp' | 'udp', address: string, nodeAddress: string) => {
      const name = `v${++count}`;
      const port = ports[protocol];
      const place: Place = await lab.container(node, name, { overlay: address, node: nodeAddress });
      const peer = place.peer();
      await peer.serve(name, port.toPort, protocol);
      return { name, peer, mapping: { ...port, toAddress: nodeAddress, overlayAddress: address } };
    };

    beforeAll(async () => {
      await lab.start();
      node = await lab.node('a');
      await node.network.ensure(node.settings);
      const endpoints = addresses.map((address) => anEndpoint({ address, nodeId: 'a', underlay: node.underlay }));
      await node.network.applyEndpoints({ version: 1, endpoints });
      caller = (await lab.container(node, 'caller', { node: '172.30.0.9' })).peer();
    });
    afterAll(() => lab.end());

    it('with datagrams reach the one that callers are led to, by the same socket all the time', async () => {
      const { handovers } = node.network;
      let old = await instance('udp', one, '172.30.0.20');
      await node.network.mapPorts([old.mapping]);
      await caller.open(nodeGateway, ports.udp.hostPort, 'udp');
      expect(await caller.say()).toBe('v1');
      for (const nodeAddress of ['172.30.0.21', '172.30.0.22', '172.30.0.23']) {
        await handovers.openHere({ address: one, pid: old.peer.pid });
        await node.run(`ip link del ${old.name}-eth1`);
        expect(await caller.say(), 'while nobody else is there').toBe(old.name);
        const fresh = await instance('udp', one, nodeAddress);
        expect(await caller.say(), 'before the flip').toBe(old.name);
        await handovers.steer({ address: one, to: 'new', keepOf: old.peer.pid }, [fresh.mapping]);
        expect(await caller.say(), 'after the flip').toBe(fresh.name);
        await old.peer.end();
        expect(await caller.say(), 'when the old one has ended').toBe(fresh.name);
        await handovers.close(one);
        expect(await caller.say(), 'when it is over').toBe(fresh.name);
        old = fresh;
      }
    });

    it('with connections stay with the one they began with, and begin with the new one, however many times', async () => {
      const { handovers } = node.network;
      const { hostPort } = ports.tcp;
      let old = await instance('tcp', other, '172.30.0.30');
      await node.network.mapPorts([old.mapping]);
      for (const nodeAddress of ['172.30.0.31', '172.30.0.32', '172.30.0.33']) {
        await caller.open(nodeGateway, hostPort, 'tcp');
        expect(await caller.say()).toBe(old.name);
        await handovers.openHere({ address: other, pid: old.peer.pid });
        await node.run(`ip link del ${old.name}-eth1`);
        expect(await caller.say(), 'while nobody else is there').toBe(old.name);
        const fresh = await instance('tcp', other, nodeAddress);
        expect(await caller.say(), 'before the flip').toBe(old.name);
        expect(await caller.ask(nodeGateway, hostPort), 'before the flip, anew').toBe(old.name);
        await handovers.steer({ address: other, to: 'new', keepOf: old.peer.pid }, [fresh.mapping]);
        expect(await caller.say(), 'after the flip').toBe(old.name);
        expect(await caller.ask(nodeGateway, hostPort), 'after the flip, anew').toBe(fresh.name);
        await old.peer.end();
        await handovers.close(other);
        expect(await caller.ask(nodeGateway, hostPort), 'when it is over').toBe(fresh.name);
        old = fresh;
      }
    });
  },
);

const nodeGateway = '172.30.0.1';
