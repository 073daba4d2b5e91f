import { sampleApp } from '@restow/lab/sample-app';
import type { InstanceSpec, Order, OrderKind } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aRealNode, type RealNode } from '../lib/a-real-node.ts';
import { anInstance, refOf, theNext } from '../lib/an-instance.ts';
import { whyNoEngine } from '../lib/real-engine.ts';

const port = { containerPort: 80, hostPort: 8080, protocol: 'tcp' } as const;
const data = { name: 'web-1-data', path: '/data', readOnly: false, borrowed: false };

describe.skipIf(whyNoEngine !== null)(`a stop-first swap on a Docker Engine (${whyNoEngine ?? 'a real one'})`, () => {
  let node: RealNode;
  let v1: PinnedImage;
  let v2: PinnedImage;
  let crash: PinnedImage;
  let old: InstanceSpec;

  /** What a person would see of all containers, the port map and the volumes. */
  const world = async () => ({
    containers: await node.docker(
      ...['ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.State}} {{.CreatedAt}}'],
    ),
    starts: await Promise.all(
      (await node.engine.list()).map(({ containerId }) =>
        node.inspect(containerId, '{{.State.StartedAt}} {{.RestartCount}} {{.HostConfig.RestartPolicy.Name}}'),
      ),
    ),
    volumes: await node.docker('volume', 'ls', '--format', '{{.Name}}'),
    map: await node.portMap(),
  });
  /** What happened to images and containers since then, such as `start INSTANCE`. Engines differ in when they say `stop`. */
  const eventsSince = async (since: string) =>
    (await node.lab.engineEvents('n1', since))
      .filter(({ Type, Action }) => ['container', 'image'].includes(Type) && Action !== 'stop')
      .map(({ Action, Actor }) => `${Action} ${Actor.Attributes['io.restow.instance'] ?? 'image'}`);
  const now = () => new Date().toISOString();
  const outside = async () => (await (await fetch(`http://${node.address}:8080/`)).text()).trim();

  beforeAll(async () => {
    node = await aRealNode();
    // One after the other: a registry loses a layer now and then that two images of a repository bring at once.
    v1 = await node.push('swap', 'v1', sampleApp('v1', { volumes: ['/var/lib/app'] }));
    v2 = await node.push('swap', 'v2', sampleApp('v2', { volumes: ['/var/lib/app'] }));
    crash = await node.push('crash', 'v1', {
      cmd: ['/bin/sh', '-c', 'echo "starting"; echo "no database" >&2; exit 7'],
    });
    for (const image of [v1, crash]) await node.order({ kind: 'pull-image', image });
    old = anInstance(v1, {
      ports: [port],
      volumes: [data],
      minRunningMs: 100,
      healthCheck: { kind: 'http', port: 80, path: '/' },
    });
    const { volumes } = await node.order({ kind: 'prepare', instance: old });
    // The next instance is told by name what it is to have again, the image's own included.
    old = { ...old, volumes: volumes.map((volume) => ({ ...volume, readOnly: false, borrowed: false })) };
    await node.order({ kind: 'take', instance: old, relayed: false });
    await node.order({ kind: 'flip', instance: refOf(old), towards: null });
    await node.order({ kind: 'settle', instance: refOf(old) });
  });
  afterAll(() => node?.[Symbol.asyncDispose]());

  it('begins with v1 at the slot’s address, at the published port, and with the volumes of the image managed', async () => {
    expect(await node.get('http://10.7.0.5/')).toBe('v1');
    expect(await outside()).toBe('v1');
    const volumes = (await node.docker('volume', 'ls', '--format', '{{.Name}}')).split('\n');
    expect(volumes).toEqual(['web-1-data', expect.stringMatching(/^web-1-var-lib-app-[0-9a-f]{8}$/)]);
  });

  it('puts what crashes aside with its words, and the old one answers again (CRD-04)', async () => {
    const bad = theNext(old, crash);
    await node.order({ kind: 'prepare', instance: bad });
    await node.order({ kind: 'drain', instance: refOf(old) });
    expect(await node.get('http://10.7.0.5/')).toBe('');
    expect(await node.give({ kind: 'take', instance: bad, relayed: false })).toMatchObject({
      failure: { code: 'instance-exited', exitCode: 7, logTail: expect.arrayContaining(['starting', 'no database']) },
    });
    const aside = await node.order({ kind: 'put-aside', instance: refOf(bad), tailLines: 20 });
    expect(aside.exitCode).toBe(7);
    expect(aside.logTail.toSorted()).toEqual(['no database', 'starting']);
    await node.order({ kind: 'revive', instance: refOf(old) });
    expect(await node.get('http://10.7.0.5/')).toBe('v1');
    expect(await outside()).toBe('v1');
    const { containerId } = (await node.engine.find(old.instanceId))!;
    expect(await node.inspect(containerId, '{{.HostConfig.RestartPolicy.Name}}')).toBe('always');
    await node.order({ kind: 'retire', instance: refOf(bad) });
    expect(await node.engine.find(bad.instanceId)).toBeNull();
  });

  it('leaves the old one untouched when an image cannot be pulled (CRD-07)', async () => {
    const before = await world();
    const since = now();
    const missing = { ...v2, digest: `sha256:${'0'.repeat(64)}` } as PinnedImage;
    expect(await node.give({ kind: 'pull-image', image: missing })).toMatchObject({
      failure: { code: 'image-not-found' },
    });
    expect(await world()).toEqual(before);
    expect(await eventsSince(since)).toEqual([]);
  });

  it('keeps address, port and volumes, and leaves the engine as once with every order sent twice (DC-14, DC-20, VOL-01, CRD-05, CRD-06)', async () => {
    const { containerId: oldId } = (await node.engine.find(old.instanceId))!;
    await node.docker('exec', oldId, 'sh', '-c', 'echo nonce >/var/lib/app/nonce');
    const next = theNext(old, v2);
    const since = now();
    const orders: Order[] = [
      { kind: 'pull-image', image: v2 },
      { kind: 'prepare', instance: next },
      { kind: 'drain', instance: refOf(old) },
      { kind: 'take', instance: next, relayed: false },
      { kind: 'flip', instance: refOf(next), towards: null },
      { kind: 'settle', instance: refOf(next) },
      { kind: 'retire', instance: refOf(old) },
    ];
    for (const order of orders) {
      const first = await node.order<OrderKind>(order);
      const after = await world();
      const begun = now();
      const second = await node.order<OrderKind>(order);
      expect(await world(), order.kind).toEqual(after);
      expect(await eventsSince(begun), order.kind).toEqual([]);
      const {
        tookMs: _,
        healthyAfterMs: __,
        alreadyPresent: ___,
        bytes: ____,
        ...same
      } = { ...first } as Record<string, unknown>;
      expect(second, order.kind).toMatchObject(same);
    }
    expect(await eventsSince(since)).toEqual([
      'pull image',
      `create ${next.instanceId}`,
      ...[`update ${old.instanceId}`, `kill ${old.instanceId}`, `die ${old.instanceId}`],
      ...[`start ${next.instanceId}`, `update ${next.instanceId}`],
      ...[`rename ${old.instanceId}`, `destroy ${old.instanceId}`],
    ]);

    const found = (await node.engine.find(next.instanceId))!;
    expect(found.containerId).not.toBe(oldId);
    expect(await node.get('http://10.7.0.5/')).toBe('v2');
    expect(await outside()).toBe('v2');
    // Read inside the container: the address it has, and what both versions left in its volumes.
    expect(await node.docker('exec', found.containerId, 'ip', '-4', 'addr')).toContain('10.7.0.5/16');
    expect(await node.docker('exec', found.containerId, 'cat', '/var/lib/app/nonce')).toBe('nonce');
    expect(await node.get('http://10.7.0.5/data/starts')).toMatch(
      /^app v1 started .*\napp v1 started .*\napp v2 started /,
    );
    expect(await node.docker('ps', '-aq', '--no-trunc')).toBe(found.containerId);
    expect((await node.docker('volume', 'ls', '-q')).split('\n')).toHaveLength(2);
    old = next;
  });

  it('has the engine bring the slot back with all it has, without an agent', async () => {
    const { containerId, nodeAddress, pid } = (await node.engine.find(old.instanceId))!;
    const changed = (async () => {
      for await (const { action } of node.engine.changes(AbortSignal.timeout(10_000))) if (action === 'start') return;
    })();
    await node.shell(`kill -9 ${pid}`);
    await changed;
    const after = (await node.engine.find(old.instanceId))!;
    expect(after).toMatchObject({ containerId, nodeAddress, overlayAddress: '10.7.0.5' });
    expect(after.pid).not.toBe(pid);
    await vi.waitFor(async () => expect(await outside()).toBe('v2'), 5000);
  });

  it('prepares ten slots at the same time, each with an address of its own', async () => {
    const slots = Array.from({ length: 10 }, (_, index) =>
      anInstance(v1, {
        slotId: `ten-${index}`,
        slotIndex: index + 1,
        serviceName: 'ten',
        address: `10.7.1.${index + 1}`,
      }),
    );
    await Promise.all(slots.map((instance) => node.order({ kind: 'prepare', instance })));
    await Promise.all(slots.map((instance) => node.order({ kind: 'take', instance, relayed: false })));
    const found = await Promise.all(slots.map(({ instanceId }) => node.engine.find(instanceId)));
    expect(new Set(found.map((instance) => instance?.nodeAddress)).size).toBe(10);
    expect(found.map((instance) => instance?.state)).toEqual(Array(10).fill('running'));
    await Promise.all(
      slots.map((instance) => node.order({ kind: 'put-aside', instance: refOf(instance), tailLines: 0 })),
    );
    await Promise.all(slots.map((instance) => node.order({ kind: 'retire', instance: refOf(instance) })));
  });
});
