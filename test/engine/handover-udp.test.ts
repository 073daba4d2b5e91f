import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anEndpoint } from '../lib/an-endpoint.ts';
import { isRoot, type LabNode, NetworkLab, type Peer, type Place } from '../lib/network-lab.ts';

const address = '10.7.0.5';

/** No engine: what one does about an end is done by hand, so that datagrams can be seen alone. */
describe.skipIf(!isRoot)('datagrams while an address is handed over (needs root)', () => {
  const lab = new NetworkLab();
  let a: LabNode;
  let b: LabNode;
  let places: Place[] = [];
  let old: Peer;
  let fresh: Peer;
  let clients: Peer[];
  let version = 0;

  const slotAt = (node: LabNode) =>
    Promise.all(
      [a, b].map(({ network }) =>
        network.applyEndpoints({
          version: ++version,
          endpoints: [
            anEndpoint({ address, nodeId: node.name, underlay: node.underlay }),
            anEndpoint({ address: '10.7.0.20', nodeId: 'a', underlay: a.underlay }),
            anEndpoint({ address: '10.7.0.21', nodeId: 'b', underlay: b.underlay }),
          ],
        }),
      ),
    );
  const instance = async (node: LabNode, name: string): Promise<Peer> => {
    const place = await lab.container(node, name, { overlay: address });
    places.push(place);
    const peer = place.peer();
    for (const port of [53, 54]) await peer.serve(name, port, 'udp');
    return peer;
  };
  const answered = (port = 53) => Promise.all(clients.map((client) => client.ask(address, port, { protocol: 'udp' })));
  /** What a peer on each node answers to a question of an instance. */
  const asks = (peer: Peer, host: string) => peer.ask(host, 9000, { protocol: 'udp' });

  beforeAll(async () => {
    await lab.start();
    a = await lab.node('a');
    b = await lab.node('b');
    for (const node of [a, b]) await node.network.ensure(node.settings);
    clients = [
      (await lab.container(a, 'client', { overlay: '10.7.0.20' })).peer(),
      (await lab.container(b, 'client', { overlay: '10.7.0.21' })).peer(),
    ];
    for (const client of clients) await client.serve('peer', 9000, 'udp');
  });
  afterAll(() => lab.end());

  beforeEach(async () => {
    for (const node of [a, b]) await node.network.handovers.close(address);
    for (const place of places) await lab.remove(place);
    places = [];
    await slotAt(a);
    old = await instance(a, 'old');
  });

  it('on one node: go to the old one, then to the new one, and each has the answers to what it asked', async () => {
    const kept = [clients[0]!.open(address, 54, 'udp'), clients[1]!.open(address, 54, 'udp')];
    await Promise.all(kept);
    expect(await Promise.all(clients.map((client) => client.say()))).toEqual(['old', 'old']);
    await a.network.handovers.openHere({ address, pid: old.pid });
    await a.run('ip link del old-eth1');
    expect(await answered()).toEqual(['old', 'old']);
    fresh = await instance(a, 'new');
    expect(await answered()).toEqual(['old', 'old']);
    expect(await Promise.all(clients.map((client) => client.say()))).toEqual(['old', 'old']);
    for (const peer of [old, fresh])
      for (const host of ['10.7.0.20', '10.7.0.21']) expect(await asks(peer, host)).toBe('peer');

    await a.network.handovers.steer({ address, to: 'new', keepOf: old.pid }, []);
    expect(await answered()).toEqual(['new', 'new']);
    // Who asked the old one asks the new one by the same socket.
    expect(await Promise.all(clients.map((client) => client.say()))).toEqual(['new', 'new']);
    for (const peer of [old, fresh])
      for (const host of ['10.7.0.20', '10.7.0.21']) expect(await asks(peer, host)).toBe('peer');
  });

  it('to another node: the same, but that a new one has no answers from elsewhere before the flip', async () => {
    await a.network.handovers.openTowards({ address, pid: old.pid, underlay: b.underlay });
    await b.network.handovers.receive({ address, pid: null });
    fresh = await instance(b, 'new');
    await b.network.handovers.receive({ address, pid: fresh.pid });
    expect(await answered()).toEqual(['old', 'old']);
    expect(await asks(fresh, '10.7.0.21')).toBe('peer');
    expect(await asks(fresh, '10.7.0.20')).not.toBe('peer');
    for (const host of ['10.7.0.20', '10.7.0.21']) expect(await asks(old, host)).toBe('peer');

    await a.network.handovers.steer({ address, to: 'new', keepOf: old.pid }, []);
    expect(await answered()).toEqual(['new', 'new']);
    for (const peer of [old, fresh])
      for (const host of ['10.7.0.20', '10.7.0.21']) expect(await asks(peer, host)).toBe('peer');
  });
});
