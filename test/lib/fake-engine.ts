import { createHash } from 'node:crypto';
import type {
  ContainerEngine,
  EngineLogLine,
  InspectedInstance,
  NetworkWishes,
  PullProgress,
  RestartPolicy,
  WhyEnded,
} from '@restow/agent/engine/container-engine';
import {
  containerName,
  hasDock,
  isRetiredName,
  isServingName,
  retiredName,
  servingName,
} from '@restow/agent/engine/container-options';
import { EngineError, type EngineFailure } from '@restow/agent/engine/engine-error';
import { checkFrom, endingFrom, instanceLabels, labels, namesFrom, portsFrom } from '@restow/agent/engine/labels';
import { overlap, wantedNetworks } from '@restow/agent/engine/network-options';
import { type Clock, systemClock } from '@restow/shared/base/clock';
import { Inbox } from '@restow/shared/base/inbox';
import { macOf } from '@restow/shared/domain/address';
import { type ImageReference, parseImageReference } from '@restow/shared/domain/image-reference';
import type { EngineFacts, PortInUse } from '@restow/shared/domain/node';
import type { ForeignVolume, InstanceSpec, MeasuredVolume } from '@restow/shared/domain/order';
import { engineReference, type PinnedImage } from '@restow/shared/domain/revision';
import type { Autorestart } from '@restow/shared/domain/service';
import { type InstanceHealth, slotName } from '@restow/shared/domain/slot';

/** What a fake image does when it runs. */
export interface FakeImage {
  /** Lines on stdout at each start. */
  says?: string[];
  /** Lines on stderr, after those. */
  complains?: string[];
  /** Ends by itself right after each start, with this code. */
  crashesWith?: number;
  /** Does not heed its stop signal: it takes the whole grace and is killed. */
  stubborn?: boolean;
  /** What an engine refuses its start for, and can be told before. */
  startRefusedFor?: string;
  /** HEALTHCHECK: `given` stays `starting` until the test calls `setHealth`; `passes` is healthy from its start. */
  healthcheck?: 'given' | 'passes';
  /** VOLUME paths. */
  volumes?: string[];
  bytes?: number;
}

const parsed = (reference: string): ImageReference => {
  const found = parseImageReference(reference);
  if (found.ok) return found.value;
  throw new EngineError('image-not-found', found.refusal);
};

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

interface StoredImage extends FakeImage {
  imageId: string;
}

/** The registry that fake engines pull from; one for all nodes of a test. */
export class FakeRegistry {
  readonly #tags = new Map<string, string>();
  readonly #images = new Map<string, FakeImage>();
  #pushes = 0;

  /** Makes `reference` mean this image from now on; pushed again, it has another digest. */
  push(reference: string, image: FakeImage = {}): Extract<PinnedImage, { kind: 'digest' }> {
    const { repository } = parsed(reference);
    const digest = digestOf(`${reference} ${++this.#pushes}`);
    this.#tags.set(reference, digest);
    this.#images.set(`${repository}@${digest}`, image);
    return { kind: 'digest', reference, repository, digest };
  }

  digest(reference: string): string | null {
    return this.#tags.get(reference) ?? (this.#images.has(reference) ? parsed(reference).digest : null);
  }

  image(byDigest: string): FakeImage | null {
    return this.#images.get(byDigest) ?? null;
  }
}

interface FakeContainer {
  id: string;
  pid: number;
  name: string;
  spec: InstanceSpec;
  image: StoredImage;
  nodeAddress: string | null;
  docked: boolean;
  state: 'created' | 'running' | 'stopped';
  health: InstanceHealth;
  exitCode: number | null;
  startedAt: number | null;
  finishedAt: number | null;
  policy: RestartPolicy;
  whyEnded: WhyEnded | null;
  output: EngineLogLine[];
  /** Wakes whoever waits for more output or for its end. */
  changed: PromiseWithResolvers<void>;
}

/** What the engine is asked to do, as a step that can be made to fail or be held. */
export type EngineStep = Exclude<keyof ContainerEngine, 'changes' | 'logs'>;

/**
 * An honest engine in memory: it refuses what Docker refuses, and what was asked of it twice is as once. Containers do
 * what their image says. A test makes steps fail or holds them, ends containers, gives health checks their verdict, and
 * reads in `did` what was really done, such as `start web-1`.
 */
export class FakeEngine implements ContainerEngine {
  /** What was done, in order; what was so already is not in it. Images by reference, containers by slot. */
  readonly did: string[] = [];
  readonly registry: FakeRegistry;
  readonly #nodeId: string;
  readonly #clock: Clock;
  readonly #images = new Map<string, StoredImage>();
  readonly #names = new Map<string, string>();
  readonly #containers = new Map<string, FakeContainer>();
  readonly #networks = new Map<string, { subnet: string; ours: boolean }>();
  readonly #volumes = new Map<string, Record<string, string>>();
  readonly #foreign = new Map<string, PortInUse[]>();
  readonly #listeners = new Set<Inbox<{ containerId: string; instanceId: string; action: string }>>();
  readonly #faults = new Map<string, EngineError>();
  readonly #gates = new Map<EngineStep, { reached: () => void; open: Promise<void> }>();
  #made = 0;
  #lines = 0n;

  constructor({
    nodeId,
    clock = systemClock,
    registry = new FakeRegistry(),
  }: {
    nodeId: string;
    clock?: Clock;
    registry?: FakeRegistry;
  }) {
    this.#nodeId = nodeId;
    this.#clock = clock;
    this.registry = registry;
  }

  // What a test does to it.

  /** From now on that step fails, for one instance or for all, until `cure`. */
  failAt(step: EngineStep, failure: EngineFailure = 'engine-refused', instanceId = ''): void {
    const error = new EngineError(failure, `The fake engine was told to fail at ${step}.`);
    this.#faults.set(`${step} ${instanceId}`, error);
  }

  cure(step: EngineStep, instanceId = ''): void {
    this.#faults.delete(`${step} ${instanceId}`);
  }

  /** Holds the next such step: `reached` resolves when it was asked for, `open` lets it go on. */
  holdAt(step: EngineStep): { reached: Promise<void>; open: () => void } {
    const reached = Promise.withResolvers<void>();
    const open = Promise.withResolvers<void>();
    this.#gates.set(step, { reached: reached.resolve, open: open.promise });
    return { reached: reached.promise, open: open.resolve };
  }

  /** An image that no registry has. */
  buildLocally(reference: string, image: FakeImage = {}): Extract<PinnedImage, { kind: 'local' }> {
    const imageId = digestOf(`local ${reference} ${this.#images.size}`);
    this.#images.set(imageId, { ...image, imageId });
    this.#names.set(reference, imageId);
    return { kind: 'local', reference, imageId, nodeId: this.#nodeId };
  }

  /** The verdict of an instance's HEALTHCHECK. */
  setHealth(instanceId: string, health: 'healthy' | 'unhealthy'): void {
    const container = this.#running(instanceId);
    container.health = health;
    this.#tell(container, 'health_status');
  }

  /** It ends by itself; its restart policy brings it back. */
  end(instanceId: string, exitCode: number): void {
    const container = this.#running(instanceId);
    this.#ended(container, exitCode, 'by-itself');
    if (container.policy === 'always') this.#begin(container);
  }

  /** It is stopped and started again: what runs ends with it, with this code, and it knows of no end before. */
  restart(exitCode = 143): void {
    for (const container of this.#containers.values()) {
      if (container.state === 'running') this.#ended(container, exitCode, null);
      container.whyEnded = null;
    }
    for (const container of this.#containers.values())
      if (container.state === 'stopped' && container.policy === 'always') this.#begin(container);
  }

  /** It writes a line. */
  write(instanceId: string, line: string, stream: EngineLogLine['stream'] = 'stdout'): void {
    this.#write(this.#running(instanceId), line, stream);
  }

  addForeignContainer(name: string, ports: { protocol: 'tcp' | 'udp'; port: number }[] = []): void {
    this.#foreign.set(
      name,
      ports.map((port) => ({ ...port, holder: { kind: 'container', containerName: name } })),
    );
  }

  addForeignNetwork(name: string, subnet: string): void {
    this.#networks.set(name, { subnet, ours: false });
  }

  addForeignVolume(name: string): void {
    this.#volumes.set(name, {});
  }

  /** Names of all volumes, whoever made them. */
  get volumes(): string[] {
    return [...this.#volumes.keys()].sort();
  }

  // What the port promises.

  async facts(): Promise<EngineFacts> {
    await this.#step('facts');
    return { id: `fake-${this.#nodeId}`, version: '20.10.24', apiVersion: '1.41', storageDriver: 'memory' };
  }

  async resolve(reference: string, signal?: AbortSignal): Promise<{ image: PinnedImage; bytes: number }> {
    await this.#step('resolve');
    signal?.throwIfAborted();
    const { repository } = parsed(reference);
    const digest = this.registry.digest(reference);
    if (digest !== null) {
      const here = this.#images.get(`${repository}@${digest}`);
      return { image: { kind: 'digest', reference, repository, digest }, bytes: here?.bytes ?? 0 };
    }
    const imageId = this.#names.get(reference);
    if (imageId !== undefined)
      return {
        image: { kind: 'local', reference, imageId, nodeId: this.#nodeId },
        bytes: this.#images.get(imageId)?.bytes ?? 0,
      };
    throw new EngineError('image-not-found', `Registry ${parsed(reference).registry} has no image ${reference}.`);
  }

  async hasImage(image: PinnedImage): Promise<boolean> {
    await this.#step('hasImage');
    return this.#images.has(engineReference(image));
  }

  async imageVolumes(image: PinnedImage): Promise<string[]> {
    await this.#step('imageVolumes');
    return (this.#image(image).volumes ?? []).toSorted();
  }

  async pull(
    image: PinnedImage,
    onProgress: (progress: PullProgress) => void,
    signal?: AbortSignal,
  ): Promise<{ imageId: string; alreadyPresent: boolean; bytes: number }> {
    await this.#step('pull');
    signal?.throwIfAborted();
    const byDigest = engineReference(image);
    const present = this.#images.get(byDigest);
    if (present) return { imageId: present.imageId, alreadyPresent: true, bytes: 0 };
    const found = this.registry.image(byDigest);
    if (!found)
      throw new EngineError(
        'image-not-found',
        `Registry ${parsed(image.reference).registry} has no image ${image.reference}.`,
      );
    const { bytes = 1000 } = found;
    onProgress({ text: 'pulling', current: bytes, total: bytes });
    const imageId = digestOf(`image ${byDigest}`);
    this.#images.set(byDigest, { ...found, bytes, imageId });
    this.did.push(`pull ${image.reference}`);
    return { imageId, alreadyPresent: false, bytes };
  }

  async ensureNetworks(wishes: NetworkWishes): Promise<void> {
    await this.#step('ensureNetworks');
    for (const { name, subnet } of wantedNetworks(wishes)) {
      const found = this.#networks.get(name);
      if (found?.ours && found.subnet === subnet) continue;
      const rival = [...this.#networks].find(([, other]) => overlap(other.subnet, subnet));
      if (found || rival)
        throw new EngineError(
          'network',
          `Network ${name} cannot be had on this node: ${found ? `it has ${found.subnet}, not ${subnet}` : `${rival?.[0]} has ${rival?.[1].subnet}`}.`,
        );
      this.#networks.set(name, { subnet, ours: true });
      this.did.push(`network ${name}`);
    }
  }

  async ensureVolume(name: string, ours: Record<string, string>): Promise<void> {
    await this.#step('ensureVolume');
    const found = this.#volumes.get(name);
    if (found && found[labels.volume] === undefined)
      throw new EngineError('engine-refused', `A volume ${name} exists on this node that Restow did not make.`);
    if (found) return;
    this.#volumes.set(name, ours);
    this.did.push(`volume ${name}`);
  }

  async hasVolume(name: string): Promise<boolean> {
    await this.#step('hasVolume');
    return this.#volumes.has(name);
  }

  async foreignVolumes(names: readonly string[]): Promise<ForeignVolume[]> {
    await this.#step('foreignVolumes');
    return names
      .filter((name) => this.#volumes.has(name) && this.#volumes.get(name)?.[labels.volume] === undefined)
      .map((name) => ({ name, users: this.#usersOf(name) }));
  }

  async measureVolumes(names: readonly string[]): Promise<MeasuredVolume[]> {
    await this.#step('measureVolumes');
    return names.map((name) => ({
      name,
      bytes: this.#volumes.has(name) ? 4096 : null,
      users: this.#usersOf(name),
    }));
  }

  async removeVolume(name: string): Promise<boolean> {
    await this.#step('removeVolume');
    const found = this.#volumes.get(name);
    if (!found) return false;
    if (found[labels.volume] === undefined)
      throw new EngineError('engine-refused', `A volume ${name} exists on this node that Restow did not make.`);
    const users = this.#usersOf(name);
    if (users.length > 0) throw new EngineError('volume-in-use', `Volume ${name} is mounted by ${users.join(', ')}.`);
    this.#volumes.delete(name);
    this.did.push(`delete volume ${name}`);
    return true;
  }

  #usersOf(volume: string): string[] {
    return [...this.#containers.values()]
      .filter(({ spec }) => spec.volumes.some(({ name }) => name === volume))
      .map(({ name }) => name)
      .sort();
  }

  async nodeAddresses(): Promise<string[]> {
    await this.#step('nodeAddresses');
    return [...this.#containers.values()].flatMap(({ nodeAddress }) => nodeAddress ?? []);
  }

  async create(
    spec: InstanceSpec,
    nodeAddress: string | null,
  ): Promise<{ containerId: string; containerName: string }> {
    await this.#step('create', spec.instanceId);
    const known = this.#ofInstance(spec.instanceId);
    if (known && hasDock(spec)) known.docked = true;
    if (known) return { containerId: known.id, containerName: known.name };
    const image = this.#image(spec.image);
    instanceLabels(spec);
    for (const name of ['restow-node', 'restow-overlay'])
      if (!this.#networks.has(name)) throw new EngineError('network', `No network ${name} on this node.`);
    const name = containerName(spec);
    const id = digestOf(`container ${this.#nodeId} ${++this.#made}`).slice('sha256:'.length);
    this.#containers.set(id, {
      ...{ id, pid: 1000 + this.#made, name, spec, image, nodeAddress, docked: hasDock(spec) },
      ...{ state: 'created', health: 'none', exitCode: null, startedAt: null, finishedAt: null, policy: 'no' },
      whyEnded: null,
      ...{ output: [], changed: Promise.withResolvers<void>() },
    });
    this.#report(this.#containers.get(id)!, 'create');
    return { containerId: id, containerName: name };
  }

  async whyNotStart(containerId: string): Promise<string | null> {
    await this.#step('whyNotStart');
    return this.#container(containerId).image.startRefusedFor ?? null;
  }

  async start(containerId: string): Promise<void> {
    const container = this.#container(containerId);
    await this.#step('start', container.spec.instanceId);
    if (container.state === 'running') return;
    const { startRefusedFor } = container.image;
    if (startRefusedFor)
      throw new EngineError('engine-refused', `The fake engine could not start: ${startRefusedFor}.`);
    const { nodeAddress } = container;
    const rival = [...this.#containers.values()].find(
      (other) => other.state === 'running' && nodeAddress !== null && other.nodeAddress === nodeAddress,
    );
    if (rival) throw heldBy(nodeAddress!, rival);
    this.#refuseHeld(container);
    this.#begin(container);
  }

  async dock(containerId: string, address: string): Promise<void> {
    const container = this.#container(containerId);
    await this.#step('dock', container.spec.instanceId);
    if (container.docked) return;
    if (container.state === 'running') this.#refuseHeld({ ...container, docked: true });
    if (address !== container.spec.address)
      throw new Error(`The fake engine knows one address of a slot, ${container.spec.address}, not ${address}.`);
    container.docked = true;
    this.did.push(`dock ${nameOf(container)}`);
  }

  async undock(containerId: string): Promise<void> {
    const container = this.#container(containerId);
    await this.#step('undock', container.spec.instanceId);
    if (!container.docked) return;
    container.docked = false;
    this.did.push(`undock ${nameOf(container)}`);
  }

  #refuseHeld({ id, spec, docked }: FakeContainer): void {
    const rival = [...this.#containers.values()].find(
      (other) => other.id !== id && other.state === 'running' && other.docked && other.spec.address === spec.address,
    );
    if (docked && rival) throw heldBy(spec.address, rival);
  }

  async stop(containerId: string, graceMs: number): Promise<void> {
    const container = this.#container(containerId);
    await this.#step('stop', container.spec.instanceId);
    if (container.state !== 'running') return;
    if (container.image.stubborn) await this.#clock.sleep(graceMs);
    if (container.state === 'running') this.#ended(container, container.image.stubborn ? 137 : 0, 'asked');
    this.#report(container, 'stop');
  }

  async runHealthcheck(containerId: string): Promise<{ passed: boolean; output: string } | null> {
    await this.#step('runHealthcheck');
    const { health, image, spec } = this.#container(containerId);
    return hasHealthcheck(image, spec) ? { passed: health === 'healthy', output: `it is ${health}` } : null;
  }

  async whenEnded(containerId: string, signal: AbortSignal): Promise<number> {
    await this.#step('whenEnded');
    const container = this.#container(containerId);
    while (container.state === 'running') await unless(container.changed.promise, signal);
    return container.exitCode ?? 0;
  }

  async markRetired(containerId: string): Promise<void> {
    const container = this.#container(containerId);
    await this.#step('markRetired', container.spec.instanceId);
    if (isRetiredName(container.name)) return;
    container.name = retiredName(container.name);
    this.#report(container, 'rename');
  }

  async remove(containerId: string): Promise<void> {
    const container = this.#containers.get(containerId);
    await this.#step('remove', container?.spec.instanceId);
    if (!container) return;
    if (container.state === 'running')
      throw new EngineError('engine-refused', `The fake engine could not remove ${container.name}: it runs.`);
    this.#containers.delete(containerId);
    this.#report(container, 'destroy', 'remove');
  }

  async setServing(containerId: string, serving: boolean, autorestart: Autorestart): Promise<void> {
    const container = this.#container(containerId);
    await this.#step('setServing', container.spec.instanceId);
    const policy = serving && autorestart === 'ALWAYS' ? 'always' : 'no';
    const name = servingName(container.name, serving && autorestart !== 'ALWAYS');
    const was = container.policy;
    container.policy = policy;
    if (was !== policy) this.#report(container, 'update', `policy ${policy}`);
    if (container.name === name) return;
    container.name = name;
    this.#report(container, 'rename', serving ? 'serving' : 'not serving');
  }

  async whyEnded(containerId: string): Promise<WhyEnded | null> {
    const container = this.#container(containerId);
    await this.#step('whyEnded', container.spec.instanceId);
    return container.state === 'stopped' ? container.whyEnded : null;
  }

  async find(instanceId: string): Promise<InspectedInstance | null> {
    await this.#step('find', instanceId);
    const container = this.#ofInstance(instanceId);
    return container ? this.#inspect(container) : null;
  }

  async list(): Promise<InspectedInstance[]> {
    await this.#step('list');
    return [...this.#containers.values()].map((container) => this.#inspect(container));
  }

  async countForeign(): Promise<number> {
    await this.#step('countForeign');
    return this.#foreign.size;
  }

  async foreignPublishedPorts(): Promise<PortInUse[]> {
    await this.#step('foreignPublishedPorts');
    return [...this.#foreign.values()].flat();
  }

  changes(signal: AbortSignal): AsyncIterable<{ containerId: string; instanceId: string; action: string }> {
    const inbox = new Inbox<{ containerId: string; instanceId: string; action: string }>();
    const close = () => {
      this.#listeners.delete(inbox);
      inbox.close();
    };
    if (signal.aborted) close();
    else {
      this.#listeners.add(inbox);
      signal.addEventListener('abort', close, { once: true });
    }
    return inbox;
  }

  async *logs(
    containerId: string,
    { follow, sinceTime = '', tail }: { follow: boolean; sinceTime?: string; tail?: number },
    signal: AbortSignal,
  ): AsyncGenerator<EngineLogLine, void, undefined> {
    const container = this.#container(containerId);
    let next = tail === undefined ? 0 : Math.max(0, container.output.length - tail);
    for (;;) {
      while (next < container.output.length) {
        if (signal.aborted) return;
        const line = container.output[next++]!;
        if (line.time >= sinceTime) yield line;
      }
      if (!follow || container.state !== 'running' || signal.aborted) return;
      await unless(container.changed.promise, signal).catch(() => undefined);
    }
  }

  // How it does it.

  async #step(step: EngineStep, instanceId = ''): Promise<void> {
    const gate = this.#gates.get(step);
    if (gate) {
      this.#gates.delete(step);
      gate.reached();
      await gate.open;
    }
    const fault = this.#faults.get(`${step} ${instanceId}`) ?? this.#faults.get(`${step} `);
    if (fault) throw fault;
  }

  #image(image: PinnedImage): StoredImage {
    const found = this.#images.get(engineReference(image));
    if (found) return found;
    throw new EngineError('image-not-found', `Image ${image.reference} is not on this node: pull it first.`);
  }

  #ofInstance(instanceId: string): FakeContainer | undefined {
    return [...this.#containers.values()].find(({ spec }) => spec.instanceId === instanceId);
  }

  #container(containerId: string): FakeContainer {
    const found = this.#containers.get(containerId);
    if (found) return found;
    throw new EngineError('instance-missing', `No such container: ${containerId}.`);
  }

  #running(instanceId: string): FakeContainer {
    const found = this.#ofInstance(instanceId);
    if (found?.state === 'running') return found;
    throw new Error(`The test speaks of instance ${instanceId}, which does not run on this fake engine.`);
  }

  #begin(container: FakeContainer): void {
    const { image, spec } = container;
    container.state = 'running';
    container.startedAt = this.#clock.now();
    container.exitCode = container.finishedAt = null;
    container.health = !hasHealthcheck(image, spec) ? 'none' : image.healthcheck === 'given' ? 'starting' : 'healthy';
    this.#report(container, 'start');
    for (const line of image.says ?? []) this.#write(container, line, 'stdout');
    for (const line of image.complains ?? []) this.#write(container, line, 'stderr');
    if (image.crashesWith !== undefined) this.#ended(container, image.crashesWith, 'by-itself');
  }

  #ended(container: FakeContainer, exitCode: number, whyEnded: WhyEnded | null): void {
    container.whyEnded = whyEnded;
    container.state = 'stopped';
    container.health = 'none';
    container.exitCode = exitCode;
    container.finishedAt = this.#clock.now();
    this.#report(container, 'die');
  }

  #write(container: FakeContainer, line: string, stream: EngineLogLine['stream']): void {
    // Docker stamps nanoseconds: no two lines of a container have the same time.
    const nanos = BigInt(this.#clock.now()) * 1_000_000n + (++this.#lines % 1_000_000n);
    const seconds = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
    const time = `${seconds}.${(nanos % 1_000_000_000n).toString().padStart(9, '0')}Z`;
    container.output.push({ time, stream, line, partial: false });
    this.#wake(container);
  }

  #wake(container: FakeContainer): void {
    const { resolve } = container.changed;
    container.changed = Promise.withResolvers<void>();
    resolve();
  }

  #tell(container: FakeContainer, action: string): void {
    this.#wake(container);
    for (const listener of this.#listeners)
      listener.put({ containerId: container.id, instanceId: container.spec.instanceId, action });
  }

  #report(container: FakeContainer, action: string, word = action): void {
    this.did.push(`${word} ${nameOf(container)}`);
    this.#tell(container, action);
  }

  #inspect(container: FakeContainer): InspectedInstance {
    const { spec, image, state } = container;
    const runs = state === 'running';
    const found = instanceLabels(spec);
    return {
      ...{ containerId: container.id, containerName: container.name, nodeId: this.#nodeId },
      ...{ serviceId: spec.serviceId, serviceName: spec.serviceName, slotId: spec.slotId, slotIndex: spec.slotIndex },
      ...{ instanceId: spec.instanceId, revisionId: spec.revisionId, revisionNumber: spec.revisionNumber },
      ...{ deploymentId: spec.deploymentId, deploymentNumber: spec.deploymentNumber },
      address: found[labels.address]!,
      ...{ state, health: container.health, exitCode: container.exitCode },
      ...{ startedAt: container.startedAt, finishedAt: container.finishedAt },
      pid: runs ? container.pid : null,
      ...{ net: spec.net, ports: portsFrom(found), check: checkFrom(found) },
      ...{ nodeAddress: container.nodeAddress, docked: container.docked },
      overlayAddress: runs && container.docked ? spec.address : null,
      overlayMac: runs && container.docked ? macOf(spec.address) : null,
      restartPolicy: container.policy,
      serving: container.policy === 'always' || isServingName(container.name),
      ...endingFrom(found),
      ...namesFrom(found),
      hasHealthcheck: hasHealthcheck(image, spec),
      healthOutput: null,
      isComplete: !hasDock(spec) || container.docked,
      retired: isRetiredName(container.name),
    };
  }
}

const nameOf = ({ spec }: FakeContainer): string => slotName(spec.serviceName, spec.slotIndex);

/** A command of the service's own passes, unless the image says that the test gives the verdict. */
const hasHealthcheck = ({ healthcheck }: FakeImage, { healthCheck }: InstanceSpec): boolean =>
  healthCheck.kind === 'command' || (healthCheck.kind === 'image' && healthcheck !== undefined);

const heldBy = (address: string, { name }: FakeContainer): EngineError =>
  new EngineError('address-in-use', `Address already in use. ${address} is held by container ${name}.`);

const unless = (promise: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve).finally(() => signal.removeEventListener('abort', stop));
  });
