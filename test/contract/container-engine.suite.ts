import type { ContainerEngine, EngineLogLine, NetworkWishes } from '@restow/agent/engine/container-engine';
import { EngineError } from '@restow/agent/engine/engine-error';
import { macOf } from '@restow/shared/domain/address';
import type { InstanceSpec } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { anInstance, theNext } from '../lib/an-instance.ts';

/** An engine with these images in a registry it reaches, and nothing else on it. */
export interface EngineSubject {
  engine: ContainerEngine;
  images: {
    /** Writes `one` and `two`, then runs until it is asked to end, and ends with 0. */
    app: PinnedImage;
    /** Writes `giving up` to stderr and ends with 3. */
    crash: PinnedImage;
    /** Does not heed its stop signal. */
    stubborn: PinnedImage;
    /** Has a HEALTHCHECK that passes, and VOLUMEs at /var/lib/b and /a. */
    checked: PinnedImage;
  };
  /** An image no registry has. */
  local: PinnedImage & { kind: 'local' };
  addForeignContainer(name: string, port: number): Promise<void>;
  addForeignVolume(name: string): Promise<void>;
}

export const wishes: NetworkWishes = {
  overlaySubnet: '10.7.0.0/16',
  nodeSubnet: '10.201.0.0/24',
};

const failureOf = async (promise: Promise<unknown>): Promise<EngineError> => {
  const error = await promise.then(
    () => new Error('It did not fail.'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
};

/** What every container engine promises a swap. `subject` is asked for once it stands. */
export const containerEngineSuite = (subject: () => EngineSubject): void => {
  const stopped = new AbortController();
  const never = stopped.signal;
  let lastNode = 1;
  let lastSlot = 4;
  const made: InstanceSpec[] = [];
  const ready = async (image: PinnedImage, given: Partial<InstanceSpec> = {}) => {
    const { engine } = subject();
    await engine.ensureNetworks(wishes);
    await engine.pull(image, () => {});
    const spec = anInstance(image, { address: `10.7.0.${++lastSlot}`, ...given });
    made.push(spec);
    const nodeAddress = spec.net === 'host' ? null : `10.201.0.${++lastNode}`;
    const { containerId, containerName } = await engine.create(spec, nodeAddress);
    return { engine, spec, containerId, containerName, nodeAddress };
  };
  const find = async (spec: InstanceSpec) => {
    const found = await subject().engine.find(spec.instanceId);
    if (!found) throw new Error(`Instance ${spec.instanceId} is not there.`);
    return found;
  };
  const outputOf = async (containerId: string, options: Parameters<ContainerEngine['logs']>[1]) => {
    const lines: EngineLogLine[] = [];
    for await (const line of subject().engine.logs(containerId, options, never)) lines.push(line);
    return lines;
  };

  afterEach(async () => {
    const { engine } = subject();
    for (const { instanceId } of made.splice(0)) {
      const found = await engine.find(instanceId);
      if (!found) continue;
      await engine.stop(found.containerId, 0);
      await engine.remove(found.containerId);
    }
  });

  describe('images', () => {
    it('pulls by digest once, and says what was transferred', async () => {
      const { engine, images } = subject();
      expect(await engine.hasImage(images.app)).toBe(false);
      const said: (number | null)[] = [];
      const first = await engine.pull(images.app, ({ current }) => said.push(current));
      expect(first).toMatchObject({ alreadyPresent: false, imageId: expect.stringMatching(/^sha256:/) });
      expect(first.bytes).toBeGreaterThan(0);
      expect(said.at(-1)).toBe(first.bytes);
      expect(await engine.hasImage(images.app)).toBe(true);
      expect(await engine.pull(images.app, () => {})).toEqual({
        ...{ imageId: first.imageId, alreadyPresent: true, bytes: 0 },
      });
    });

    it('resolves a tag to the digest the registry has for it', async () => {
      const { engine, images } = subject();
      expect((await engine.resolve(images.crash.reference)).image).toEqual(images.crash);
    });

    it('resolves an image no registry has to its id, on this node', async () => {
      const { engine, local } = subject();
      expect((await engine.resolve(local.reference)).image).toEqual(local);
      expect(await engine.hasImage(local)).toBe(true);
      expect(await engine.pull(local, () => {})).toMatchObject({ imageId: local.imageId, alreadyPresent: true });
    });

    it('names the image a registry has not got', async () => {
      const { engine, images } = subject();
      const reference = images.app.reference.replace(/:[^:]*$/, ':nobody-pushed-this');
      const error = await failureOf(engine.resolve(reference));
      expect(error.failure).toBe('image-not-found');
      expect(error.message).toContain(reference);
    });

    it('does not pull what is not there', async () => {
      const { engine, images } = subject();
      const digest = `sha256:${'0'.repeat(64)}`;
      const error = await failureOf(engine.pull({ ...images.app, digest } as PinnedImage, () => {}));
      expect(error.failure).toBe('image-not-found');
    });

    it('breaks a question off with the signal', async () => {
      const { engine, images } = subject();
      const reason = new Error('enough');
      await expect(engine.resolve(images.app.reference, AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it('reads the VOLUMEs of an image', async () => {
      const { engine, images } = subject();
      await engine.pull(images.checked, () => {});
      await engine.pull(images.app, () => {});
      expect(await engine.imageVolumes(images.checked)).toEqual(['/a', '/var/lib/b']);
      expect(await engine.imageVolumes(images.app)).toEqual([]);
    });
  });

  describe('networks and volumes', () => {
    it('makes both networks, and finds them made', async () => {
      const { engine } = subject();
      await engine.ensureNetworks(wishes);
      await engine.ensureNetworks(wishes);
    });

    it('does not change a network to another subnet', async () => {
      const { engine } = subject();
      await engine.ensureNetworks(wishes);
      const error = await failureOf(engine.ensureNetworks({ ...wishes, nodeSubnet: '10.202.0.0/24' }));
      expect(error.failure).toBe('network');
      expect(error.message).toContain('restow-node');
    });

    it('leaves a volume alone that it did not make', async () => {
      const { engine, addForeignVolume } = subject();
      const ours = { 'io.restow.volume': '/data' };
      await engine.ensureVolume('web-1-data', ours);
      await engine.ensureVolume('web-1-data', ours);
      await addForeignVolume('somebodys');
      const error = await failureOf(engine.ensureVolume('somebodys', ours));
      expect(error.failure).toBe('engine-refused');
      expect(error.message).toContain('somebodys');
    });

    it('tells which of some names are volumes it did not make', async () => {
      const { engine, addForeignVolume } = subject();
      await engine.ensureVolume('web-1-data', { 'io.restow.volume': '/data' });
      await addForeignVolume('somebodys');
      expect(await engine.foreignVolumes(['web-1-data', 'somebodys', 'nobodys'])).toEqual([
        { name: 'somebodys', users: [] },
      ]);
      expect(await engine.hasVolume('somebodys')).toBe(true);
      expect(await engine.hasVolume('nobodys')).toBe(false);
    });

    it('measures volumes, and tells who mounts them', async () => {
      const { images } = subject();
      const volumes = [{ name: 'web-1-data', path: '/data', readOnly: false, borrowed: false }];
      await subject().engine.ensureVolume('web-1-data', { 'io.restow.volume': '/data' });
      const { engine, containerName } = await ready(images.app, { volumes });
      expect(await engine.measureVolumes(['web-1-data', 'nobodys'], never)).toEqual([
        { name: 'web-1-data', bytes: 4096, users: [containerName] },
        { name: 'nobodys', bytes: null, users: [] },
      ]);
    });

    it('deletes a volume of its own that nobody mounts, and no other', async () => {
      const { images, addForeignVolume } = subject();
      const volumes = [{ name: 'web-1-data', path: '/data', readOnly: false, borrowed: false }];
      await subject().engine.ensureVolume('web-1-data', { 'io.restow.volume': '/data' });
      const { engine, containerId, containerName } = await ready(images.app, { volumes });
      const mounted = await failureOf(engine.removeVolume('web-1-data'));
      expect(mounted.failure).toBe('volume-in-use');
      expect(mounted.message).toContain(containerName);
      await engine.remove(containerId);
      expect(await engine.removeVolume('web-1-data')).toBe(true);
      expect(await engine.removeVolume('web-1-data')).toBe(false);
      await addForeignVolume('somebodys');
      expect((await failureOf(engine.removeVolume('somebodys'))).failure).toBe('engine-refused');
      expect(await engine.hasVolume('somebodys')).toBe(true);
    });
  });

  describe('containers', () => {
    it('makes one for an instance, once, with fixed addresses, and does not start it', async () => {
      const { engine, spec, containerId, containerName, nodeAddress } = await ready(subject().images.app);
      expect(containerName).toBe(`restow-web-1-${spec.instanceId.slice(0, 8)}`);
      expect(await find(spec)).toMatchObject({
        ...{ containerId, containerName, nodeAddress, state: 'created', restartPolicy: 'no', retired: false },
        isComplete: true,
        ...{ instanceId: spec.instanceId, slotId: spec.slotId, serviceId: spec.serviceId, serviceName: 'web' },
        ...{ slotIndex: 1, revisionNumber: 1, deploymentNumber: 1, address: spec.address },
        ...{ revisionId: spec.revisionId, deploymentId: spec.deploymentId },
        ...{ exitCode: null, startedAt: null, finishedAt: null, pid: null, overlayAddress: null, health: 'none' },
      });
      expect(await engine.create(spec, '10.201.0.99')).toEqual({ containerId, containerName });
      expect(await engine.whyNotStart(containerId)).toBeNull();
      expect((await engine.list()).filter(({ instanceId }) => instanceId === spec.instanceId)).toHaveLength(1);
      const addresses = await engine.nodeAddresses();
      expect(addresses).toContain(nodeAddress);
      expect(addresses).not.toContain('10.201.0.99');
    });

    it('finds the one made anew after the first was removed, and none in between', async () => {
      const { engine, spec, containerId, nodeAddress } = await ready(subject().images.app);
      expect((await find(spec)).containerId).toBe(containerId);
      await engine.remove(containerId);
      expect(await engine.find(spec.instanceId)).toBeNull();
      const anew = await engine.create(spec, nodeAddress);
      expect(anew.containerId).not.toBe(containerId);
      expect((await find(spec)).containerId).toBe(anew.containerId);
    });

    it('starts it with the slot’s address and the MAC of that address', async () => {
      const { engine, spec, containerId, nodeAddress } = await ready(subject().images.app);
      const before = Date.now();
      await engine.start(containerId);
      const running = await find(spec);
      expect(running).toMatchObject({ state: 'running', overlayAddress: spec.address, nodeAddress, exitCode: null });
      expect(running.overlayMac).toBe(macOf(spec.address));
      expect(running.pid).toBeGreaterThan(0);
      expect(running.startedAt).toBeGreaterThanOrEqual(before - 1);
      await engine.start(containerId);
      expect((await find(spec)).startedAt).toBe(running.startedAt);
    });

    it('has no second one start with an address in use, and the first one goes on', async () => {
      const first = await ready(subject().images.app);
      const second = await ready(subject().images.app, { address: first.spec.address });
      await first.engine.start(first.containerId);
      const error = await failureOf(first.engine.start(second.containerId));
      expect(error.failure).toBe('address-in-use');
      expect((await find(first.spec)).state).toBe('running');
      // A stopped one holds no address: that is what stop-first stands on.
      await first.engine.stop(first.containerId, 2000);
      await first.engine.start(second.containerId);
      expect(await find(second.spec)).toMatchObject({ state: 'running', overlayAddress: first.spec.address });
    });

    it('stops it by its signal, and it is stopped when that resolves', async () => {
      const { engine, spec, containerId } = await ready(subject().images.app);
      await engine.start(containerId);
      await engine.stop(containerId, 5000);
      const after = await find(spec);
      expect(after).toMatchObject({ state: 'stopped', exitCode: 0, pid: null, overlayAddress: null });
      expect(after.finishedAt).toBeGreaterThanOrEqual(after.startedAt!);
      await engine.stop(containerId, 5000);
      expect((await find(spec)).finishedAt).toBe(after.finishedAt);
    });

    it('kills at the end of the grace what does not heed', async () => {
      const { engine, spec, containerId } = await ready(subject().images.stubborn);
      await engine.start(containerId);
      const begun = performance.now();
      await engine.stop(containerId, 1000);
      expect(performance.now() - begun).toBeGreaterThan(950);
      expect(await find(spec)).toMatchObject({ state: 'stopped', exitCode: 137 });
    });

    it('stops one that never started', async () => {
      const { engine, spec, containerId } = await ready(subject().images.app);
      await engine.stop(containerId, 1000);
      expect(await find(spec)).toMatchObject({ state: 'created', exitCode: null });
    });

    it.each([
      ['ALWAYS', 'always'],
      ['ON_FAILURE', 'no'],
      ['OFF', 'no'],
    ] as const)(
      'knows of one that serves, running or not; with %s its restart policy is %s then',
      async (autorestart, policy) => {
        const { engine, spec, containerId } = await ready(subject().images.app, { autorestart, autodestroy: 'OFF' });
        expect(await find(spec)).toMatchObject({ serving: false, autorestart, autodestroy: 'OFF' });
        await engine.start(containerId);
        for (const serving of [true, true, false, false]) {
          await engine.setServing(containerId, serving, autorestart);
          expect(await find(spec)).toMatchObject({ serving, restartPolicy: serving ? policy : 'no', state: 'running' });
        }
        await engine.stop(containerId, 2000);
        await engine.setServing(containerId, true, autorestart);
        expect(await find(spec)).toMatchObject({ state: 'stopped', serving: true, restartPolicy: policy });
        await engine.setServing(containerId, false, autorestart);
        await engine.markRetired(containerId);
        await engine.setServing(containerId, false, autorestart);
        expect(await find(spec)).toMatchObject({ serving: false, retired: true });
      },
    );

    it('marks one that serves as retired: it serves no more', async () => {
      const { engine, spec, containerId } = await ready(subject().images.app, { autorestart: 'OFF' });
      await engine.setServing(containerId, true, 'OFF');
      await engine.markRetired(containerId);
      expect(await find(spec)).toMatchObject({ serving: false, retired: true });
    });

    it('remembers why one ended: by itself, or asked to; of one that runs or never did there is nothing to remember', async () => {
      const crash = await ready(subject().images.crash);
      expect(await crash.engine.whyEnded(crash.containerId)).toBeNull();
      await crash.engine.start(crash.containerId);
      await crash.engine.whenEnded(crash.containerId, never);
      await vi.waitFor(async () => expect(await crash.engine.whyEnded(crash.containerId)).toBe('by-itself'));
      const { engine, containerId } = await ready(subject().images.app);
      await engine.start(containerId);
      expect(await engine.whyEnded(containerId)).toBeNull();
      await engine.stop(containerId, 2000);
      expect(await engine.whyEnded(containerId)).toBe('asked');
      await engine.start(containerId);
      expect(await engine.whyEnded(containerId)).toBeNull();
    });

    it('tells when one ends, with its exit code', async () => {
      const { engine, spec, containerId } = await ready(subject().images.crash);
      await engine.start(containerId);
      expect(await engine.whenEnded(containerId, never)).toBe(3);
      expect(await find(spec)).toMatchObject({ state: 'stopped', exitCode: 3 });
      expect(await engine.whenEnded(containerId, never)).toBe(3);
    });

    it('stops waiting for the end with the signal', async () => {
      const { engine, containerId } = await ready(subject().images.app);
      await engine.start(containerId);
      const enough = new AbortController();
      const reason = new Error('enough');
      const waiting = engine.whenEnded(containerId, enough.signal);
      enough.abort(reason);
      await expect(waiting).rejects.toBe(reason);
    });

    it('removes one that does not run, once, and none that does', async () => {
      const { engine, spec, containerId } = await ready(subject().images.app);
      await engine.start(containerId);
      expect((await failureOf(engine.remove(containerId))).failure).toBe('engine-refused');
      expect((await find(spec)).state).toBe('running');
      await engine.stop(containerId, 2000);
      await engine.remove(containerId);
      expect(await engine.find(spec.instanceId)).toBeNull();
      await engine.remove(containerId);
    });

    it('keeps the mark of a retired one', async () => {
      const { engine, spec, containerId } = await ready(subject().images.app);
      await engine.markRetired(containerId);
      await engine.markRetired(containerId);
      expect(await find(spec)).toMatchObject({ containerId, retired: true });
    });

    it('knows the next instance of a slot beside the last', async () => {
      const { engine, spec, containerId } = await ready(subject().images.app);
      const next = theNext(spec, spec.image);
      made.push(next);
      const other = await engine.create(next, '10.201.0.200');
      expect(other.containerId).not.toBe(containerId);
      expect(await find(next)).toMatchObject({ containerId: other.containerId, revisionNumber: 2 });
    });

    it('says that an instance is missing', async () => {
      const { engine } = subject();
      expect(await engine.find('00000000-0000-4000-8000-000000000000')).toBeNull();
      const nowhere = '0'.repeat(64);
      expect((await failureOf(engine.start(nowhere))).failure).toBe('instance-missing');
    });

    it('does not make one of an image that is not there, nor one with labels like ours', async () => {
      const { engine, images } = subject();
      await engine.ensureNetworks(wishes);
      await engine.pull(images.app, () => {});
      const digest = `sha256:${'1'.repeat(64)}`;
      const unknown = anInstance({ ...images.app, digest } as PinnedImage);
      expect((await failureOf(engine.create(unknown, '10.201.0.201'))).failure).toBe('image-not-found');
      const disguised = anInstance(images.app, { labels: { 'io.restow.slot': 'mine' } });
      expect((await failureOf(engine.create(disguised, '10.201.0.202'))).message).toContain('io.restow.slot');
      expect(await engine.find(disguised.instanceId)).toBeNull();
    });

    it('lists ours, and counts what is foreign', async () => {
      const { spec } = await ready(subject().images.app);
      const { engine, addForeignContainer } = subject();
      const before = await engine.countForeign();
      await addForeignContainer('somebody', 8999);
      expect(await engine.countForeign()).toBe(before + 1);
      expect((await engine.list()).map(({ instanceId }) => instanceId)).toEqual([spec.instanceId]);
      expect(await engine.foreignPublishedPorts()).toEqual([
        { protocol: 'tcp', port: 8999, holder: { kind: 'container', containerName: 'somebody' } },
      ]);
    });

    it('reports the verdict of a HEALTHCHECK, and none where a check of the service’s own replaces it', async () => {
      const { engine, spec, containerId } = await ready(subject().images.checked);
      const healthy = (async () => {
        for await (const change of engine.changes(AbortSignal.timeout(10_000)))
          if (change.instanceId === spec.instanceId && (await find(spec)).health === 'healthy') return true;
        return false;
      })();
      await engine.start(containerId);
      expect(await healthy).toBe(true);
      expect((await find(spec)).hasHealthcheck).toBe(true);
      const own = await ready(subject().images.checked, { healthCheck: { kind: 'tcp', port: 80 } });
      await engine.start(own.containerId);
      expect(await find(own.spec)).toMatchObject({ hasHealthcheck: false, health: 'none' });
    });
  });

  it('makes a HEALTHCHECK when asked: of the image, of the service’s own, of one that has none, and of one that does not run', async () => {
    const passed = expect.objectContaining({ passed: true });
    const ofImage = await ready(subject().images.checked);
    const { engine } = ofImage;
    await engine.start(ofImage.containerId);
    await vi.waitFor(async () => expect(await engine.runHealthcheck(ofImage.containerId, never)).toEqual(passed));
    const own = await ready(subject().images.app, { healthCheck: { kind: 'command', command: ['/bin/true'] } });
    await engine.start(own.containerId);
    expect((await find(own.spec)).hasHealthcheck).toBe(true);
    expect(await engine.runHealthcheck(own.containerId, never)).toEqual(passed);
    await engine.stop(own.containerId, 2000);
    expect(await engine.runHealthcheck(own.containerId, never)).toMatchObject({ passed: false });
    const none = await ready(subject().images.app);
    await engine.start(none.containerId);
    expect(await engine.runHealthcheck(none.containerId, never)).toBeNull();
  });

  describe('an end on the overlay', () => {
    /** One that serves at its address, and the next of its slot, which runs beside it without. */
    const beside = async () => {
      const old = await ready(subject().images.app);
      const next = await ready(subject().images.app, slotOf(old.spec));
      await old.engine.undock(next.containerId);
      await old.engine.start(old.containerId);
      await old.engine.start(next.containerId);
      return { engine: old.engine, old, next };
    };
    const slotOf = ({ address, slotId }: InstanceSpec) => ({ address, slotId });
    const noEnd = { docked: false, overlayAddress: null, overlayMac: null };
    const endOf = ({ address }: InstanceSpec) => ({
      ...{ docked: true, overlayAddress: address, overlayMac: macOf(address) },
    });

    it('passes from one that runs to another that runs, and neither is restarted', async () => {
      const { engine, old, next } = await beside();
      const [before, joined] = [await find(old.spec), await find(next.spec)];
      for (const _ of ['once', 'twice']) {
        await engine.undock(old.containerId);
        expect(await find(old.spec)).toMatchObject({ pid: before.pid, nodeAddress: old.nodeAddress, ...noEnd });
      }
      for (const _ of ['once', 'twice']) {
        await engine.dock(next.containerId, next.spec.address);
        expect(await find(next.spec)).toMatchObject({ pid: joined.pid, isComplete: true, ...endOf(next.spec) });
      }
    });

    it('is refused while another one has the address, by the holder’s name, and can be had once that has let go', async () => {
      const { engine, old, next } = await beside();
      const error = await failureOf(engine.dock(next.containerId, next.spec.address));
      expect(error.failure).toBe('address-in-use');
      expect(error.message).toContain(`${old.spec.address} is held by container ${old.containerName}`);
      expect(await find(next.spec)).toMatchObject({ state: 'running', ...noEnd });
      await engine.undock(old.containerId);
      await engine.dock(next.containerId, next.spec.address);
      expect(await find(next.spec)).toMatchObject(endOf(next.spec));
    });

    it('is given to one that does not run: it holds the address from its start on', async () => {
      const { engine, old, next } = await beside();
      await engine.stop(next.containerId, 2000);
      for (const _ of ['once', 'twice']) await engine.dock(next.containerId, next.spec.address);
      expect(await find(next.spec)).toMatchObject({ docked: true, overlayAddress: null });
      expect(await find(old.spec)).toMatchObject(endOf(old.spec));
      const error = await failureOf(engine.start(next.containerId));
      expect(error.failure).toBe('address-in-use');
      expect(error.message).toContain(`held by container ${old.containerName}`);
      for (const _ of ['once', 'twice']) await engine.undock(next.containerId);
      expect(await find(next.spec)).toMatchObject(noEnd);
      await engine.dock(next.containerId, next.spec.address);
      await engine.undock(old.containerId);
      await engine.start(next.containerId);
      expect(await find(next.spec)).toMatchObject(endOf(next.spec));
    });

    it('is nobody’s who is not there', async () => {
      const { engine } = subject();
      const nowhere = '0'.repeat(64);
      expect((await failureOf(engine.dock(nowhere, '10.7.0.4'))).failure).toBe('instance-missing');
      expect((await failureOf(engine.undock(nowhere))).failure).toBe('instance-missing');
    });

    it('is none of one with the node’s own network', async () => {
      const { engine, spec, containerId } = await ready(subject().images.app, { net: 'host' });
      const { spec: other } = await ready(subject().images.app);
      expect(await find(other)).toMatchObject({ net: 'bridge' });
      await engine.start(containerId);
      expect(await find(spec)).toMatchObject({
        ...{ state: 'running', net: 'host', nodeAddress: null, isComplete: true, ...noEnd },
      });
      expect(await engine.create(spec, null)).toMatchObject({ containerId });
    });
  });

  it('keeps what an agent must know of an instance that another one started', async () => {
    const ports = [{ containerPort: 80, hostPort: 32_000, protocol: 'udp' } as const];
    const timing = { intervalMs: 300, timeoutMs: null, retries: 2, startPeriodMs: null };
    const check = { kind: 'http', port: 80, path: '/health?a=b' } as const;
    const { spec } = await ready(subject().images.app, { ports, healthCheck: check, healthTiming: timing });
    expect(await find(spec)).toMatchObject({ ports, check: { check, timing } });
    const { spec: other } = await ready(subject().images.app, { healthCheck: { kind: 'command', command: ['true'] } });
    expect(await find(other)).toMatchObject({ ports: [], check: null });
  });

  describe('changes', () => {
    it('tells of our containers from the call on, until the signal', async () => {
      const { engine, spec, containerId } = await ready(subject().images.app);
      const enough = new AbortController();
      const changes = engine.changes(enough.signal);
      await engine.start(containerId);
      await engine.stop(containerId, 2000);
      const actions: string[] = [];
      for await (const change of changes) {
        expect(change).toMatchObject({ containerId, instanceId: spec.instanceId });
        actions.push(change.action);
        // Engines differ in which of the two comes first.
        if (actions.includes('stop') && actions.includes('die')) enough.abort();
      }
      expect(actions[0]).toBe('start');
    });
  });

  describe('logs', () => {
    it('gives the output of one that ended, in order, from a time on, or its end only', async () => {
      const { engine, containerId } = await ready(subject().images.app);
      await engine.start(containerId);
      await engine.stop(containerId, 2000);
      const lines = await outputOf(containerId, { follow: false });
      expect(lines.map(({ line }) => line)).toEqual(['one', 'two']);
      expect(lines[0]).toMatchObject({ stream: 'stdout', partial: false });
      expect(lines[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      const second = lines[1]!.time;
      expect((await outputOf(containerId, { follow: false, sinceTime: second })).map(({ line }) => line)).toEqual([
        'two',
      ]);
      expect((await outputOf(containerId, { follow: true, tail: 1 })).map(({ line }) => line)).toEqual(['two']);
    });

    it('follows until it ends', async () => {
      const { engine, containerId } = await ready(subject().images.app);
      await engine.start(containerId);
      const lines: string[] = [];
      for await (const { line } of engine.logs(containerId, { follow: true }, never)) {
        lines.push(line);
        if (lines.length === 2) await engine.stop(containerId, 2000);
      }
      expect(lines).toEqual(['one', 'two']);
    });

    it('follows until the signal', async () => {
      const { engine, containerId } = await ready(subject().images.app);
      await engine.start(containerId);
      const enough = new AbortController();
      const lines: string[] = [];
      for await (const { line } of engine.logs(containerId, { follow: true }, enough.signal)) {
        lines.push(line);
        if (lines.length === 2) enough.abort();
      }
      expect(lines).toEqual(['one', 'two']);
    });

    it('tells stdout from stderr', async () => {
      const { engine, containerId } = await ready(subject().images.crash);
      await engine.start(containerId);
      await engine.whenEnded(containerId, never);
      const [last] = await outputOf(containerId, { follow: false, tail: 1 });
      expect(last).toMatchObject({ line: 'giving up', stream: 'stderr' });
    });
  });

  it('is an engine with a name and a version', async () => {
    const facts = await subject().engine.facts();
    expect(facts.apiVersion).toMatch(/^1\.\d+$/);
    for (const fact of Object.values(facts)) expect(fact).not.toBe('');
  });
};
