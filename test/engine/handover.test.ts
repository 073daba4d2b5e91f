import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HandoverRepair } from '@restow/agent/swap/handover-repair';
import { sampleApp } from '@restow/lab/sample-app';
import type { InstanceSpec, Order, OrderKind } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { idlePlan, type LoadClient, loadNow, startLoad } from '../lab/load-client.ts';
import { tellLoad } from '../lab/load-client-report.ts';
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
  let dir = '';

  const pidOf = async (host: RealHost, { instanceId }: InstanceSpec) => (await host.engine.find(instanceId))!.pid!;
  const slotAt = (host: RealHost) =>
    nodes.announce({ [address]: host, [clientAddress[0]!]: a, [clientAddress[1]!]: b });
  /** Runs something in the network of a container. */
  const inside = async (host: RealHost, instance: InstanceSpec, line: string) =>
    host.shell(`nsenter --net=/proc/${await pidOf(host, instance)}/ns/net ${line}`);
  const ask = async (client: 0 | 1) =>
    (
      await inside(
        [a, b][client]!,
        clients[client]!,
        `sh -c 'ip neigh flush all; timeout 2 busybox wget -q -O - http://${address}/'`,
      )
    ).trim();
  const answers = async () => Promise.all([ask(0), ask(1)]);
  /** What a handover leaves in a node's kernel: nothing. */
  const traces = async (host: RealHost) =>
    (
      await host.shell(
        `nft list tables | grep restow-; ip -o link show | grep rsh; bridge fdb show | grep 02:43:; bridge -d link show dev rsvx0 | grep -o 'hairpin on'; ip rule | grep 407; ip route show table all | grep -E '407[78]|240[.]'; ip neigh | grep 240[.]`,
      )
    ).trim();

  const startLoads = async ({ slowMs = 2000, neighbours = true } = {}) => {
    loads = await Promise.all(
      [a, b].map(async (host, i) =>
        startLoad(
          `client on ${host.name}`,
          { ...idlePlan, target: address, newPerSecond: 40, slowPerSecond: 2, slowMs, kept: 5 },
          { lab: nodes.lab, from: { host: host.name, pid: await pidOf(host, clients[i]!) } },
        ),
      ),
    );
    // By the node's port: from a neighbour on the node network, who is led to the overlay, and from outside.
    const byPort = {
      ...idlePlan,
      target: a.address,
      port: port.hostPort,
      newPerSecond: 20,
      slowPerSecond: 2,
      slowMs,
      kept: 2,
    };
    if (neighbours) {
      const neighbour = { host: a.name, pid: await pidOf(a, clients[0]!) };
      loads.push(await startLoad('neighbour', byPort, { lab: nodes.lab, from: neighbour }));
    }
    loads.push(await startLoad('outside', byPort));
    begun = loadNow();
    await pause(500);
  };
  /** What every client's questions came to: nobody was refused, nobody cut off; nobody answered by who had given way. */
  const stopLoads = async ({ goesBack = false } = {}) => {
    const to = loadNow();
    await Promise.all(loads.map((load) => load.stop()));
    const reports = loads.map((load) => load.report(begun, to));
    for (const [i, report] of reports.entries()) {
      const told = tellLoad(loads[i]!.name, report);
      const { failed, cut, stale, kinds } = report;
      expect({ failed, cut }, told).toEqual({ failed: 0, cut: 0 });
      if (!goesBack) expect(stale, told).toEqual([]);
      expect(kinds.new.attempted, told).toBeGreaterThan(20);
    }
    loads = [];
    return reports.map(({ versions }) => versions);
  };
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  const give = async (...orders: readonly (readonly [RealHost, Order])[]) => {
    for (const [host, order] of orders) await host.order<OrderKind>(order);
  };

  /** Has an order broken off after each of its commands in turn, until one is whole. Resolves with how many it takes. */
  const brokenOffEverywhere = async (host: RealHost, order: Order): Promise<number> => {
    await writeFile(join(dir, 'limit'), '1000000');
    const mortal = await host.by([join(dir, 'until-dead'), dir]);
    for (let commands = 0; ; commands++) {
      await writeFile(join(dir, 'done'), '');
      await writeFile(join(dir, 'limit'), `${commands}`);
      const outcome = await mortal.give<OrderKind>(order);
      if (outcome.ok) return commands;
      expect(outcome.failure.message).toContain('died here');
    }
  };

  const repairOf = (host: RealHost, livesHere = true) =>
    new HandoverRepair({
      ...{ engine: host.engine, network: host.network, livesHere: () => livesHere, isBusy: () => false },
      between: (_, act) => act(),
    });

  /** Of connections that an instance opens itself, to a peer on its node and one on the other, those that are answered. */
  const ownAnswers = async (host: RealHost, instance: InstanceSpec) => {
    const line = clientAddress.map((peer) => `timeout 2 busybox wget -q -O - http://${peer}/`).join('; ');
    const all = await inside(host, instance, `sh -c 'for i in 1 2 3 4 5; do ip neigh flush all; ${line}; done'`);
    return all.trim().split('\n').length;
  };

  beforeAll(async () => {
    nodes = await realNodes(2);
    [a, b] = nodes.hosts as [RealHost, RealHost];
    dir = await mkdtemp(join(tmpdir(), 'restow-handover-test-'));
    await writeFile(
      join(dir, 'until-dead'),
      `#!/bin/sh
printf x >>"$1/done"
if [ "$(stat -c %s "$1/done")" -gt "$(cat "$1/limit")" ]; then echo "died here" >&2; exit 9; fi
shift
exec "$@"
`,
      { mode: 0o755 },
    );
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
  afterAll(async () => {
    await nodes?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  beforeEach(async () => {
    const healthCheck = { kind: 'http', port: 80, path: '/' } as const;
    // So that it never ends a connection between two questions of its own accord.
    const env = { LINGER_MS: '400' };
    old = anInstance(v1, { address, ports: [port], healthCheck, env, stopGraceMs: 8000 });
    next = theNext(old, v2);
    await slotAt(a);
    await a.order({ kind: 'take', instance: old, relayed: false });
    await a.order({ kind: 'flip', instance: refOf(old), towards: null });
    await a.order({ kind: 'settle', instance: refOf(old) });
    expect(await answers()).toEqual(['v1', 'v1']);
  });
  afterEach(async () => {
    await Promise.all(loads.map((load) => load.stop()));
    loads = [];
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
    const prepare = (): [RealHost, Order] => [a, { kind: 'prepare', instance: next }];
    const open = (): [RealHost, Order] => [a, { kind: 'open', instance: refOf(old), towards: null }];
    const take = (): [RealHost, Order] => [a, { kind: 'take', instance: next, relayed: false }];
    const flip = (): [RealHost, Order] => [a, { kind: 'flip', instance: refOf(next), towards: null }];
    const settle = (): [RealHost, Order] => [a, { kind: 'settle', instance: refOf(next) }];
    const drain = (): [RealHost, Order] => [a, { kind: 'drain', instance: refOf(old) }];
    const close = (): [RealHost, Order] => [a, { kind: 'close', instance: refOf(old) }];
    const aside = (): [RealHost, Order] => [a, { kind: 'put-aside', instance: refOf(next), tailLines: 0 }];
    const revive = (): [RealHost, Order] => [a, { kind: 'revive', instance: refOf(old) }];

    it('loses no request, and all that comes after the flip is the new one’s', async () => {
      await startLoads();
      await give(prepare(), open());
      await pause(200);
      await give(take());
      await pause(200);
      await give(flip(), settle());
      expect(await answers()).toEqual(['v2', 'v2']);
      expect(await a.order({ kind: 'drain', instance: refOf(old) })).toMatchObject({ cut: 0, killed: false });
      await give(close());
      await pause(300);
      for (const versions of await stopLoads()) expect(Object.keys(versions).sort()).toEqual(['v1', 'v2']);
      expect(await traces(a)).toBe('');
    });

    it('has what either of them opens itself answered, from a peer on the same node and one on the other', async () => {
      await give(prepare(), open());
      // Nobody else has the address yet, and whoever does not know it asks for it.
      expect(await answers()).toEqual(['v1', 'v1']);
      expect(await ownAnswers(a, old)).toBe(10);
      await give(take());
      expect([await ownAnswers(a, old), await ownAnswers(a, next)]).toEqual([10, 10]);
      await give(flip());
      expect([await ownAnswers(a, old), await ownAnswers(a, next)]).toEqual([10, 10]);
    });

    it('is undone before the flip, and after it, and nobody hears of it', async () => {
      await startLoads({ slowMs: 400 });
      await give(prepare(), open(), take(), aside(), revive());
      expect(await traces(a)).toBe('');
      await pause(200);
      await give(open(), take(), flip());
      await pause(200);
      await give(open());
      expect(await answers()).toEqual(['v1', 'v1']);
      await give(aside(), revive());
      expect(await traces(a)).toBe('');
      await pause(300);
      await stopLoads({ goesBack: true });
      expect(await answers()).toEqual(['v1', 'v1']);
      // Through a restart too: the engine gives it the address it had.
      await a.engine.stop((await a.engine.find(old.instanceId))!.containerId, 0);
      await give(revive());
      expect(await answers()).toEqual(['v1', 'v1']);
    });

    it('can be broken off anywhere and gone on with, and nobody hears of it', async () => {
      // What a neighbour holds by a port is remembered by the agent while its engine stops the new one.
      await startLoads({ neighbours: false });
      await give(prepare());
      expect(await brokenOffEverywhere(...open())).toBeGreaterThan(8);
      await give(take());
      expect(await brokenOffEverywhere(...aside())).toBeGreaterThan(0);
      expect(await brokenOffEverywhere(...revive())).toBeGreaterThan(5);
      expect(await traces(a)).toBe('');
      expect(await brokenOffEverywhere(...open())).toBeGreaterThan(8);
      await give(take());
      expect(await brokenOffEverywhere(...flip())).toBeGreaterThan(1);
      await give(settle(), drain());
      expect(await brokenOffEverywhere(...close())).toBeGreaterThan(2);
      await stopLoads();
      expect(await traces(a)).toBe('');
    });

    it('that nobody goes on with is seen to: one begun, one whose old instance died, one that was taken away', async () => {
      await startLoads();
      const { pid } = (await a.engine.find(old.instanceId))!;
      await a.network.handovers.openHere({ address, pid: pid! });
      expect(await traces(a)).not.toBe('');
      expect(await repairOf(a).look()).toEqual([expect.stringContaining(address)]);
      expect(await traces(a)).toBe('');
      await give(prepare(), open());
      expect(await repairOf(a).look()).toEqual([]);
      await give(take(), flip());
      expect(await repairOf(a).look()).toEqual([]);
      await stopLoads();
      // What is held is lost with the table, and both are reached as before as soon as it is back.
      await a.shell('nft delete table bridge restow-0a070005');
      await a.network.repair();
      expect(await repairOf(a).look()).toEqual([expect.stringContaining(address)]);
      expect(await answers()).toEqual(['v2', 'v2']);
      expect([await ownAnswers(a, old), await ownAnswers(a, next)]).toEqual([10, 10]);
      await a.shell(`kill -9 ${pid}`);
      await a.engine.whenEnded((await a.engine.find(old.instanceId))!.containerId, AbortSignal.timeout(5000));
      expect(await repairOf(a).look()).toEqual([expect.stringContaining(address)]);
      expect(await traces(a)).toBe('');
      expect(await answers()).toEqual(['v2', 'v2']);
    });
  });

  describe('from one node to another', () => {
    const towards = () => ({ underlay: b.address, ports: next.ports });
    const prepare = (): [RealHost, Order] => [b, { kind: 'prepare', instance: next }];
    const open = (): [RealHost, Order] => [a, { kind: 'open', instance: refOf(old), towards: towards() }];
    const take = (): [RealHost, Order] => [b, { kind: 'take', instance: next, relayed: true }];
    const lead = (): [RealHost, Order] => [b, { kind: 'flip', instance: refOf(next), towards: null }];
    const flip = (): [RealHost, Order] => [a, { kind: 'flip', instance: refOf(old), towards: towards() }];
    const drain = (): [RealHost, Order] => [a, { kind: 'drain', instance: refOf(old) }];
    const settle = (): [RealHost, Order] => [b, { kind: 'settle', instance: refOf(next) }];
    const closeOld = (): [RealHost, Order] => [a, { kind: 'close', instance: refOf(old) }];
    const closeNew = (): [RealHost, Order] => [b, { kind: 'close', instance: refOf(next) }];
    const aside = (): [RealHost, Order] => [b, { kind: 'put-aside', instance: refOf(next), tailLines: 0 }];
    const revive = (): [RealHost, Order] => [a, { kind: 'revive', instance: refOf(old) }];
    const everybodyKnows = async () => {
      await slotAt(b);
      // Whoever called by a port of the old node has been answered until now; from here on it is another's.
      for (const load of loads.slice(2)) load.turnTo(b.address);
      await pause(200);
    };

    it('loses no request, and all that comes after the flip is the new one’s, by the old node’s port too', async () => {
      await startLoads();
      await give(prepare(), open());
      await pause(200);
      await give(take());
      await pause(200);
      await give(lead(), flip());
      expect(await answers()).toEqual(['v2', 'v2']);
      expect((await (await fetch(`http://${a.address}:${port.hostPort}/`)).text()).trim()).toBe('v2');
      expect(await a.order({ kind: 'drain', instance: refOf(old) })).toMatchObject({ cut: 0, killed: false });
      await give(settle());
      // What an agent looks after by itself, with the table as it was.
      expect((await b.network.repair()).putBack).toEqual([]);
      await everybodyKnows();
      await give(closeOld(), closeNew());
      await pause(300);
      for (const versions of await stopLoads()) expect(Object.keys(versions).sort()).toEqual(['v1', 'v2']);
      expect([await traces(a), await traces(b)]).toEqual(['', '']);
      expect(await answers()).toEqual(['v2', 'v2']);
    });

    it('has what either of them opens itself answered, from a peer on the same node and one on the other', async () => {
      await give(prepare(), open());
      expect(await ownAnswers(a, old)).toBe(10);
      await give(take());
      expect([await ownAnswers(a, old), await ownAnswers(b, next)]).toEqual([10, 10]);
      await give(lead(), flip());
      expect([await ownAnswers(a, old), await ownAnswers(b, next)]).toEqual([10, 10]);
      await give(drain(), settle());
      expect(await ownAnswers(b, next)).toBe(10);
    });

    it('is undone before the flip, and after it, and nobody hears of it', async () => {
      await startLoads({ slowMs: 400 });
      await give(prepare(), open(), take(), aside(), revive());
      expect([await traces(a), await traces(b)]).toEqual(['', '']);
      expect(await answers()).toEqual(['v1', 'v1']);
      await stopLoads();
      await give(open(), take(), lead(), flip(), open());
      expect(await answers()).toEqual(['v1', 'v1']);
      expect((await (await fetch(`http://${a.address}:${port.hostPort}/`)).text()).trim()).toBe('v1');
      await give(aside(), revive());
      expect([await traces(a), await traces(b)]).toEqual(['', '']);
      expect(await answers()).toEqual(['v1', 'v1']);
    });

    it('takes back what was settled when the new one is put aside', async () => {
      await give(prepare(), open(), take(), lead(), flip(), drain(), settle(), aside(), revive());
      expect([await traces(a), await traces(b)]).toEqual(['', '']);
      expect(await answers()).toEqual(['v1', 'v1']);
    });

    it('can be broken off anywhere and gone on with, and nobody hears of it', async () => {
      await startLoads();
      await give(prepare());
      expect(await brokenOffEverywhere(...open())).toBeGreaterThan(3);
      expect(await brokenOffEverywhere(...take())).toBeGreaterThan(3);
      await give(lead());
      expect(await brokenOffEverywhere(...flip())).toBeGreaterThan(1);
      await give(drain());
      expect(await brokenOffEverywhere(...settle())).toBeGreaterThan(2);
      await everybodyKnows();
      expect(await brokenOffEverywhere(...closeOld())).toBeGreaterThan(2);
      expect(await brokenOffEverywhere(...closeNew())).toBeGreaterThan(2);
      await stopLoads();
      expect([await traces(a), await traces(b)]).toEqual(['', '']);
      expect(await answers()).toEqual(['v2', 'v2']);
    });

    it('that nobody goes on with is seen to once nobody needs it', async () => {
      await give(prepare(), open(), take(), lead(), flip());
      await a.shell('ip link del rsvx0');
      await a.network.repair();
      expect(await answers()).toEqual(['v2', 'v2']);
      await give(drain());
      expect([await repairOf(a).look(), await repairOf(b, false).look()]).toEqual([[], []]);
      await give(settle());
      await slotAt(b);
      expect(await repairOf(a, false).look()).toEqual([expect.stringContaining(address)]);
      expect(await traces(a)).toBe('');
      await give(aside());
      expect(await traces(b)).toBe('');
    });
  });
});
