import type { NodeNetwork, OverlaySettings, PortMapping } from '@restow/agent/network/node-network';
import { type ErrorCode, RestowError } from '@restow/shared/base/errors';
import type { Protocol } from '@restow/shared/domain/service';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anEndpoint } from '../lib/an-endpoint.ts';
import { FakeNetwork } from '../lib/fake-network.ts';
import { isRoot, NetworkLab } from '../lib/network-lab.ts';

interface Subject {
  network: NodeNetwork;
  settings: OverlaySettings;
  /** Has somebody listen on a port of the node; resolves with the pid. */
  occupy(protocol: Protocol, port: number): Promise<number>;
}

const mapping = (toAddress: string, hostPort: number, protocol: Protocol = 'tcp'): PortMapping => ({
  ...{ protocol, hostPort, toAddress, toPort: 80, overlayAddress: '10.7.0.5' },
});

const refusalOf = (promise: Promise<unknown>): Promise<ErrorCode | 'it worked'> =>
  promise.then(
    () => 'it worked',
    (error: unknown) => {
      if (error instanceof RestowError) return error.code;
      throw error;
    },
  );

/** What every `NodeNetwork` promises. */
const promises = (fresh: () => Promise<Subject>) => {
  let network: NodeNetwork;
  let settings: OverlaySettings;
  let occupy: Subject['occupy'];
  const sorted = async () => (await network.portMap()).sort((a, b) => a.hostPort - b.hostPort);
  const endpoint = (address: string) => anEndpoint({ address, nodeId: 'elsewhere', underlay: '10.99.0.99' });

  beforeEach(async () => {
    ({ network, settings, occupy } = await fresh());
  });

  it('has an empty port map, and changes nothing, before it is set up', async () => {
    expect(await network.portMap()).toEqual([]);
    for (const mappings of [[], [mapping('172.30.0.2', 8080)]])
      expect(await refusalOf(network.setPorts(mappings))).toBe('failed-precondition');
    expect(await refusalOf(network.mapPorts([mapping('172.30.0.2', 8080)]))).toBe('failed-precondition');
    expect(await refusalOf(network.applyEndpoints({ version: 1, endpoints: [] }))).toBe('internal');
  });

  it('says what it had to make, and finds nothing to do the second time', async () => {
    const nothing = { putBack: [], engineRulesGone: false };
    expect(await network.repair()).toEqual(nothing);
    expect((await network.ensure(settings)).putBack).not.toEqual([]);
    expect(await network.ensure(settings)).toEqual(nothing);
    expect(await network.repair()).toEqual(nothing);
  });

  it('makes elements whatever they led to before, and takes away those that still lead there', async () => {
    await network.ensure(settings);
    await network.mapPorts([
      mapping('172.30.0.2', 8080),
      mapping('172.30.0.2', 8081),
      mapping('172.30.0.2', 8081, 'udp'),
    ]);
    await network.mapPorts([mapping('172.30.0.3', 8080)]);
    await network.mapPorts([mapping('172.30.0.3', 8080)]);
    await network.unmapPorts([
      mapping('172.30.0.2', 8080),
      mapping('172.30.0.2', 8081, 'udp'),
      mapping('172.30.0.2', 1),
    ]);
    expect(await sorted()).toEqual([mapping('172.30.0.3', 8080), mapping('172.30.0.2', 8081)]);
    await network.ensure(settings);
    expect(await sorted()).toEqual([mapping('172.30.0.3', 8080), mapping('172.30.0.2', 8081)]);
    await network.unmapPorts([mapping('172.30.0.3', 8080), mapping('172.30.0.2', 8081)]);
    expect(await sorted()).toEqual([]);
  });

  it('makes ports the whole map, however often it is asked, and none at all too', async () => {
    await network.ensure(settings);
    const stays = mapping('172.30.0.2', 8080);
    await network.mapPorts([stays, mapping('172.30.0.2', 8081), mapping('172.30.0.4', 8083, 'udp')]);
    const whole = [
      stays,
      { ...mapping('172.30.0.3', 8081), overlayAddress: '10.7.0.6' },
      { ...mapping('172.30.0.4', 8082, 'udp'), overlayAddress: null },
    ];
    const told: string[][] = [];
    for (const _ of ['first', 'again']) {
      const changed = await network.setPorts(whole);
      told.push(changed.map(({ protocol, hostPort }) => `${hostPort}/${protocol}`).sort());
      expect(await sorted()).toEqual(whole);
    }
    // What was not as asked: one led elsewhere, one was missing, one was nobody's wish.
    expect(told).toEqual([['8081/tcp', '8082/udp', '8083/udp'], []]);
    expect(await refusalOf(network.setPorts([stays, mapping('172.30.0.9', 8080)]))).toBe('internal');
    expect(await sorted()).toEqual(whole);
    await network.setPorts([]);
    expect(await sorted()).toEqual([]);
  });

  it('leads the callers inside elsewhere too when only their end has changed', async () => {
    await network.ensure(settings);
    await network.mapPorts([mapping('172.30.0.2', 8080), mapping('172.30.0.2', 8081)]);
    const moved = { ...mapping('172.30.0.2', 8080), overlayAddress: '10.7.0.6' };
    const alone = { ...mapping('172.30.0.2', 8081), overlayAddress: null };
    await network.mapPorts([moved, alone]);
    expect(await sorted()).toEqual([moved, alone]);
    // Whoever takes it away need not know it.
    await network.unmapPorts([{ ...moved, overlayAddress: null }, mapping('172.30.0.2', 8081)]);
    expect(await sorted()).toEqual([]);
  });

  it('leads no port to two ends', async () => {
    await network.ensure(settings);
    const both = [mapping('172.30.0.2', 8080), mapping('172.30.0.3', 8080)];
    expect(await refusalOf(network.mapPorts(both))).toBe('internal');
    const inside = [mapping('172.30.0.2', 8080), { ...mapping('172.30.0.2', 8080), overlayAddress: '10.7.0.6' }];
    expect(await refusalOf(network.mapPorts(inside))).toBe('internal');
    expect(await network.portMap()).toEqual([]);
    await network.mapPorts([mapping('172.30.0.2', 8080), mapping('172.30.0.2', 8080)]);
    expect(await network.portMap()).toEqual([mapping('172.30.0.2', 8080)]);
  });

  it('applies any table again, and none that cannot be meant', async () => {
    await network.ensure(settings);
    const good = { version: 1, endpoints: [endpoint('10.7.0.5')] };
    await network.applyEndpoints(good);
    await network.applyEndpoints(good);
    await network.applyEndpoints({ version: 2, endpoints: [] });
    for (const endpoints of [
      [endpoint('192.0.2.1')],
      [endpoint('10.7.0.5'), endpoint('10.7.0.5')],
      [{ ...endpoint('10.7.0.5'), underlay: '' }],
    ])
      expect(await refusalOf(network.applyEndpoints({ version: 3, endpoints }))).toBe('internal');
  });

  it('names those who listen on the ports asked, or on any', async () => {
    const pid = await occupy('tcp', 9001);
    const held = expect.objectContaining({ protocol: 'tcp', port: 9001, holder: expect.objectContaining({ pid }) });
    expect(await network.listeners([{ protocol: 'tcp', port: 9001 }])).toEqual([held]);
    expect(await network.listeners([{ protocol: 'udp', port: 9001 }])).toEqual([]);
    expect(await network.listeners([])).toContainEqual(held);
  });
};

describe('a node network in memory', () => {
  promises(async () => {
    const network = new FakeNetwork();
    return {
      network,
      settings: { subnet: '10.7.0.0/16', gateway: '10.7.255.254', vxlanId: 77, underlay: '10.99.0.11', nodeId: 'n1' },
      occupy: async (protocol, port) => {
        network.foreign.push({ protocol, port, holder: { kind: 'foreign', pid: 4711, program: 'nginx' } });
        return 4711;
      },
    };
  });
});

describe.skipIf(!isRoot)('a node network in the kernel (needs root)', () => {
  const lab = new NetworkLab();
  let count = 0;
  beforeAll(async () => {
    await lab.start();
  });
  afterAll(() => lab.end());
  promises(async () => {
    const node = await lab.node(`n${++count}`);
    return {
      network: node.network,
      settings: node.settings,
      occupy: async (protocol, port) => {
        const peer = node.peer();
        await peer.serve('x', port, protocol);
        return peer.pid;
      },
    };
  });
});
