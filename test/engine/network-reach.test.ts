import { KernelNetwork } from '@restow/agent/network/kernel-network';
import type { OverlaySettings } from '@restow/agent/network/node-network';
import { runCommand } from '@restow/lab/command';
import { insideHost } from '@restow/lab/hosts';
import { overlayGateway } from '@restow/shared/domain/address';
import type { EndpointTable, InstanceSpec } from '@restow/shared/domain/order';
import type { Protocol } from '@restow/shared/domain/service';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aRealNode, type RealNode } from '../lib/a-real-node.ts';
import { overlaySubnet } from '../lib/a-swap-node.ts';
import { anEndpoint } from '../lib/an-endpoint.ts';
import { anInstance, refOf } from '../lib/an-instance.ts';
import { askingFor, echoApp } from '../lib/echo-app.ts';
import { whyNoEngine } from '../lib/real-engine.ts';

const published = 8080;
const unpublished = 8081;
const protocols = ['tcp', 'udp'] as const;

/**
 * No agent runs in this lab: what the kernel was told once, by this program, is all there is. Whatever happens to
 * containers and engine happens with the agent dead.
 */
describe.skipIf(whyNoEngine !== null)(
  `a published port with no agent alive (${whyNoEngine ?? 'a real engine'})`,
  () => {
    let node: RealNode;
    let web: InstanceSpec;
    let containerOf: Record<string, string>;

    const callers: Record<string, (argv: string[]) => Promise<string>> = {};
    const ask = async (caller: string, protocol: Protocol, port: number): Promise<string> => {
      const to = caller === 'the node, by 127.0.0.1' ? '127.0.0.1' : node.address;
      return (await callers[caller]!(askingFor(protocol, to, port))).trim();
    };
    /** Who is answered, of all callers by both protocols, what they ask a port for; rows of `CALLER PROTOCOL ANSWER`. */
    const answers = async (port = published): Promise<string[]> => {
      const rows: string[] = [];
      for (const caller of Object.keys(callers))
        for (const protocol of protocols) rows.push(`${caller}, ${protocol}: ${await ask(caller, protocol, port)}`);
      return rows;
    };
    const all = (answer: string): string[] =>
      Object.keys(callers).flatMap((caller) => protocols.map((protocol) => `${caller}, ${protocol}: ${answer}`));
    const startOf = (container: string) => node.inspect(container, '{{.State.StartedAt}}');
    const allRunning = async () => {
      for (const container of Object.values(containerOf))
        expect(await node.inspect(container, '{{.State.Running}}'), container).toBe('true');
    };

    /** What the kernel holds of ours: the port map, our rules, the overlay's device and entries, settings of the bridges. */
    const ours = () =>
      node.shell(`
      nft list table ip restow; iptables -S | grep -e '--comment restow'
      ip -d -o link show rsvx0 | grep -o 'vxlan id .* nolearning'; bridge -d link show dev rsvx0 | sed 's/^[0-9]*: //'
      bridge fdb show dev rsvx0 | grep 02:42:0a:07; ip neigh show dev rsov0 nud permanent | sort
      cd /proc/sys/net/ipv4; grep . conf/rsnode0/route_localnet neigh/rsnode0/retrans_time_ms neigh/rsov0/retrans_time_ms`);

    const settings = (): OverlaySettings => ({
      ...{ subnet: overlaySubnet, gateway: overlayGateway(overlaySubnet), vxlanId: 77, nodeId: 'n1' },
      underlay: node.address,
    });
    const endpoints = (): EndpointTable => ({
      version: 1,
      endpoints: [
        anEndpoint({ address: web.address, nodeId: 'n1', underlay: node.address }),
        anEndpoint({ address: '10.7.0.99', nodeId: 'n2', underlay: '192.0.2.2' }),
      ],
    });

    beforeAll(async () => {
      node = await aRealNode();
      const image = await node.push('echo', 'v1', await echoApp('web'));
      await node.order({ kind: 'pull-image', image });
      const ports = protocols.map((protocol) => ({ containerPort: 80, hostPort: published, protocol }));
      web = anInstance(image, { ports });
      const sibling = anInstance(image, {
        ...{ serviceId: 'other', slotId: 'other', serviceName: 'sibling', address: '10.7.0.6' },
        command: ['/usr/bin/perl', '/app/echo', 'serve', 'sibling', '80'],
      });
      for (const instance of [web, sibling]) {
        await node.order({ kind: 'prepare', instance });
        await node.order({ kind: 'take', instance, relayed: false });
        await node.order({ kind: 'flip', instance: refOf(instance), towards: null });
      }
      await node.docker('network', 'create', 'foreign');
      const name = ['--name', 'stranger', '--network', 'foreign', '--restart', 'always'];
      await node.docker('run', '-d', ...name, image.reference, '/usr/bin/perl', '/app/echo', 'serve', 'stranger', '80');
      const idOf = async ({ instanceId }: InstanceSpec) => (await node.engine.find(instanceId))!.containerId;
      containerOf = { web: await idOf(web), sibling: await idOf(sibling), stranger: 'stranger' };
      await node.network.applyEndpoints(endpoints());

      const onNode = async (argv: string[]) => (await node.lab.exec('n1', argv)).stdout;
      const inContainer = (container: string) => async (argv: string[]) => {
        const pid = await node.inspect(containerOf[container]!, '{{.State.Pid}}');
        return onNode(['nsenter', '-t', pid, '-n', ...argv]);
      };
      Object.assign(callers, {
        outside: async (argv: string[]) => (await runCommand(argv)).stdout,
        'the node, by its address': onNode,
        'the node, by 127.0.0.1': onNode,
        'a container of another network': inContainer('stranger'),
        'another container of the node network': inContainer('sibling'),
        'the container itself': inContainer('web'),
      });
    });
    afterAll(() => node?.[Symbol.asyncDispose]());

    it('is reached from everywhere, and a port that is not published from nowhere', async () => {
      expect(await answers()).toEqual(all('web who'));
      expect(await answers(unpublished)).toEqual(all('refused'));
    });

    it('is reached from everywhere after the container was restarted', async () => {
      const before = await startOf(containerOf.web!);
      await node.docker('restart', '-t', '1', containerOf.web!);
      expect(await startOf(containerOf.web!)).not.toBe(before);
      expect(await answers()).toEqual(all('web who'));
    });

    it('is reached from everywhere after the engine was restarted, which loses nothing of ours', async () => {
      const [before, kernel] = [await startOf(containerOf.web!), await ours()];
      for (const word of ['map inside', 'DOCKER-USER', 'rsvx0', '192.0.2.2', '10.7.0.99'])
        expect(kernel).toContain(word);
      await node.lab.engineRestart('n1');
      await vi.waitFor(allRunning, 10_000);
      expect(await startOf(containerOf.web!)).not.toBe(before);
      expect(await answers()).toEqual(all('web who'));
      expect(await answers(unpublished)).toEqual(all('refused'));
      expect(await ours()).toBe(kernel);
    });

    it('is reached while the engine is dead, and from everywhere after the next one has started', async () => {
      const kernel = await ours();
      await node.lab.engineKill('n1');
      for (const protocol of protocols) {
        expect(await ask('outside', protocol, published)).toBe('web who');
        expect(await ask('the node, by 127.0.0.1', protocol, published)).toBe('web who');
      }
      await node.lab.engineStart('n1');
      await vi.waitFor(allRunning, 10_000);
      expect(await answers()).toEqual(all('web who'));
      expect(await ours()).toBe(kernel);
    });

    it('comes back after somebody emptied the firewall, whatever the engine does then, each time the node is set up', async () => {
      const [kernel, ports] = [await ours(), await node.portMap()];
      const setUp = async () => {
        await node.network.ensure(settings());
        await node.network.setPorts(ports);
      };
      await node.shell('nft flush ruleset');
      expect(await answers()).toEqual(all('refused'));
      await setUp();
      expect(await answers()).toEqual(all('web who'));
      // The engine puts its rules back when it starts, and keeps its bridges apart again.
      await node.lab.engineRestart('n1');
      await vi.waitFor(allRunning, 10_000);
      expect(await ask('a container of another network', 'tcp', published)).toBe('nobody');
      await setUp();
      expect(await answers()).toEqual(all('web who'));
      expect(await ours()).toBe(kernel);
    });

    it('is led to its container again after a power cut, once the node is set up', async () => {
      const [kernel, ports] = [await ours(), await node.portMap()];
      await node.lab.powerOff('n1');
      await node.lab.powerOn('n1');
      await vi.waitFor(allRunning, 10_000);
      expect(await answers()).toEqual(all('refused'));
      expect(await ours()).not.toContain('rsvx0');

      const network = new KernelNetwork({ prefix: insideHost(node.lab.host('n1'), []) });
      await network.ensure({
        ...{ subnet: overlaySubnet, gateway: overlayGateway(overlaySubnet), vxlanId: 77, nodeId: 'n1' },
        underlay: node.address,
      });
      expect(await answers()).toEqual(all('refused'));
      await network.setPorts(ports);
      await network.applyEndpoints(endpoints());
      expect(await answers()).toEqual(all('web who'));
      expect(await answers(unpublished)).toEqual(all('refused'));
      expect(await ours()).toBe(kernel);
    });
  },
);
