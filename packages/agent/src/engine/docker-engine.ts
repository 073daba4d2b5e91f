import { stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Exclusive } from '@restow/shared/base/exclusive';
import { parseImageReference } from '@restow/shared/domain/image-reference';
import type { EngineFacts, PortInUse } from '@restow/shared/domain/node';
import type { ForeignVolume, InstanceSpec, MeasuredVolume } from '@restow/shared/domain/order';
import { engineReference, type PinnedImage } from '@restow/shared/domain/revision';
import type { Autorestart } from '@restow/shared/domain/service';
import Docker from 'dockerode';
import { faultPoint } from '../fault-point.ts';
import { networkNames } from '../network/node-network.ts';
import type {
  ContainerEngine,
  EngineLogLine,
  InspectedInstance,
  NetworkWishes,
  PullProgress,
  RestartPolicy,
  WhyEnded,
} from './container-engine.ts';
import {
  containerName,
  containerOptions,
  hasDock,
  isMadeByUs,
  isRetiredName,
  overlayEndpoint,
  retiredName,
  servingName,
  wholeSeconds,
} from './container-options.ts';
import { diskUsage } from './disk-usage.ts';
import { engineWords, imageError, statusOf, toEngineError, toImageError } from './docker-errors.ts';
import { endProgram } from './end-program.ts';
import { EngineError, isEngineError } from './engine-error.ts';
import { healthcheckTimeoutMs, healthcheckWords } from './healthcheck.ts';
import { type ContainerDetails, readInstance } from './inspected-instance.ts';
import { labels } from './labels.ts';
import { engineTime, framedBytes, framedLines, terminalLines } from './log-stream.ts';
import { judgeNetwork, type ListedNetwork, networkOptions, wantedNetworks } from './network-options.ts';
import { type PullEvent, PullSum } from './pull-progress.ts';
import { fileInTar, hasEntry, namesOfUser, programPaths } from './start-refusals.ts';
import { linesOf } from './stream-lines.ts';
import { type RememberedEvent, whyEnded } from './why-ended.ts';

/** Events that change what `InspectedInstance` says; a health check's own exec events would drown them. */
const changingEvents = [
  ...['create', 'start', 'restart', 'die', 'stop', 'kill', 'oom', 'pause', 'unpause', 'rename', 'update', 'destroy'],
  'health_status',
];

/** How long a registry is waited for when the engine has an image of that name anyway. Milliseconds. */
const registryPatienceMs = 10_000;

/** Resolves like `promise`, unless the signal is quicker: for calls the client cannot break off. */
const unlessAborted = <Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> => {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
};

/** The Docker Engine of this node, from API 1.41 (20.10) on. The one place that knows Docker. */
export class DockerEngine implements ContainerEngine {
  readonly #docker: Docker;
  /** The same engine, for questions that it answers out of its memory: none of them is waited for without an end. */
  readonly #quick: Docker;
  readonly #socketPath: string;
  readonly #answerWithinMs: number;
  readonly #nodeId: string;
  readonly #networking = new Exclusive();
  /** Containers by instance, as last found. An engine never gives an id twice: it is still that one, or it is gone. */
  readonly #containerIds = new Map<string, string>();
  /** Containers whose output was read, and whether they have a terminal. */
  readonly #terminals = new Map<string, boolean>();

  /** `answerWithinMs`: an engine that has not answered a question by then is as one that is away. */
  constructor(parts: { socketPath: string; nodeId: string; answerWithinMs?: number }) {
    const { socketPath, nodeId, answerWithinMs = 60_000 } = parts;
    // Everything is said: what is left out, the client would take from DOCKER_HOST.
    const engine = { socketPath, host: undefined, port: undefined, protocol: 'http' } as const;
    this.#docker = new Docker({ ...engine, timeout: undefined });
    this.#quick = new Docker({ ...engine, timeout: answerWithinMs });
    this.#socketPath = socketPath;
    this.#answerWithinMs = answerWithinMs;
    this.#nodeId = nodeId;
  }

  /** One question to the engine; what goes wrong is translated. */
  async #ask<Answer>(attempted: string, question: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    try {
      signal?.throwIfAborted();
      faultPoint(() => attempted);
      return await question();
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw toEngineError(error, attempted, this.#socketPath);
    }
  }

  /** Like `#ask`, for what may be so already: an answer with that status is success. */
  async #make(attempted: string, alreadySo: readonly number[], question: () => Promise<unknown>): Promise<void> {
    await this.#ask(attempted, async () => {
      try {
        await question();
      } catch (error) {
        if (!alreadySo.includes(statusOf(error) ?? 0)) throw error;
      }
    });
  }

  async facts(): Promise<EngineFacts> {
    const [version, info] = await this.#ask('say what it is', () =>
      Promise.all([this.#quick.version(), this.#quick.info() as Promise<{ ID: string; Driver: string }>]),
    );
    return { id: info.ID, version: version.Version, apiVersion: version.ApiVersion, storageDriver: info.Driver };
  }

  async resolve(reference: string, signal?: AbortSignal): Promise<{ image: PinnedImage; bytes: number }> {
    const parsed = parseImageReference(reference);
    if (!parsed.ok) throw new EngineError('image-not-found', parsed.refusal);
    const { repository } = parsed.value;
    const local = await this.#localImage(reference);
    const patience = local ? AbortSignal.timeout(registryPatienceMs) : undefined;
    const either = AbortSignal.any([signal, patience].filter((one) => one !== undefined));
    try {
      const { Descriptor } = await unlessAborted(this.#docker.getImage(reference).distribution(), either);
      const { digest } = Descriptor;
      const here = local?.RepoDigests?.includes(`${repository}@${digest}`);
      return { image: { kind: 'digest', reference, repository, digest }, bytes: here && local ? local.Size : 0 };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const failure = patience?.aborted ? null : toImageError(error, reference, this.#socketPath);
      if (!local || (failure !== null && !this.#mayBeLocal(failure, repository, local.RepoDigests ?? [])))
        throw failure;
      return { image: { kind: 'local', reference, imageId: local.Id, nodeId: this.#nodeId }, bytes: local.Size };
    }
  }

  /**
   * Whether an image of that name may stand in for the registry's. Docker Hub denies what it does not know, so there
   * "denied" says nothing of an image that was never pulled; one that was pulled exists there, and the denial counts.
   */
  #mayBeLocal(failure: unknown, repository: string, repoDigests: string[]): boolean {
    if (isEngineError(failure, 'image-not-found', 'registry-unreachable')) return true;
    const wasPulled = repoDigests.some((known) => known.startsWith(`${repository}@`));
    return isEngineError(failure, 'registry-denied') && !wasPulled;
  }

  async #localImage(reference: string): Promise<Docker.ImageInspectInfo | null> {
    try {
      return await this.#quick.getImage(reference).inspect();
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw toEngineError(error, `look for image ${reference}`, this.#socketPath);
    }
  }

  async hasImage(image: PinnedImage): Promise<boolean> {
    return (await this.#localImage(engineReference(image))) !== null;
  }

  async imageVolumes(image: PinnedImage): Promise<string[]> {
    const { Config } = await this.#image(image);
    return Object.keys(Config.Volumes ?? {}).sort();
  }

  async #image(image: PinnedImage): Promise<Docker.ImageInspectInfo> {
    const found = await this.#localImage(engineReference(image));
    if (found) return found;
    throw new EngineError(
      'image-not-found',
      image.kind === 'local'
        ? `Image ${image.reference} (${image.imageId}) is not on this node, and no registry has it: build it here again.`
        : `Image ${image.reference} (${image.digest}) is not on this node: pull it first.`,
    );
  }

  async pull(
    image: PinnedImage,
    onProgress: (progress: PullProgress) => void,
    signal?: AbortSignal,
  ): Promise<{ imageId: string; alreadyPresent: boolean; bytes: number }> {
    const present = await this.#localImage(engineReference(image));
    if (present) return { imageId: present.Id, alreadyPresent: true, bytes: 0 };
    if (image.kind === 'local') return { imageId: (await this.#image(image)).Id, alreadyPresent: true, bytes: 0 };
    const sum = new PullSum();
    try {
      const answer = await this.#docker.createImage({
        fromImage: image.repository,
        tag: image.digest,
        abortSignal: signal,
      });
      for await (const line of linesOf(answer as Readable)) {
        const event = JSON.parse(line) as PullEvent;
        if (event.error) throw imageError(event.error, null, image.reference);
        const news = sum.add(event);
        if (news) onProgress(news);
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw toImageError(error, image.reference, this.#socketPath);
    }
    return { imageId: (await this.#image(image)).Id, alreadyPresent: false, bytes: sum.bytes };
  }

  ensureNetworks(wishes: NetworkWishes): Promise<void> {
    // Two at a time would each find the other's half-made network in its way.
    return this.#networking.run(() => this.#ensureNetworks(wishes));
  }

  async #ensureNetworks(wishes: NetworkWishes): Promise<void> {
    const list = () => this.#ask('list its networks', () => this.#quick.listNetworks());
    let networks = await list();
    for (const shape of wantedNetworks(wishes)) {
      const verdict = judgeNetwork(shape, networks as ListedNetwork[]);
      if (verdict.do === 'refuse')
        throw new EngineError('network', `Network ${shape.name} cannot be had on this node: ${verdict.because}.`);
      if (verdict.do === 'nothing') continue;
      // 409: somebody, most likely we ourselves, made it a moment ago.
      await this.#make(`make network ${shape.name}`, [409], () => this.#docker.createNetwork(networkOptions(shape)));
      networks = await list();
    }
  }

  /** Removes the node's two networks where they are there and ours. Not part of the port: only leaving a node does it. */
  async removeNetworks(): Promise<void> {
    const networks = await this.#ask('list its networks', () => this.#quick.listNetworks());
    for (const { Id, Name, Labels } of networks)
      if (Labels?.[labels.network] === Name)
        await this.#make(`remove network ${Name}`, [404], () => this.#docker.getNetwork(Id).remove());
  }

  /** Names of the containers on our networks that are not ours, running or not. */
  async guests(): Promise<string[]> {
    const listed = await this.#ask('list the containers on its networks', () =>
      this.#quick.listContainers({ all: true, filters: { network: Object.values(networkNames) } }),
    );
    const guests = listed.filter((container) => !isListedOurs(container));
    return guests.map(({ Names, Id }) => Names[0]?.replace(/^\//, '') ?? Id).toSorted();
  }

  async #volume(name: string): Promise<Docker.VolumeInspectInfo | null> {
    return this.#ask(`look for volume ${name}`, async () => {
      try {
        return await this.#quick.getVolume(name).inspect();
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    });
  }

  /** Names of the containers that mount a volume, running or not, whoever made them. */
  async #usersOf(name: string): Promise<string[]> {
    const listed = await this.#ask(`list the containers that mount volume ${name}`, () =>
      this.#quick.listContainers({ all: true, filters: { volume: [name] } }),
    );
    // The engine's filter takes a path of a container for a name too.
    return listed
      .filter(({ Mounts }) => Mounts.some((mount) => mount.Name === name))
      .map(({ Names }) => (Names[0] ?? '').replace(/^\//, ''))
      .sort();
  }

  async ensureVolume(name: string, ours: Record<string, string>): Promise<void> {
    const found = await this.#volume(name);
    if (!found) await this.#ask(`make volume ${name}`, () => this.#docker.createVolume({ Name: name, Labels: ours }));
    else if (!isOurs(found)) throw notOurs(name);
  }

  async hasVolume(name: string): Promise<boolean> {
    return (await this.#volume(name)) !== null;
  }

  async foreignVolumes(names: readonly string[]): Promise<ForeignVolume[]> {
    const looked = await Promise.all(
      names.map(async (name) => {
        const found = await this.#volume(name);
        return found && !isOurs(found) ? { name, users: await this.#usersOf(name) } : null;
      }),
    );
    return looked.filter((volume) => volume !== null);
  }

  async measureVolumes(names: readonly string[], signal: AbortSignal): Promise<MeasuredVolume[]> {
    const measured: MeasuredVolume[] = [];
    // One after the other: counting is work for the disk that the containers need.
    for (const name of names) {
      const found = await this.#volume(name);
      const bytes = found && (await diskUsage(found.Mountpoint, signal));
      measured.push({ name, bytes, users: found ? await this.#usersOf(name) : [] });
    }
    return measured;
  }

  async removeVolume(name: string): Promise<boolean> {
    const found = await this.#volume(name);
    if (!found) return false;
    if (!isOurs(found)) throw notOurs(name);
    try {
      await this.#make(`delete volume ${name}`, [404], () => this.#docker.getVolume(name).remove());
    } catch (error) {
      const users = await this.#usersOf(name);
      if (users.length === 0) throw error;
      throw new EngineError(
        'volume-in-use',
        `Volume ${name} is mounted by ${users.join(', ')}: remove what mounts it first.`,
      );
    }
    return true;
  }

  async nodeAddresses(): Promise<string[]> {
    const containers = await this.#ask('list its containers', () => this.#quick.listContainers({ all: true }));
    return containers.flatMap(({ NetworkSettings }) => {
      const end = NetworkSettings?.Networks?.[networkNames.node];
      return [end?.IPAMConfig?.IPv4Address, end?.IPAddress].filter((address): address is string => Boolean(address));
    });
  }

  async create(
    spec: InstanceSpec,
    nodeAddress: string | null,
  ): Promise<{ containerId: string; containerName: string }> {
    const name = containerName(spec);
    const made = (await this.#details(spec.instanceId)) ?? (await this.#createContainer(spec, nodeAddress));
    if (hasDock(spec) && !made.NetworkSettings.Networks?.[networkNames.overlay])
      await this.#connect(name, made.Id, spec.address);
    return { containerId: made.Id, containerName: made.Name.replace(/^\//, '') };
  }

  async #createContainer(spec: InstanceSpec, nodeAddress: string | null): Promise<ContainerDetails> {
    const attempted = `make a container for ${containerName(spec)} of image ${spec.image.reference}`;
    const options = containerOptions(spec, nodeAddress, await this.#apiVersion());
    const container = await this.#ask(attempted, () => this.#docker.createContainer(options));
    return this.#ask(attempted, () => container.inspect());
  }

  /** Not asked of `/version`: to answer that one the engine starts two programs, every time. */
  async #apiVersion(): Promise<string> {
    return this.#ask('say what it is', async () => {
      const answer = await this.#open({ method: 'GET', path: '/_ping', isStream: true, statusCodes: { 200: true } });
      answer.resume();
      return String(answer.headers['api-version']);
    });
  }

  async whyNotStart(containerId: string): Promise<string | null> {
    const attempted = `see whether container ${short(containerId)} can be started`;
    const container = this.#quick.getContainer(containerId);
    const { Path, Config, HostConfig } = await this.#ask(attempted, () => container.inspect());
    const devices = ((HostConfig.Devices ?? []) as { PathOnHost: string }[]).map(({ PathOnHost }) => PathOnHost);
    const missing: (string | null)[] = [];
    for (const path of devices) missing.push((await isDevice(path)) ? null : `this node has no device ${path}`);
    for (const { file, what, name } of namesOfUser(Config.User)) {
      const entries = await this.#ask(attempted, () => readTextIn(container, file));
      const isKnown = entries === null || hasEntry(entries, name);
      missing.push(isKnown ? null : `${file} of the image names no ${what} ${name}`);
    }
    const paths = programPaths(Path, Config.Env ?? []);
    const found = await this.#ask(attempted, () => hasOneOf(container, paths));
    missing.push(found || paths.length === 0 ? null : `the image has no program ${Path}`);
    return missing.filter((each) => each !== null).join('; ') || null;
  }

  async start(containerId: string): Promise<void> {
    await this.#namingHolder(containerId, () =>
      this.#make(`start container ${short(containerId)}`, [304], () => this.#docker.getContainer(containerId).start()),
    );
  }

  async dock(containerId: string, address: string): Promise<void> {
    await this.#namingHolder(containerId, () => this.#connect(`container ${short(containerId)}`, containerId, address));
  }

  /** A container that runs and has its end already is told so by a refusal; one that does not run is not. */
  async #connect(name: string, containerId: string, address: string): Promise<void> {
    const attempted = `put ${name} on ${networkNames.overlay} with address ${address}`;
    const network = this.#docker.getNetwork(networkNames.overlay);
    await this.#unlessSaid(/already exists in network/i, attempted, () =>
      network.connect({ Container: containerId, EndpointConfig: overlayEndpoint(address) }),
    );
  }

  async undock(containerId: string): Promise<void> {
    const attempted = `take container ${short(containerId)} off ${networkNames.overlay}`;
    await this.#unlessSaid(/is not connected to (the )?network/i, attempted, () =>
      this.#docker.getNetwork(networkNames.overlay).disconnect({ Container: containerId }),
    );
  }

  /** Like `#make`, for what engines answer with one status whatever the reason: the words tell that it is so already. */
  async #unlessSaid(alreadySo: RegExp, attempted: string, question: () => Promise<unknown>): Promise<void> {
    await this.#ask(attempted, async () => {
      try {
        await question();
      } catch (error) {
        if (!alreadySo.test(engineWords(error))) throw error;
      }
    });
  }

  /** An engine says of an address only that it is in use; who has it stands in its networks. */
  async #namingHolder(containerId: string, attempt: () => Promise<void>): Promise<void> {
    try {
      await attempt();
    } catch (error) {
      if (!isEngineError(error, 'address-in-use')) throw error;
      const holders = await this.#holdersOfAddressesOf(containerId);
      throw new EngineError('address-in-use', [error.message, ...holders].join(' '), error);
    }
  }

  async #holdersOfAddressesOf(containerId: string): Promise<string[]> {
    const attempted = `see who has an address of container ${short(containerId)}`;
    const { NetworkSettings } = await this.#ask(attempted, () => this.#quick.getContainer(containerId).inspect());
    const wanted = Object.entries(NetworkSettings.Networks).map(
      ([name, end]) => [name, end.IPAMConfig?.IPv4Address] as const,
    );
    const found = wanted.map(async ([name, address]) => {
      if (!address) return [];
      const network = await this.#ask(attempted, () => this.#quick.getNetwork(name).inspect());
      const ends = Object.entries((network as ListedEnds).Containers ?? {});
      return ends
        .filter(([id, end]) => id !== containerId && end.IPv4Address.split('/')[0] === address)
        .map(([, end]) => `${address} is held by container ${end.Name}.`);
    });
    return (await Promise.all(found)).flat();
  }

  async stop(containerId: string, graceMs: number): Promise<void> {
    await this.#make(`stop container ${short(containerId)}`, [304], () =>
      this.#docker.getContainer(containerId).stop({ t: wholeSeconds(graceMs) }),
    );
  }

  async runHealthcheck(containerId: string, signal: AbortSignal): Promise<{ passed: boolean; output: string } | null> {
    const attempted = `make the HEALTHCHECK of container ${short(containerId)}`;
    const container = this.#quick.getContainer(containerId);
    const { Config } = await this.#ask(attempted, () => container.inspect(), signal);
    const words = healthcheckWords(Config);
    if (words === null) return null;
    const timeoutMs = healthcheckTimeoutMs(Config);
    try {
      const options = { Cmd: words, AttachStdout: true, AttachStderr: true };
      const run = await this.#ask(attempted, () => container.exec(options), signal);
      const question = { method: 'POST', path: `/exec/${run.id}/start`, options: { Detach: false, Tty: false } };
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        void this.#endRun(run, containerId);
      }, timeoutMs);
      const output = await lastText(this.#stream(attempted, question, framedBytes, signal)).finally(() =>
        clearTimeout(timer),
      );
      if (signal.aborted) await this.#endRun(run, containerId);
      const { ExitCode } = await this.#ask(attempted, () => run.inspect(), signal);
      if (late) return { passed: false, output: `${output}\nit took longer than ${timeoutMs} ms`.trim() };
      return { passed: ExitCode === 0, output };
    } catch (error) {
      // It does not run, or there is no such program in it.
      if (isEngineError(error, 'engine-refused', 'instance-missing')) return { passed: false, output: error.message };
      throw error;
    }
  }

  /** Ends a program that an exec runs. Where that cannot be done it ends with its container. */
  async #endRun(run: Docker.Exec, containerId: string): Promise<void> {
    try {
      const { Running, Pid } = await run.inspect();
      if (Running && Pid > 0) await endProgram(Pid, containerId);
    } catch {
      // Whoever waits for its end is told by the engine how that went.
    }
  }

  async whenEnded(containerId: string, signal: AbortSignal): Promise<number> {
    const attempted = `wait for container ${short(containerId)} to end`;
    const question = {
      method: 'POST',
      path: `/containers/${containerId}/wait?`,
      options: { condition: 'not-running' },
    };
    // The engine begins its answer at once and ends it when the container has ended.
    for await (const line of this.#stream(attempted, question, linesOf, signal))
      return (JSON.parse(line) as { StatusCode: number }).StatusCode;
    signal.throwIfAborted();
    throw new EngineError('engine-unavailable', `The Docker Engine broke off before it could ${attempted}.`);
  }

  async markRetired(containerId: string): Promise<void> {
    const container = this.#quick.getContainer(containerId);
    const attempted = `mark container ${short(containerId)} as retired`;
    const name = (await this.#ask(attempted, () => container.inspect())).Name.replace(/^\//, '');
    if (!isRetiredName(name)) await this.#ask(attempted, () => container.rename({ name: retiredName(name) }));
  }

  async remove(containerId: string): Promise<void> {
    await this.#ask(`remove container ${short(containerId)}`, async () => {
      try {
        await this.#docker.getContainer(containerId).remove({ v: false });
      } catch (error) {
        const isGoing = statusOf(error) === 409 && /already in progress/i.test(engineWords(error));
        if (statusOf(error) !== 404 && !isGoing) throw error;
      }
    });
  }

  async setServing(containerId: string, serving: boolean, autorestart: Autorestart): Promise<void> {
    const isAlways = autorestart === 'ALWAYS';
    if (isAlways) await this.#setRestartPolicy(containerId, serving ? 'always' : 'no');
    if (isAlways && serving) return;
    // No policy tells one that serves and is not brought back by the engine from one that does not serve: its name does.
    const container = this.#quick.getContainer(containerId);
    const attempted = `write on container ${short(containerId)} whether it serves`;
    const { Name, HostConfig } = await this.#ask(attempted, () => container.inspect());
    if (HostConfig.RestartPolicy?.Name === 'always') await this.#setRestartPolicy(containerId, 'no');
    const before = Name.replace(/^\//, '');
    const name = servingName(before, serving && !isAlways);
    if (name !== before) await this.#ask(attempted, () => container.rename({ name }));
  }

  async #setRestartPolicy(containerId: string, policy: RestartPolicy): Promise<void> {
    await this.#ask(`give container ${short(containerId)} the restart policy ${policy}`, () =>
      this.#docker.getContainer(containerId).update({ RestartPolicy: { Name: policy } }),
    );
  }

  async whyEnded(containerId: string): Promise<WhyEnded | null> {
    const attempted = `say why container ${short(containerId)} ended`;
    const { Config } = await this.#ask(attempted, () => this.#quick.getContainer(containerId).inspect());
    // It counts nanoseconds and leaves out what is later than asked for; what is asked of the future it waits for.
    const until = ((Date.now() + 1) / 1000).toFixed(3);
    const filters = JSON.stringify({ type: ['container'], container: [containerId], event: ['start', 'kill', 'die'] });
    const question = { method: 'GET', path: '/events?', options: { since: '1', until, filters } };
    const patience = AbortSignal.timeout(this.#answerWithinMs);
    const events: RememberedEvent[] = [];
    for await (const line of this.#stream(attempted, question, linesOf, patience)) {
      const { Action, Actor } = JSON.parse(line) as EngineEvent;
      events.push({ action: Action, signal: Number(Actor.Attributes.signal ?? 0) });
    }
    if (patience.aborted)
      throw new EngineError('engine-unavailable', `The Docker Engine did not ${attempted} in time.`);
    return whyEnded(events, (Config as { StopSignal?: string }).StopSignal ?? '');
  }

  async find(instanceId: string): Promise<InspectedInstance | null> {
    const details = await this.#details(instanceId);
    return details && readInstance(details, this.#nodeId);
  }

  /** Asks for the container it knows, which is one question; only where that is gone, or none is known, for the label. */
  async #details(instanceId: string): Promise<ContainerDetails | null> {
    const known = this.#containerIds.get(instanceId);
    const there = known === undefined ? [] : await this.#inspect([known]);
    const labelled = there.length > 0 ? there : await this.#inspectAll(`${labels.instance}=${instanceId}`);
    const found = labelled.find((details) => readInstance(details, this.#nodeId) !== null) ?? null;
    if (found) this.#containerIds.set(instanceId, found.Id);
    else this.#containerIds.delete(instanceId);
    return found;
  }

  async list(): Promise<InspectedInstance[]> {
    const all = await this.#inspectAll(labels.instance);
    return all.map((details) => readInstance(details, this.#nodeId)).filter((instance) => instance !== null);
  }

  /** Every container with that label, running or not; one that goes meanwhile is left out. */
  async #inspectAll(label: string): Promise<ContainerDetails[]> {
    const listed = await this.#ask('list its containers', () =>
      this.#quick.listContainers({ all: true, filters: { label: [label] } }),
    );
    return this.#inspect(listed.map(({ Id }) => Id));
  }

  /** Those of the containers that are there. */
  async #inspect(containerIds: readonly string[]): Promise<ContainerDetails[]> {
    return this.#ask('look at its containers', async () => {
      const inspected = await Promise.all(
        containerIds.map(async (id): Promise<ContainerDetails | null> => {
          try {
            return await this.#quick.getContainer(id).inspect();
          } catch (error) {
            if (statusOf(error) !== 404) throw error;
            this.#terminals.delete(id);
            return null;
          }
        }),
      );
      return inspected.filter((details) => details !== null);
    });
  }

  async #foreign(): Promise<Docker.ContainerInfo[]> {
    const running = await this.#ask('list its containers', () => this.#quick.listContainers());
    return running.filter((container) => !isListedOurs(container));
  }

  async countForeign(): Promise<number> {
    return (await this.#foreign()).length;
  }

  async foreignPublishedPorts(): Promise<PortInUse[]> {
    const found = (await this.#foreign()).flatMap(({ Names, Ports }) =>
      Ports.filter(({ PublicPort }) => PublicPort).map(
        ({ PublicPort, Type }): PortInUse => ({
          protocol: Type === 'udp' ? 'udp' : 'tcp',
          port: PublicPort,
          holder: { kind: 'container', containerName: (Names[0] ?? '').replace(/^\//, '') },
        }),
      ),
    );
    // A port published for IPv4 and IPv6 is one port.
    return [...new Map(found.map((port) => [`${port.protocol} ${port.port}`, port])).values()];
  }

  changes(signal: AbortSignal): AsyncIterable<{ containerId: string; instanceId: string; action: string }> {
    // Said by time, so that nothing is missed between this call and the moment the engine begins to listen.
    const since = (Date.now() / 1000).toFixed(3);
    const filters = JSON.stringify({ type: ['container'], label: [labels.instance], event: changingEvents });
    const lines = this.#stream(
      'report events',
      { method: 'GET', path: '/events?', options: { since, filters } },
      linesOf,
      signal,
    );
    return readEvents(lines, signal);
  }

  async *logs(
    containerId: string,
    { follow, sinceTime, tail }: { follow: boolean; sinceTime?: string; tail?: number },
    signal: AbortSignal,
  ): AsyncGenerator<EngineLogLine, void, undefined> {
    const attempted = `read the output of container ${short(containerId)}`;
    const isTerminal = await this.#isTerminal(containerId, attempted, signal);
    const options = {
      ...{ follow, stdout: true, stderr: true, timestamps: true },
      ...(sinceTime ? { since: engineTime(sinceTime) } : {}),
      ...(tail === undefined ? {} : { tail }),
    };
    const parse = isTerminal ? terminalLines : framedLines;
    const question = { method: 'GET', path: `/containers/${containerId}/logs?`, options };
    yield* this.#stream(attempted, question, parse, signal);
  }

  /** Whether the container has a terminal, which makes its output another kind of stream. It has it for good or never. */
  async #isTerminal(containerId: string, attempted: string, signal: AbortSignal): Promise<boolean> {
    const known = this.#terminals.get(containerId);
    if (known !== undefined) return known;
    const ask = () => this.#quick.getContainer(containerId).inspect({ abortSignal: signal });
    const { Config } = await this.#ask(attempted, ask, signal);
    this.#terminals.set(containerId, Config.Tty);
    return Config.Tty;
  }

  /**
   * An answer that comes bit by bit, parsed; ends quietly with the signal. Asked of the client's lower half: its upper
   * one collects what is not followed into one buffer, and never ends when an engine dies in the middle of its answer.
   */
  async *#stream<Item>(
    attempted: string,
    asked: { method: string; path: string; options: Record<string, unknown> },
    parse: (chunks: AsyncIterable<Buffer>) => AsyncIterable<Item>,
    signal: AbortSignal,
  ): AsyncGenerator<Item, void, undefined> {
    const question = { ...asked, isStream: true, statusCodes: { 200: true }, abortSignal: signal };
    try {
      for await (const item of parse(await this.#open(question))) {
        if (signal.aborted) return;
        yield item;
      }
    } catch (error) {
      if (signal.aborted) return;
      throw toEngineError(error, attempted, this.#socketPath);
    }
  }

  /** The engine's answer as it begins, its head read. */
  #open(question: object): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      (this.#docker.modem as Modem).dial(question, (error, answer) => (error ? reject(error) : resolve(answer!)));
    });
  }
}

/** Who is on a network, by container id, as far as it is read here. */
interface ListedEnds {
  Containers?: Record<string, { Name: string; IPv4Address: string }> | null;
}

/** The client's lower half, as far as it is used here. */
interface Modem {
  dial(question: object, callback: (error: unknown, answer: IncomingMessage | null) => void): void;
}

interface EngineEvent {
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
}

async function* readEvents(
  lines: AsyncIterable<string>,
  signal: AbortSignal,
): AsyncGenerator<{ containerId: string; instanceId: string; action: string }, void, undefined> {
  for await (const line of lines) {
    const { Action, Actor } = JSON.parse(line) as EngineEvent;
    yield {
      containerId: Actor.ID,
      instanceId: Actor.Attributes[labels.instance] ?? '',
      action: Action.split(':')[0]!,
    };
  }
  // An engine that is stopped ends the answer as if all were said.
  if (!signal.aborted) throw new EngineError('engine-unavailable', 'The Docker Engine stopped reporting events.');
}

/** Whether a container was made by us, as the engine lists it. */
const isListedOurs = ({ Labels, Names, HostConfig }: Docker.ContainerInfo): boolean => {
  const instanceId = Labels[labels.instance];
  const name = (Names[0] ?? '').replace(/^\//, '');
  return Boolean(instanceId) && isMadeByUs({ name, networkMode: HostConfig.NetworkMode, instanceId: instanceId! });
};

const isOurs = ({ Labels }: Pick<Docker.VolumeInspectInfo, 'Labels'>): boolean => Labels?.[labels.volume] !== undefined;

const notOurs = (name: string): EngineError =>
  new EngineError(
    'engine-refused',
    `A volume ${name} exists on this node that Restow did not make, and it is not touched: rename or remove it (docker volume rm ${name}).`,
  );

/** A device of this machine, or a folder of them. */
const isDevice = async (path: string): Promise<boolean> => {
  try {
    const found = await stat(path);
    return found.isCharacterDevice() || found.isBlockDevice() || found.isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
};

/** Whether a container's files have one of these paths. */
const hasOneOf = async (container: Docker.Container, paths: readonly string[]): Promise<boolean> => {
  for (const path of paths) {
    try {
      await container.infoArchive({ path });
      return true;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
  return false;
};

/** A small text file of a container; empty where it has none, `null` where it is not a file. */
const readTextIn = async (container: Docker.Container, path: string): Promise<string | null> => {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of (await container.getArchive({ path })) as Readable) chunks.push(chunk as Buffer);
    return fileInTar(Buffer.concat(chunks));
  } catch (error) {
    if (statusOf(error) === 404) return '';
    throw error;
  }
};

/** The end of what a program printed; more of it helps nobody. */
const lastText = async (chunks: AsyncIterable<Buffer>): Promise<string> => {
  let text = '';
  for await (const chunk of chunks) text = (text + chunk.toString('utf8')).slice(-4096);
  return text.trim();
};

const short = (containerId: string): string => containerId.slice(0, 12);
