import { HealthWatch } from '@restow/agent/health/health-watch';
import { NodeRepair } from '@restow/agent/session/node-repair';
import { EngineWatch } from '@restow/agent/session/observe';
import { sampleApp } from '@restow/lab/sample-app';
import { openLog } from '@restow/shared/base/log';
import type { InstanceSpec } from '@restow/shared/domain/order';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aRealNode, type RealNode } from '../lib/a-real-node.ts';
import { nodeSubnet, overlaySubnet } from '../lib/a-swap-node.ts';
import { anInstance, refOf } from '../lib/an-instance.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { whyNoEngine } from '../lib/real-engine.ts';

/**
 * The agent's watch on a real engine and a real kernel, with a clock turned by hand: somebody empties the firewall or
 * removes a link, nobody is told, and a minute passes.
 */
describe.skipIf(whyNoEngine !== null)(`a node's network, taken away by hand (${whyNoEngine ?? 'for real'})`, () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const log = openLog('test', 'silent');
  const warn = vi.spyOn(log, 'warn');
  let looks = 0;
  let node: RealNode;
  let watching: Promise<void>;
  let web: InstanceSpec;

  /** Who answers where, and whether a container reaches the world. */
  const doors = async () => {
    const from = (container: string, url: string) =>
      node.shell(`docker exec ${container} timeout 1 wget -q -O - ${url}`);
    const container = (await node.docker('ps', '-q', '--filter', 'name=restow-web-1')).trim();
    const neighbour = (await node.docker('ps', '-q', '--filter', 'name=restow-web-2')).trim();
    const [outside, local, self, overlay, world] = await Promise.all([
      fetch(`http://${node.address}:8080/`, { signal: AbortSignal.timeout(1000) }).then(
        (response) => response.text(),
        () => '',
      ),
      node.get('http://127.0.0.1:8080/'),
      from(container, `http://${node.address}:8080/`),
      from(neighbour, `http://${web.address}/`),
      node.shell(`docker exec ${container} timeout 1 ping -c 1 ${node.lab.registry.address.split(':')[0]} && echo yes`),
    ]);
    const open = { outside, local, self, overlay, world: world.includes('yes') ? 'v1' : '' };
    return Object.entries(open).flatMap(([door, answer]) => (answer.trim() === 'v1' ? [door] : []));
  };
  const ours = ['outside', 'local', 'self', 'overlay'];
  /** What one minute mends, in the words of the warnings. */
  const aMinuteLater = async () => {
    warn.mockClear();
    const before = looks;
    await clock.advance(60_000);
    await vi.waitFor(() => expect(looks).toBe(before + 1), { timeout: 10_000, interval: 20 });
    return warn.mock.calls.map(([first]) => (first as { putBack?: string[] }).putBack ?? first);
  };
  const engineGone = expect.stringContaining("the engine's own firewall rules are gone");

  beforeAll(async () => {
    node = await aRealNode();
    const image = await node.push('repair', 'v1', sampleApp('v1'));
    await node.order({ kind: 'pull-image', image });
    web = anInstance(image, { ports: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' }], minRunningMs: 100 });
    const second = anInstance(image, { slotId: 'slot-2', slotIndex: 2, address: '10.7.0.6', minRunningMs: 100 });
    for (const instance of [web, second]) {
      await node.order({ kind: 'prepare', instance });
      await node.order({ kind: 'take', instance, relayed: false });
      await node.order({ kind: 'flip', instance: refOf(instance), towards: null });
    }
    const { engine, network } = node;
    const endpoints = { version: 1, endpoints: [] };
    const repair = new NodeRepair({
      ...{ engine, network, nodeSubnet, ports: node.deps.ports, handovers: { look: async () => [] } },
      memory: {
        ...{ nodeId: 'n1', network: { overlaySubnet, vxlanId: 77, underlay: node.address, endpoints } },
        remember: () => undefined,
        flush: async () => undefined,
      },
      log,
    });
    const watch = new EngineWatch({
      ...{
        engine,
        clock,
        log,
        names: { see: () => undefined, seeAll: () => undefined, gone: () => undefined },
        health: new HealthWatch({ probe: node.deps.probe, clock, log }),
      },
      onBegin: () => undefined,
      onEnd: () => undefined,
      onServing: () => undefined,
      onEngineBack: async () => undefined,
      onMinute: async () => {
        await repair.look();
        looks++;
      },
    });
    watching = watch.run(stop.signal);
  });
  afterAll(async () => {
    stop.abort();
    await watching;
    await node?.[Symbol.asyncDispose]();
  });

  it('is left alone while it is whole', async () => {
    expect(await doors()).toEqual([...ours, 'world']);
    expect(await aMinuteLater()).toEqual([]);
  });

  it('answers again a minute after `nft flush ruleset`', async () => {
    await node.shell('nft flush ruleset');
    expect(await doors()).toEqual(['overlay']);
    expect(await aMinuteLater()).toEqual([
      ['the nft table ip restow', 'the rules in FORWARD', 'the rules in INPUT', 'port 8080/tcp'],
      engineGone,
    ]);
    expect(await doors()).toEqual(ours);
    expect(await aMinuteLater()).toEqual([]);
    // As it was told: what is the engine's comes back with the engine.
    await node.lab.engineRestart('n1');
    expect(await aMinuteLater()).toEqual([['the rules in DOCKER-USER']]);
    expect(await doors()).toEqual([...ours, 'world']);
  });

  it('answers again a minute after iptables was emptied, though what is not accepted is dropped', async () => {
    await node.shell('iptables -P FORWARD DROP; for t in filter nat mangle raw; do iptables -t $t -F; done');
    expect(await doors()).toEqual(['local']);
    expect(await aMinuteLater()).toEqual([
      ['the rules in DOCKER-USER', 'the rules in FORWARD', 'the rules in INPUT'],
      engineGone,
    ]);
    expect(await doors()).toEqual(ours);
  });

  it('has its overlay again, and its ports where they belong, a minute after somebody broke them', async () => {
    const device = () => node.shell('ip -j link show rsvx0');
    await node.shell(
      "ip link del rsvx0; nft flush map ip restow ports; nft add element ip restow ports '{ tcp . 8090 : 172.30.0.9 . 80 }'",
    );
    expect(await device()).toBe('');
    expect(await aMinuteLater()).toEqual([['the VXLAN device rsvx0', 'port 8090/tcp', 'port 8080/tcp']]);
    expect(await doors()).toEqual(ours);
    expect(await device()).toContain('"rsvx0"');
    expect(await node.portMap()).toHaveLength(1);
  });
});
