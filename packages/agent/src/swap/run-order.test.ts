import type { InstanceSpec } from '@restow/shared/domain/order';
import { slotName } from '@restow/shared/domain/slot';
import { describe, expect, it } from 'vitest';
import { aSwapNode } from '../../../../test/lib/a-swap-node.ts';
import { anInstance, refOf, theNext } from '../../../../test/lib/an-instance.ts';
import type { FakeImage } from '../../../../test/lib/fake-engine.ts';
import { ManualClock } from '../../../../test/lib/manual-clock.ts';

const port = { containerPort: 80, hostPort: 8080, protocol: 'tcp' } as const;

/** A node on which `web-1` runs, with its port. */
const running = async (given: Partial<InstanceSpec> = {}) => {
  const node = await aSwapNode();
  const v1 = node.engine.registry.push('r:5000/app:v1', { says: ['v1 is up'] });
  const v2 = node.engine.registry.push('r:5000/app:v2', { says: ['v2 is up'] });
  const crash = node.engine.registry.push('r:5000/crash:v1', {
    says: ['cannot reach the database', 'giving up'],
    crashesWith: 3,
  });
  for (const image of [v1, v2, crash]) await node.order({ kind: 'pull-image', image });
  const old = anInstance(v1, { ports: [port], ...given });
  await node.order({ kind: 'prepare', instance: old });
  await node.order({ kind: 'take', instance: old, relayed: false });
  await node.order({ kind: 'flip', instance: refOf(old), towards: null });
  node.engine.did.length = 0;
  const addressOf = async (instanceId: string) => (await node.engine.find(instanceId))?.nodeAddress;
  return { ...node, images: { v1, v2, crash }, old, addressOf };
};

describe('a stop-first swap on one node', () => {
  it('keeps the address, and leads the port to the new one only', async () => {
    const { engine, network, order, old, images, addressOf, shipper } = await running();
    const next = theNext(old, images.v2);
    await order({ kind: 'prepare', instance: next });
    await order({ kind: 'drain', instance: refOf(old) });
    expect(await network.portMap()).toEqual([]);
    await order({ kind: 'take', instance: next, relayed: false });
    await order({ kind: 'flip', instance: refOf(next), towards: null });
    await order({ kind: 'settle', instance: refOf(next) });
    expect(await order({ kind: 'retire', instance: refOf(old) })).toEqual({ removedNow: true });
    expect(engine.did).toEqual([
      ...['create web-1', 'policy no web-1', 'die web-1', 'stop web-1', 'start web-1', 'policy always web-1'],
      ...['rename web-1', 'remove web-1'],
    ]);
    expect(await engine.find(old.instanceId)).toBeNull();
    expect(await engine.find(next.instanceId)).toMatchObject({
      ...{ state: 'running', overlayAddress: old.address, restartPolicy: 'always' },
    });
    expect(await network.portMap()).toEqual([
      {
        ...{ protocol: 'tcp', hostPort: 8080, toAddress: await addressOf(next.instanceId), toPort: 80 },
        overlayAddress: next.address,
      },
    ]);
    expect(shipper.followed).toEqual([old.instanceId, next.instanceId]);
  });

  it('puts aside what crashes, with its words, and the old one answers again', async () => {
    const { engine, network, order, give, old, images, addressOf } = await running();
    const next = theNext(old, images.crash);
    await order({ kind: 'prepare', instance: next });
    await order({ kind: 'drain', instance: refOf(old) });
    const outcome = await give({ kind: 'take', instance: next, relayed: false });
    expect(outcome).toEqual({
      ok: false,
      failure: {
        code: 'instance-exited',
        message: expect.stringMatching(/^web-1 \(restow-web-1-[0-9a-f]{8}\) ended with exit code 3, /),
        exitCode: 3,
        logTail: ['cannot reach the database', 'giving up'],
      },
    });
    expect(await order({ kind: 'put-aside', instance: refOf(next), tailLines: 1 })).toEqual({
      ...{ exitCode: 3, logTail: ['giving up'] },
    });
    await order({ kind: 'revive', instance: refOf(old) });
    expect(await engine.find(next.instanceId)).toMatchObject({ state: 'stopped', restartPolicy: 'no' });
    expect(await engine.find(old.instanceId)).toMatchObject({ state: 'running', restartPolicy: 'always' });
    expect((await network.portMap()).map(({ toAddress }) => toAddress)).toEqual([await addressOf(old.instanceId)]);
  });

  it('has every order sent twice leave the node as once', async () => {
    const { engine, network, order, old, images } = await running();
    const next = theNext(old, images.v2);
    const world = async () => ({
      map: await network.portMap(),
      volumes: engine.volumes,
      instances: await engine.list(),
    });
    const orders = [
      { kind: 'pull-image', image: images.v2 },
      { kind: 'prepare', instance: next },
      { kind: 'drain', instance: refOf(old) },
      { kind: 'take', instance: next, relayed: false },
      { kind: 'flip', instance: refOf(next), towards: null },
      { kind: 'settle', instance: refOf(next) },
      { kind: 'retire', instance: refOf(old) },
    ] as const;
    for (const each of orders) {
      const first = await order<(typeof each)['kind']>(each);
      const after = await world();
      engine.did.length = 0;
      const second = await order<(typeof each)['kind']>(each);
      expect(await world(), each.kind).toEqual(after);
      expect(engine.did, each.kind).toEqual([]);
      const { tookMs: _, healthyAfterMs: __, ...same } = { ...first } as Record<string, unknown>;
      expect(second, each.kind).toMatchObject(same);
    }
  });
});

describe('resolve-image', () => {
  it('names what no registry has', async () => {
    const { give } = await aSwapNode();
    expect(await give({ kind: 'resolve-image', reference: 'r:5000/nothing:v1' })).toMatchObject({
      failure: { code: 'image-not-found', message: expect.stringContaining('r:5000/nothing:v1') },
    });
  });
});

describe('pull-image', () => {
  it('tells how it goes, and that it was there', async () => {
    const { engine, order, progress } = await aSwapNode();
    const image = engine.registry.push('r:5000/app:v1', { bytes: 7000 });
    expect(await order({ kind: 'pull-image', image })).toMatchObject({ alreadyPresent: false, bytes: 7000 });
    expect(progress).toEqual([{ text: 'pulling', current: 7000, total: 7000 }]);
    expect(await order({ kind: 'pull-image', image })).toMatchObject({ alreadyPresent: true, bytes: 0 });
  });

  it('says that the disk is full', async () => {
    const { engine, give } = await aSwapNode();
    engine.failAt('pull', 'disk-full');
    const image = engine.registry.push('r:5000/app:v1');
    expect(await give({ kind: 'pull-image', image })).toMatchObject({ failure: { code: 'disk-full' } });
  });
});

describe('survey', () => {
  const nothingElse = { kind: 'survey' as const, dynamicPorts: null, volumes: [] };

  it('names who holds a port: a slot of ours, a foreign container, a foreign program', async () => {
    const { engine, network, order, old, images } = await running();
    engine.addForeignContainer('nginx', [{ protocol: 'tcp', port: 8081 }]);
    network.foreign = [
      { protocol: 'tcp', port: 8081, holder: { kind: 'foreign', pid: 40, program: 'docker-proxy' } },
      { protocol: 'tcp', port: 8082, holder: { kind: 'foreign', pid: 41, program: 'python3' } },
      { protocol: 'udp', port: 8080, holder: { kind: 'foreign', pid: 42, program: 'dnsmasq' } },
    ];
    const asked = [8080, 8081, 8082, 8083].map((number) => ({ protocol: 'tcp', port: number }) as const);
    expect(await order({ ...nothingElse, image: images.v2, ports: asked })).toEqual({
      imagePresent: true,
      portsInUse: [
        { protocol: 'tcp', port: 8080, holder: { kind: 'slot', slotId: old.slotId, slotName: slotName('web', 1) } },
        { protocol: 'tcp', port: 8081, holder: { kind: 'container', containerName: 'nginx' } },
        { protocol: 'tcp', port: 8082, holder: { kind: 'foreign', pid: 41, program: 'python3' } },
      ],
      foreignVolumes: [],
    });
    expect(engine.did).toEqual([]);
  });

  it('asks about nothing when asked about nothing', async () => {
    const { network, order } = await aSwapNode();
    network.foreign = [{ protocol: 'tcp', port: 22, holder: { kind: 'foreign', pid: 1, program: 'sshd' } }];
    expect(await order({ ...nothingElse, image: null, ports: [] })).toEqual({
      ...{ imagePresent: false, portsInUse: [], foreignVolumes: [] },
    });
  });
});

describe('prepare', () => {
  it('refuses a port that somebody else holds, by pid and program, and makes nothing', async () => {
    const { engine, network, give, old, images } = await running();
    network.foreign = [{ protocol: 'tcp', port: 8080, holder: { kind: 'foreign', pid: 4711, program: 'python3' } }];
    const next = theNext(old, images.v2);
    expect(await give({ kind: 'prepare', instance: next })).toMatchObject({
      failure: { code: 'port-in-use', message: expect.stringContaining('port 8080/tcp is held by python3 (pid 4711)') },
    });
    expect(engine.did).toEqual([]);
  });

  it('makes the volumes: the definition’s, and a managed one for each other VOLUME of the image', async () => {
    const { engine, order } = await aSwapNode();
    const image = engine.registry.push('r:5000/db:v1', { volumes: ['/var/lib/db', '/data'] });
    await order({ kind: 'pull-image', image });
    const volumes = [{ name: 'web-1-data', path: '/data', readOnly: false, borrowed: false }];
    const instance = anInstance(image, { volumes });
    const { volumes: had } = await order({ kind: 'prepare', instance });
    expect(had).toEqual([
      { name: 'web-1-data', path: '/data' },
      { name: expect.stringMatching(/^web-1-var-lib-db-/), path: '/var/lib/db' },
    ]);
    expect(engine.volumes).toEqual(had.map(({ name }) => name).sort());
    expect((await order({ kind: 'prepare', instance })).volumes).toEqual(had);
    // The next plan says which it is to have again, by name; what it does not say is made afresh.
    const all = had.map((volume) => ({ ...volume, readOnly: false, borrowed: false }));
    const again = await order({ kind: 'prepare', instance: theNext(instance, image, { volumes: all }) });
    expect(again.volumes).toEqual(had);
    expect(engine.volumes).toHaveLength(2);
    const afresh = await order({ kind: 'prepare', instance: theNext(instance, image) });
    expect(afresh.volumes[0]).toEqual(had[0]);
    expect(had).not.toContainEqual(afresh.volumes[1]);
    expect(engine.volumes).toHaveLength(3);
  });

  it('refuses an image that is not on the node', async () => {
    const { engine, give } = await aSwapNode();
    const instance = anInstance(engine.registry.push('r:5000/app:v1'));
    expect(await give({ kind: 'prepare', instance })).toMatchObject({ failure: { code: 'image-not-found' } });
  });
});

describe('take', () => {
  it('makes the container where nobody prepared it', async () => {
    const { engine, order, images, old } = await running();
    await order({ kind: 'drain', instance: refOf(old) });
    const next = theNext(old, images.v2);
    await order({ kind: 'take', instance: next, relayed: false });
    expect(await engine.find(next.instanceId)).toMatchObject({ state: 'running', restartPolicy: 'no' });
  });

  it('says that the address is still in use', async () => {
    const { give, images, old } = await running();
    expect(await give({ kind: 'take', instance: theNext(old, images.v2), relayed: false })).toMatchObject({
      failure: { code: 'address-in-use' },
    });
  });

  it('refuses an end that the overlay would not reach', async () => {
    const { give, order, images, old, network } = await running();
    await order({ kind: 'drain', instance: refOf(old) });
    network.badEnds.set(old.address, 'its MAC is another');
    expect(await give({ kind: 'take', instance: theNext(old, images.v2), relayed: false })).toMatchObject({
      failure: { code: 'network', message: expect.stringContaining('its MAC is another') },
    });
  });

  it('tells of the crash, not of the end that went with it', async () => {
    const { give, order, images, old, network } = await running();
    await order({ kind: 'drain', instance: refOf(old) });
    network.failures.set('checkEndpoint', new Error('no such process'));
    expect(await give({ kind: 'take', instance: theNext(old, images.crash), relayed: false })).toMatchObject({
      failure: { code: 'instance-exited', exitCode: 3 },
    });
  });
});

describe('what would be refused as it starts', () => {
  it('is refused by prepare where the definition says it, while the old one runs', async () => {
    const { engine, give, order, old } = await running();
    const startRefusedFor = 'the image has no program nosuch';
    const image = engine.registry.push('r:5000/app:v3', { startRefusedFor });
    await order({ kind: 'pull-image', image });
    expect(await give({ kind: 'prepare', instance: theNext(old, image, { command: ['nosuch'] }) })).toMatchObject({
      failure: { code: 'engine-refused', message: expect.stringMatching(/^web-1 could not be .*no program nosuch/) },
    });
    expect(await engine.find(old.instanceId)).toMatchObject({ state: 'running', restartPolicy: 'always' });
    // What the image alone says is the engine's to judge.
    const asBuilt = theNext(old, image);
    await order({ kind: 'prepare', instance: asBuilt });
    await order({ kind: 'drain', instance: refOf(old) });
    expect(await give({ kind: 'take', instance: asBuilt, relayed: false })).toMatchObject({
      failure: { code: 'engine-refused' },
    });
  });
});

describe('waiting for health', () => {
  const waiting = async (image: FakeImage) => {
    const clock = new ManualClock();
    const node = await aSwapNode(clock);
    return { ...node, clock, image: node.engine.buildLocally('app', image) };
  };

  it('runs for the minimum without a check', async () => {
    const { clock, give, image } = await waiting({});
    const taken = give({ kind: 'take', instance: anInstance(image, { minRunningMs: 2000 }), relayed: false });
    await clock.untilAsleep(2);
    await clock.advance(1999);
    expect(await Promise.race([taken, Promise.resolve('not yet')])).toBe('not yet');
    await clock.advance(1);
    expect(await taken).toEqual({ ok: true, value: { healthyAfterMs: 2000 } });
    expect(clock.asleep).toBe(0);
  });

  it('fails at once when it ends before', async () => {
    const { clock, give, image, engine } = await waiting({ says: ['hello'] });
    const instance = anInstance(image, { minRunningMs: 2000 });
    const taken = give({ kind: 'take', instance, relayed: false });
    await clock.untilAsleep(2);
    await clock.advance(500);
    engine.end(instance.instanceId, 9);
    expect(await taken).toMatchObject({
      failure: { code: 'instance-exited', exitCode: 9, logTail: ['hello'], message: expect.stringContaining('500 ms') },
    });
    expect(clock.asleep).toBe(0);
  });

  it('makes a HEALTHCHECK itself while the engine has no verdict, and waits for the engine once it has', async () => {
    const { clock, give, image, engine } = await waiting({ healthcheck: 'given' });
    const taken = (healthCheck: InstanceSpec['healthCheck']) => {
      const instance = anInstance(image, { healthCheck });
      engine.runHealthcheck = async () => ({ passed, output: 'asked' });
      return { instance, outcome: give({ kind: 'take', instance, relayed: false }) };
    };
    let passed = false;
    const first = taken({ kind: 'command', command: ['/check'] });
    await clock.untilAsleep(2);
    await clock.advance(100);
    passed = true;
    await clock.advance(150);
    expect(await first.outcome).toEqual({ ok: true, value: { healthyAfterMs: 250 } });
    expect(await engine.find(first.instance.instanceId)).toMatchObject({ health: 'starting' });
    await give({ kind: 'put-aside', instance: refOf(first.instance), tailLines: 0 });

    passed = false;
    const second = taken({ kind: 'image' });
    await clock.untilAsleep(2);
    engine.setHealth(second.instance.instanceId, 'unhealthy');
    passed = true;
    await clock.advance(3000);
    engine.setHealth(second.instance.instanceId, 'healthy');
    expect(await second.outcome).toEqual({ ok: true, value: { healthyAfterMs: 3000 } });
  });

  it('believes the image’s HEALTHCHECK', async () => {
    const { clock, give, image, engine } = await waiting({ healthcheck: 'given' });
    const instance = anInstance(image);
    const taken = give({ kind: 'take', instance, relayed: false });
    await clock.untilAsleep();
    await clock.advance(1000);
    engine.setHealth(instance.instanceId, 'unhealthy');
    await clock.advance(1000);
    engine.setHealth(instance.instanceId, 'healthy');
    expect(await taken).toEqual({ ok: true, value: { healthyAfterMs: 2000 } });
  });

  it('ends at the deadline, counted from the start, with the last words', async () => {
    const { clock, give, image, engine } = await waiting({ healthcheck: 'given', says: ['warming up'] });
    const instance = anInstance(image, { healthDeadlineMs: 5000 });
    const taken = give({ kind: 'take', instance, relayed: false });
    await clock.untilAsleep();
    await clock.advance(5000);
    expect(await taken).toMatchObject({
      failure: {
        code: 'unhealthy',
        logTail: ['warming up'],
        message: expect.stringMatching(/was not healthy 5000 ms after its start: its HEALTHCHECK says starting/),
      },
    });
    // Asked again, its time is over; but what has become healthy since is not told that it is late.
    const again = give({ kind: 'take', instance, relayed: false });
    await clock.untilAsleep();
    await clock.advance(0);
    expect(await again).toMatchObject({ failure: { code: 'unhealthy' } });
    engine.setHealth(instance.instanceId, 'healthy');
    expect(await give({ kind: 'take', instance, relayed: false })).toEqual({ ok: true, value: { healthyAfterMs: 0 } });
  });

  it('lets no look take longer than the instance has to become healthy', async () => {
    const { give, image, probe } = await waiting({});
    probe.answer = { ok: true };
    const healthCheck = { kind: 'tcp', port: 80 } as const;
    for (const timeoutMs of [3_600_000, 100]) {
      const healthTiming = { intervalMs: null, timeoutMs, retries: null, startPeriodMs: null };
      const instance = anInstance(image, { healthCheck, healthTiming, healthDeadlineMs: 10_000 });
      await give({ kind: 'take', instance, relayed: false });
      await give({ kind: 'put-aside', instance: refOf(instance), tailLines: 0 });
    }
    expect(probe.timeouts).toEqual([10_000, 100]);
  });

  it.each([
    [{ kind: 'tcp', port: 80 }, '10.201.0.2:80'],
    [{ kind: 'http', port: 80, path: '/up' }, 'http://10.201.0.2:80/up'],
  ] as const)('asks by the service’s own check: %o', async (healthCheck, asked) => {
    const { clock, give, image, probe } = await waiting({ healthcheck: 'given' });
    const taken = give({ kind: 'take', instance: anInstance(image, { healthCheck }), relayed: false });
    await clock.untilAsleep(2);
    await clock.advance(350);
    probe.answer = { ok: true };
    await clock.advance(100);
    expect(await taken).toEqual({ ok: true, value: { healthyAfterMs: 400 } });
    expect(new Set(probe.asked)).toEqual(new Set([asked]));
  });

  it('says what the last look found', async () => {
    const { clock, give, image } = await waiting({});
    const taken = give({
      kind: 'take',
      instance: anInstance(image, { healthCheck: { kind: 'tcp', port: 80 } }),
      relayed: false,
    });
    await clock.untilAsleep(2);
    await clock.advance(10_000);
    expect(await taken).toMatchObject({
      failure: { code: 'unhealthy', message: expect.stringContaining('nothing listens') },
    });
  });

  it('is called off', async () => {
    const { clock, give, image } = await waiting({});
    const enough = new AbortController();
    const taken = give(
      { kind: 'take', instance: anInstance(image, { minRunningMs: 2000 }), relayed: false },
      enough.signal,
    );
    await clock.untilAsleep(2);
    enough.abort(new Error('called off'));
    expect(await taken).toMatchObject({ failure: { code: 'cancelled', message: 'called off' } });
  });
});

describe('drain', () => {
  it('says that it was killed at the end of its grace', async () => {
    const clock = new ManualClock();
    const { engine, give, order } = await aSwapNode(clock);
    const instance = anInstance(engine.buildLocally('stubborn', { stubborn: true }), { stopGraceMs: 3000 });
    await order({ kind: 'take', instance, relayed: false });
    const drained = give({ kind: 'drain', instance: refOf(instance) });
    await clock.untilAsleep();
    await clock.advance(3000);
    expect(await drained).toEqual({ ok: true, value: { exitCode: 137, killed: true, tookMs: 3000, cut: 0 } });
    expect(await order({ kind: 'drain', instance: refOf(instance) })).toEqual({
      exitCode: 137,
      killed: true,
      tookMs: 0,
      cut: 0,
    });
  });

  it('takes the ports of one whose ports the order does not know', async () => {
    const { network, order, old } = await running();
    expect(await network.portMap()).toHaveLength(1);
    await order({ kind: 'drain', instance: { ...refOf(old), ports: [] } });
    expect(await network.portMap()).toEqual([]);
  });

  it('takes the ports of one that is gone, and leaves those of others', async () => {
    const { engine, network, order, old } = await running();
    const other = anInstance(old.image, { slotId: 'other', slotIndex: 2, address: '10.7.0.6', ports: [] });
    await order({ kind: 'take', instance: other, relayed: false });
    const [mine] = await network.portMap();
    const found = await engine.find(old.instanceId);
    await engine.stop(found!.containerId, 0);
    await engine.remove(found!.containerId);
    expect(await order({ kind: 'drain', instance: refOf(old) })).toEqual({
      exitCode: null,
      killed: false,
      tookMs: 0,
      cut: 0,
    });
    expect(await network.portMap()).toEqual([]);
    // The same port, led to somebody who is there.
    const { nodeAddress } = (await engine.find(other.instanceId))!;
    await network.mapPorts([{ ...mine!, toAddress: nodeAddress! }]);
    await order({ kind: 'drain', instance: refOf(old) });
    expect(await network.portMap()).toHaveLength(1);
  });
});

describe('flip and settle', () => {
  it.each(['flip', 'settle'] as const)('%s refuses one that ended', async (kind) => {
    const { give, order, old } = await running();
    await order({ kind: 'drain', instance: refOf(old) });
    expect(await give<'flip' | 'settle'>({ kind, instance: refOf(old), towards: null })).toMatchObject({
      failure: { code: 'instance-exited' },
    });
  });

  it.each(['flip', 'settle', 'revive'] as const)('%s says that there is none', async (kind) => {
    const { give, old } = await running();
    const gone = refOf(theNext(old, old.image));
    expect(await give<'flip' | 'settle' | 'revive'>({ kind, instance: gone, towards: null })).toMatchObject({
      failure: { code: 'instance-missing' },
    });
  });
});

describe('put-aside', () => {
  it('has nothing to say of one that was never made, nor of one never started', async () => {
    const { engine, order, old } = await running();
    const next = theNext(old, old.image);
    const nothing = { exitCode: null, logTail: [] };
    expect(await order({ kind: 'put-aside', instance: refOf(next), tailLines: 20 })).toEqual(nothing);
    await order({ kind: 'prepare', instance: next });
    expect(await order({ kind: 'put-aside', instance: refOf(next), tailLines: 20 })).toEqual(nothing);
    expect(await engine.find(next.instanceId)).toMatchObject({ state: 'created' });
  });

  it('gives no more grace than 2 s', async () => {
    const clock = new ManualClock();
    const { engine, give, order } = await aSwapNode(clock);
    const instance = anInstance(engine.buildLocally('stubborn', { stubborn: true }), { stopGraceMs: 60_000 });
    await order({ kind: 'take', instance, relayed: false });
    const aside = give({ kind: 'put-aside', instance: refOf(instance), tailLines: 20 });
    await clock.untilAsleep();
    await clock.advance(2000);
    expect(await aside).toMatchObject({ ok: true, value: { exitCode: 137 } });
  });
});

describe('retire', () => {
  it('waits for the last line without holding the deployment up', async () => {
    const { engine, order, old, shipper } = await running();
    await order({ kind: 'drain', instance: refOf(old) });
    shipper.hold(old.instanceId);
    expect(await order({ kind: 'retire', instance: refOf(old) })).toEqual({ removedNow: false });
    expect(await engine.find(old.instanceId)).toMatchObject({ retired: true });
    expect(await order({ kind: 'retire', instance: refOf(old) })).toEqual({ removedNow: false });
    shipper.shipped(old.instanceId);
    expect(await order({ kind: 'retire', instance: refOf(old) })).toEqual({ removedNow: true });
    expect(await engine.find(old.instanceId)).toBeNull();
  });

  it('refuses one that runs', async () => {
    const { engine, give, old } = await running();
    expect(await give({ kind: 'retire', instance: refOf(old) })).toMatchObject({ failure: { code: 'engine-refused' } });
    expect(await engine.find(old.instanceId)).toMatchObject({ state: 'running', retired: false });
  });

  it('cannot be taken back', async () => {
    const { give, order, old, shipper } = await running();
    await order({ kind: 'drain', instance: refOf(old) });
    shipper.hold(old.instanceId);
    await order({ kind: 'retire', instance: refOf(old) });
    expect(await give({ kind: 'revive', instance: refOf(old) })).toMatchObject({
      failure: { code: 'instance-missing', message: expect.stringContaining('was retired already') },
    });
  });

  it('leaves volumes alone', async () => {
    const { engine, order, old } = await running({
      volumes: [{ name: 'web-1-data', path: '/data', readOnly: false, borrowed: false }],
    });
    await order({ kind: 'drain', instance: refOf(old) });
    await order({ kind: 'retire', instance: refOf(old) });
    expect(engine.volumes).toEqual(['web-1-data']);
  });
});

describe('any order', () => {
  it('says when the engine does not answer, and when we ourselves failed', async () => {
    const { engine, network, give, old } = await running();
    engine.failAt('find', 'engine-unavailable');
    expect(await give({ kind: 'flip', instance: refOf(old), towards: null })).toMatchObject({
      failure: { code: 'engine-unavailable' },
    });
    engine.cure('find');
    network.failures.set('mapPorts', new Error('nft is not there'));
    expect(await give({ kind: 'flip', instance: refOf(old), towards: null })).toMatchObject({
      failure: { code: 'internal', message: expect.stringContaining('nft is not there') },
    });
  });

  it('does not begin when it was called off before', async () => {
    const { engine, give, old } = await running();
    const called = AbortSignal.abort(new Error('called off'));
    expect(await give({ kind: 'drain', instance: refOf(old) }, called)).toMatchObject({
      failure: { code: 'cancelled' },
    });
    expect(engine.did).toEqual([]);
  });
});
