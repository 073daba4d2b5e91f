import { sampleApp } from '@restow/lab/sample-app';
import { macOf } from '@restow/shared/domain/address';
import type { InstanceSpec, Order, OrderKind } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aRealNode, type RealNode } from '../lib/a-real-node.ts';
import { anInstance, refOf, theNext } from '../lib/an-instance.ts';
import { whyNoEngine } from '../lib/real-engine.ts';

const port = { containerPort: 80, hostPort: 8080, protocol: 'tcp' } as const;
const address = '10.7.0.5';

describe.skipIf(whyNoEngine !== null)(`a handover on one Docker Engine (${whyNoEngine ?? 'a real one'})`, () => {
  let node: RealNode;
  let v1: PinnedImage;
  let v2: PinnedImage;
  let old: InstanceSpec;

  const find = async ({ instanceId }: InstanceSpec) => (await node.engine.find(instanceId))!;
  const outside = async () => (await (await fetch(`http://${node.address}:8080/`)).text()).trim();
  const inside = () => node.get(`http://${address}/`);
  /** What a person would see of all containers, their ends and the port map. */
  const world = async () => {
    const ids = (await node.docker('ps', '-aq', '--no-trunc')).split('\n').toSorted();
    const format = '{{.Name}} {{.State.Status}} {{.State.StartedAt}} {{.HostConfig.RestartPolicy.Name}}';
    const ends =
      '{{range $name, $end := .NetworkSettings.Networks}} {{$name}} {{$end.IPAddress}} {{$end.MacAddress}}{{end}}';
    return [await node.docker('inspect', '-f', format + ends, ...ids), await node.portMap()];
  };
  /** The links of a container as its kernel has them, such as `eth1 02:42:0a:07:00:05 10.7.0.5/16`. */
  const linksOf = async (instance: InstanceSpec) =>
    (
      JSON.parse(await node.shell(`nsenter --net=/proc/${(await find(instance)).pid}/ns/net ip -j addr show`)) as {
        ifname: string;
        address: string;
        addr_info: { local: string; prefixlen: number }[];
      }[]
    ).flatMap(({ address: mac, addr_info }) => addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen} ${mac}`));
  const routesOf = async (instance: InstanceSpec) =>
    node.shell(`nsenter --net=/proc/${(await find(instance)).pid}/ns/net ip route show default`);
  const beside = async (image: PinnedImage, given: Partial<InstanceSpec> = {}) => {
    const next = theNext(old, image, given);
    await node.order({ kind: 'prepare', instance: next });
    await node.order({ kind: 'open', instance: refOf(old), towards: null });
    await node.order({ kind: 'take', instance: next, relayed: false });
    return next;
  };

  beforeAll(async () => {
    node = await aRealNode();
    v1 = await node.push('first', 'v1', sampleApp('v1'));
    v2 = await node.push('first', 'v2', sampleApp('v2'));
    for (const image of [v1, v2]) await node.order({ kind: 'pull-image', image });
    old = anInstance(v1, { address, ports: [port], healthCheck: { kind: 'http', port: 80, path: '/' } });
    await node.order({ kind: 'take', instance: old, relayed: false });
    for (const kind of ['flip', 'settle'] as const)
      await node.order<'flip' | 'settle'>({ kind, instance: refOf(old), towards: null });
  });
  afterAll(() => node?.[Symbol.asyncDispose]());

  it('serves on with the address taken off it in the engine, to its neighbours too, and goes back whole', async () => {
    const { pid, nodeAddress } = await find(old);
    const next = await beside(v2);
    expect(await linksOf(next)).toContain(`${address}/16 ${macOf(address)}`);
    expect(await find(old)).toMatchObject({ pid, docked: false, restartPolicy: 'no' });
    expect(await outside()).toBe('v1');
    // Callers on the node network, a neighbour for one.
    const { pid: neighbour } = await find(next);
    const asked = `nsenter --net=/proc/${neighbour}/ns/net timeout 2 busybox wget -q -O - http://${node.address}:8080/`;
    expect((await node.shell(asked)).trim()).toBe('v1');
    await node.order({ kind: 'put-aside', instance: refOf(next), tailLines: 0 });
    await node.order({ kind: 'revive', instance: refOf(old) });
    expect([await inside(), await outside()]).toEqual(['v1', 'v1']);
    expect(await find(old)).toMatchObject({ pid, nodeAddress, overlayMac: macOf(address), restartPolicy: 'always' });
    expect(await linksOf(old)).toContain(`${address}/16 ${macOf(address)}`);
    expect(await linksOf(old)).toHaveLength(3);
    await node.order({ kind: 'retire', instance: refOf(next) });
  });

  it('goes back to one that was drained', async () => {
    const next = await beside(v2);
    await node.order({ kind: 'flip', instance: refOf(next), towards: null });
    await node.order({ kind: 'drain', instance: refOf(old) });
    expect([await inside(), await outside()]).toEqual(['v2', 'v2']);
    await node.order({ kind: 'put-aside', instance: refOf(next), tailLines: 0 });
    await node.order({ kind: 'revive', instance: refOf(old) });
    expect([await inside(), await outside()]).toEqual(['v1', 'v1']);
    expect(await find(old)).toMatchObject({ overlayMac: macOf(address), restartPolicy: 'always' });
    await node.order({ kind: 'retire', instance: refOf(next) });
  });

  it('is refused the address by name while somebody else has it, on its way in and on its way back', async () => {
    const next = theNext(old, v2);
    await node.order({ kind: 'prepare', instance: next });
    const refusal = {
      failure: {
        code: 'address-in-use',
        message: expect.stringContaining(`${address} is held by container thief`),
      },
    };
    await node.order({ kind: 'open', instance: refOf(old), towards: null });
    const foreign = ['run', '-d', '--name', 'thief', '--network', 'restow-overlay', '--ip', address];
    await node.docker(...foreign, (await node.inspect((await find(old)).containerId, '{{.Image}}')).trim());
    expect(await node.give({ kind: 'take', instance: next, relayed: false })).toMatchObject(refusal);
    expect(await node.give({ kind: 'revive', instance: refOf(old) })).toMatchObject(refusal);
    await node.docker('rm', '-f', 'thief');
    await node.order({ kind: 'put-aside', instance: refOf(next), tailLines: 0 });
    await node.order({ kind: 'revive', instance: refOf(old) });
    expect([await inside(), await outside()]).toEqual(['v1', 'v1']);
    await node.order({ kind: 'retire', instance: refOf(next) });
  });

  it('leaves the engine as once with every order sent twice, and the address, the MAC and the way out are the slot’s', async () => {
    const next = theNext(old, v2);
    const orders: Order[] = [
      { kind: 'prepare', instance: next },
      { kind: 'open', instance: refOf(old), towards: null },
      { kind: 'take', instance: next, relayed: false },
      { kind: 'flip', instance: refOf(next), towards: null },
      { kind: 'settle', instance: refOf(next) },
      { kind: 'drain', instance: refOf(old) },
      { kind: 'close', instance: refOf(old) },
    ];
    for (const order of orders) {
      await node.order<OrderKind>(order);
      const after = await world();
      const begun = new Date().toISOString();
      await node.order<OrderKind>(order);
      expect(await world(), order.kind).toEqual(after);
      const events = (await node.lab.engineEvents('n1', begun)).filter(({ Type }) =>
        ['container', 'network'].includes(Type),
      );
      expect(
        events.map(({ Type, Action }) => `${Type} ${Action}`).filter((what) => !what.startsWith('container exec')),
        order.kind,
      ).toEqual([]);
    }
    expect([await inside(), await outside()]).toEqual(['v2', 'v2']);
    expect(await linksOf(next)).toContain(`${address}/16 ${macOf(address)}`);
    expect(await routesOf(next)).toMatch(/^default via 10\.201\.0\.1 /);
    await node.order({ kind: 'retire', instance: refOf(old) });
    old = next;
  });

  it('has one that crashes again and again let go for good, though its engine was about to start it once more', async () => {
    const script = 'test -e /ran && exit 3; : >/ran; sleep 1; exit 3';
    const crashing = await node.push('crashing', 'v1', { cmd: ['/bin/sh', '-c', script] });
    await node.order({ kind: 'pull-image', image: crashing });
    for (const kind of ['open', 'retire'] as const) {
      const looping = anInstance(crashing, { slotId: 'slot-2', slotIndex: 2, address: '10.7.0.6' });
      await node.order({ kind: 'take', instance: looping, relayed: false });
      await node.order({ kind: 'flip', instance: refOf(looping), towards: null });
      const { containerId } = await find(looping);
      const waiting = () => node.inspect(containerId, '{{.State.Status}} {{ge .RestartCount 4}}');
      await vi.waitFor(async () => expect(await waiting()).toBe('restarting true'), { timeout: 15_000, interval: 20 });
      const begun = new Date().toISOString();
      await node.order<'open' | 'retire'>({ kind, instance: refOf(looping), towards: null });
      if (kind === 'open') {
        expect(await find(looping)).toMatchObject({ restartPolicy: 'no' });
        expect(await node.inspect(containerId, '{{.State.Status}}')).toBe('exited');
        await node.order({ kind: 'retire', instance: refOf(looping) });
      }
      await vi.waitFor(async () => expect(await node.engine.find(looping.instanceId)).toBeNull());
      const actions = (await node.lab.engineEvents('n1', begun)).map(({ Action }) => Action);
      expect(actions, kind).not.toContain('start');
    }
  });

  it('keeps address, MAC and port without an agent: through a restart of the container, and of the engine', async () => {
    const before = await find(old);
    const whole = async () => {
      await vi.waitFor(async () => expect([await inside(), await outside()]).toEqual(['v2', 'v2']), {
        ...{ timeout: 15_000, interval: 200 },
      });
      expect(await linksOf(old)).toContain(`${address}/16 ${macOf(address)}`);
      expect(await routesOf(old)).toMatch(/^default via 10\.201\.0\.1 /);
      const { pid, nodeAddress, containerId } = await find(old);
      expect({ nodeAddress, containerId }).toEqual({
        nodeAddress: before.nodeAddress,
        containerId: before.containerId,
      });
      return pid;
    };
    await node.docker('restart', '-t', '1', before.containerId);
    const restarted = await whole();
    expect(restarted).not.toBe(before.pid);
    await node.lab.engineKill('n1');
    await node.lab.engineStart('n1');
    expect(await whole()).not.toBe(restarted);
  });
});
