import { sampleApp } from '@restow/lab/sample-app';
import type { InstanceSpec, Order, OrderKind } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { idlePlan, type LoadClient, loadNow, startLoad } from '../lab/load-client.ts';
import { lateness, tellLoad } from '../lab/load-client-report.ts';
import { anInstance, refOf, theNext } from '../lib/an-instance.ts';
import { whyNoEngine } from '../lib/real-engine.ts';
import { type RealHost, type RealNodes, realNodes } from '../lib/real-nodes.ts';

const address = '10.7.0.5';
const port = { containerPort: 80, hostPort: 8080, protocol: 'tcp' } as const;
const clientAddress = ['10.7.0.100', '10.7.0.200'];

describe.skipIf(whyNoEngine !== null)(`a handover between Docker Engines (${whyNoEngine ?? 'real ones'})`, () => {
  let nodes: RealNodes;
  let a: RealHost;
  let b: RealHost;
  let v1: PinnedImage;
  let v2: PinnedImage;
  let old: InstanceSpec;
  let next: InstanceSpec;
  let clients: InstanceSpec[];
  let loads: LoadClient[] = [];
  let begun = 0;

  const pidOf = async (host: RealHost, { instanceId }: InstanceSpec) => (await host.engine.find(instanceId))!.pid!;
  const slotAt = (host: RealHost) =>
    nodes.announce({ [address]: host, [clientAddress[0]!]: a, [clientAddress[1]!]: b });
  /** Runs something in the network of a container. */
  const inside = async (host: RealHost, instance: InstanceSpec, line: string) =>
    host.shell(`nsenter --net=/proc/${await pidOf(host, instance)}/ns/net ${line}`);
  const ask = async (client: 0 | 1) =>
    (await inside([a, b][client]!, clients[client]!, `timeout 2 busybox wget -q -O - http://${address}/`)).trim();
  const answers = async () => Promise.all([ask(0), ask(1)]);
  /** What a handover leaves in a node's kernel: nothing. */
  const traces = async (host: RealHost) =>
    (
      await host.shell(
        `nft list tables | grep restow-; ip -o link show | grep rsh; bridge fdb show | grep 02:43:; bridge -d link show dev rsvx0 | grep -o 'hairpin on'`,
      )
    ).trim();

  const startLoads = async () => {
    loads = await Promise.all(
      [a, b].map(async (host, i) =>
        startLoad(
          `client on ${host.name}`,
          { ...idlePlan, target: address, newPerSecond: 50, slowPerSecond: 2, slowMs: 2000, kept: 5 },
          { lab: nodes.lab, from: { host: host.name, pid: await pidOf(host, clients[i]!) } },
        ),
      ),
    );
    const outside = { ...idlePlan, target: a.address, port: port.hostPort, newPerSecond: 25, kept: 2 };
    loads.push(await startLoad('outside', outside));
    begun = loadNow();
    await pause(700);
  };
  const stopLoads = async () => {
    const to = loadNow();
    await Promise.all(loads.map((load) => load.stop()));
    const reports = loads.map((load) => load.report(begun, to));
    for (const [i, report] of reports.entries()) {
      console.log(tellLoad(loads[i]!.name, report));
      const bad = loads[i]!.records.filter(
        (one) => one.begun >= begun && one.begun < to && (one.trouble || lateness(loads[i]!.plan, one) > 150),
      );
      console.log(
        bad
          .map(
            (one) =>
              `${one.kind} ${one.fresh} at ${Math.round(one.begun - begun)} +${Math.round(one.ended - one.begun)} ${one.version} ${one.trouble}`,
          )
          .join('\n'),
      );
    }
    loads = [];
    return reports;
  };
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  beforeAll(async () => {
    nodes = await realNodes(2);
    [a, b] = nodes.hosts as [RealHost, RealHost];
    v1 = await nodes.push('handover', 'v1', sampleApp('v1'));
    v2 = await nodes.push('handover', 'v2', sampleApp('v2'));
    for (const host of [a, b]) for (const image of [v1, v2]) await host.order({ kind: 'pull-image', image });
    clients = await Promise.all(
      [a, b].map(async (host, i) => {
        const client = anInstance(v1, { slotId: `client-${i}`, serviceName: 'client', address: clientAddress[i]! });
        await host.order({ kind: 'take', instance: client, relayed: false });
        return client;
      }),
    );
  }, 120_000);
  afterAll(() => nodes?.[Symbol.asyncDispose]());

  beforeEach(async () => {
    const healthCheck = { kind: 'http', port: 80, path: '/' } as const;
    old = anInstance(v1, { address, ports: [port], healthCheck, stopGraceMs: 8000 });
    next = theNext(old, v2);
    await slotAt(a);
    await a.order({ kind: 'take', instance: old, relayed: false });
    await a.order({ kind: 'flip', instance: refOf(old), towards: null });
    await a.order({ kind: 'settle', instance: refOf(old) });
    expect(await answers()).toEqual(['v1', 'v1']);
  });
  afterEach(async () => {
    await Promise.all(loads.map((load) => load.stop()));
    for (const host of [a, b])
      for (const each of await host.engine.list())
        if (each.address === address) {
          await host.engine.setServing(each.containerId, false, 'ALWAYS');
          await host.engine.stop(each.containerId, 0);
          await host.engine.remove(each.containerId);
        }
    for (const host of [a, b]) {
      await host.network.handovers.close(address);
      await host.network.setPorts([]);
    }
  });

  describe('on one node', () => {
    const give = async (...orders: Order[]) => {
      for (const order of orders) {
        const t = performance.now();
        await a.order<OrderKind>(order);
        console.log(order.kind, Math.round(performance.now() - t));
      }
    };

    it('loses no request, cuts no connection, and has every new connection after the flip answered by the new one', async () => {
      await startLoads();
      await give({ kind: 'prepare', instance: next }, { kind: 'open', instance: refOf(old), towards: null });
      await pause(300);
      await give({ kind: 'take', instance: next, relayed: false });
      await pause(300);
      await give({ kind: 'flip', instance: refOf(next), towards: null });
      const flipped = loadNow();
      await give({ kind: 'settle', instance: refOf(next) });
      await pause(500);
      const { cut, killed, tookMs } = await a.order({ kind: 'drain', instance: refOf(old) });
      console.log('drain', { cut, killed, tookMs });
      await give({ kind: 'close', instance: refOf(old) });
      await pause(500);
      const reports = await stopLoads();
      for (const { failed, cut, stale } of reports)
        expect({ failed, cut, stale }).toEqual({ failed: 0, cut: 0, stale: [] });
      expect(cut).toBe(0);
      void flipped;
      expect(await traces(a)).toBe('');
    }, 60_000);

    it('is undone before the flip with no connection cut', async () => {
      await startLoads();
      await give({ kind: 'prepare', instance: next }, { kind: 'open', instance: refOf(old), towards: null });
      await give({ kind: 'take', instance: next, relayed: false });
      await give({ kind: 'put-aside', instance: refOf(next), tailLines: 0 }, { kind: 'revive', instance: refOf(old) });
      await pause(500);
      const reports = await stopLoads();
      for (const { failed, cut, versions } of reports)
        expect({ failed, cut, versions: Object.keys(versions) }).toEqual({ failed: 0, cut: 0, versions: ['v1'] });
      expect(await traces(a)).toBe('');
    }, 60_000);
  });

  describe('from one node to another', () => {
    const towards = () => ({ underlay: b.address, ports: next.ports });
    const steps = (): [RealHost, Order][] => [
      [b, { kind: 'prepare', instance: next }],
      [a, { kind: 'open', instance: refOf(old), towards: towards() }],
      [b, { kind: 'take', instance: next, relayed: true }],
      [b, { kind: 'flip', instance: refOf(next), towards: null }],
      [a, { kind: 'flip', instance: refOf(old), towards: towards() }],
      [a, { kind: 'drain', instance: refOf(old) }],
      [b, { kind: 'settle', instance: refOf(next) }],
    ];
    const closing = (): [RealHost, Order][] => [
      [a, { kind: 'close', instance: refOf(old) }],
      [b, { kind: 'close', instance: refOf(next) }],
    ];
    const give = async (orders: readonly [RealHost, Order][], times = 1) => {
      for (const [host, order] of orders)
        for (let time = 0; time < times; time++) {
          const t = performance.now();
          console.log('at', Math.round(loadNow() - begun), host.name, order.kind);
          const said = await host.order<OrderKind>(order);
          console.log(host.name, order.kind, Math.round(performance.now() - t), JSON.stringify(said));
          await pause(150);
        }
    };

    it('loses no request, cuts no connection, and has every new connection after the flip answered by the new one', async () => {
      await startLoads();
      const before = steps();
      await give(before.slice(0, 5));
      await pause(500);
      await give(before.slice(5));
      await slotAt(b);
      loads[2]!.turnTo(b.address);
      await pause(200);
      await give(closing());
      await pause(500);
      const reports = await stopLoads();
      for (const { failed, cut, stale } of reports)
        expect({ failed, cut, stale }).toEqual({ failed: 0, cut: 0, stale: [] });
      expect(await answers()).toEqual(['v2', 'v2']);
      expect([await traces(a), await traces(b)]).toEqual(['', '']);
    }, 60_000);
  });
});
