import type { EngineFacts, PortInUse } from '@restow/shared/domain/node';
import type { ForeignVolume, InstanceSpec, MeasuredVolume, ResolvedLink } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import type { Autodestroy, Autorestart, NetMode, PublishedPort } from '@restow/shared/domain/service';
import type { ObservedInstance } from '@restow/shared/domain/slot';
import type { LabelledCheck } from './labels.ts';

export interface PullProgress {
  text: string;
  current: number | null;
  total: number | null;
}

/** One container of ours, as inspected. */
export interface InspectedInstance extends ObservedInstance {
  revisionNumber: number;
  deploymentNumber: number;
  /** The slot's address it was made with, known whether it runs or not. */
  address: string;
  /** From its labels: what its log lines are shown with after everything else of it is gone. */
  serviceName: string;
  slotIndex: number;
  /** The stack its service belongs to; `null`: none. */
  stack: string | null;
  /** Services it reaches by an alias. */
  links: ResolvedLink[];
  /** Pid of its first process in the host's pid namespace; `null` while it does not run. */
  pid: number | null;
  /** `host`: it has the node's own network, and an end on none of ours. */
  net: NetMode;
  /**
   * Ports of the node that are to lead to it while it serves; `null` where they are not written down: it was made before
   * agents did so.
   */
  ports: PublishedPort[] | null;
  /** The check this node's agent makes; `null` where the engine makes it, or nobody. */
  check: LabelledCheck | null;
  /** Its address on the node network, fixed at creation; `null` with `host`. */
  nodeAddress: string | null;
  /** It has an end on the overlay, or will have one when it starts. */
  docked: boolean;
  /** Its address and MAC on the overlay as the engine reports them; `null` while it does not run. */
  overlayAddress: string | null;
  overlayMac: string | null;
  restartPolicy: string;
  /** An order gave it its slot's address and ports, and none has taken them away since; it may run or not. */
  serving: boolean;
  /** What its service asks for when it ends while it serves. */
  autorestart: Autorestart;
  autodestroy: Autodestroy;
  /** A HEALTHCHECK of the image is in force. */
  hasHealthcheck: boolean;
  /** What that check printed last; `null` when it never ran. */
  healthOutput: string | null;
  /** On the networks it was made for, as `create` leaves it; one that is not was left half made. */
  isComplete: boolean;
  /** To be removed for good (`markRetired`): only its last log lines keep it. */
  retired: boolean;
}

/**
 * `always` for an instance that serves and is always started again, `no` for every other. Never `unless-stopped`: after
 * an engine was killed, the next one stops what still runs and counts that as stopped by a person, so it stays down
 * (seen with 20.10). `always` would wake a stopped one too, so whoever is to stay stopped loses its policy before it is
 * stopped. Never `on-failure`: it would come back after the engine was restarted.
 */
export type RestartPolicy = 'no' | 'always';

/** Its program ended; or somebody, be it the engine as it stopped, asked the engine to end it. */
export type WhyEnded = 'by-itself' | 'asked';

/** One line an engine kept, as it was written. */
export interface EngineLogLine {
  /** RFC 3339 with nanoseconds. */
  time: string;
  stream: 'stdout' | 'stderr';
  line: string;
  partial: boolean;
}

/**
 * What a swap needs from a container engine. Every call is safe to repeat: what is already so is success (the engine's
 * 304, 404 and 409 are translated here, once). Failures are thrown as `EngineError` (engine-error.ts).
 */
export interface ContainerEngine {
  facts(): Promise<EngineFacts>;
  /**
   * Which digest a reference means now, asked of the registry; else the id of a local image of that name. `bytes` is
   * the size of the image where the engine has it, 0 where nobody can tell before it is pulled.
   */
  resolve(reference: string, signal?: AbortSignal): Promise<{ image: PinnedImage; bytes: number }>;
  hasImage(image: PinnedImage): Promise<boolean>;
  /** Paths the image declares as VOLUME, sorted. Throws `image-not-found` when the engine has not got it. */
  imageVolumes(image: PinnedImage): Promise<string[]>;
  /** Resolves with the image's id. `bytes`: transferred as far as the engine reports it, which it may not of tiny layers. */
  pull(
    image: PinnedImage,
    onProgress: (progress: PullProgress) => void,
    signal?: AbortSignal,
  ): Promise<{ imageId: string; alreadyPresent: boolean; bytes: number }>;
  /** The two networks of a node, made when missing. Throws when a foreign network has the name or overlaps. */
  ensureNetworks(wanted: NetworkWishes): Promise<void>;
  /** Makes a named volume with our labels when missing. Throws when a foreign volume has the name. */
  ensureVolume(name: string, labels: Record<string, string>): Promise<void>;
  /** Whether there is a volume of that name, whoever made it. */
  hasVolume(name: string): Promise<boolean>;
  /** Of these names those that a volume has which Restow did not make, and who mounts it. */
  foreignVolumes(names: readonly string[]): Promise<ForeignVolume[]>;
  /** Each of these volumes with its size, and every container that mounts it, running or not. */
  measureVolumes(names: readonly string[], signal: AbortSignal): Promise<MeasuredVolume[]>;
  /**
   * Deletes a volume of ours and its data; `false` when there was none. Throws `volume-in-use` naming the containers that
   * mount it, and `engine-refused` for one that Restow did not make.
   */
  removeVolume(name: string): Promise<boolean>;
  /** Addresses on the node network that any container has or will have when it is started, ours or not. */
  nodeAddresses(): Promise<string[]>;
  /**
   * Makes the container, not started, without a restart policy, on both networks with fixed addresses; on the node
   * network alone where it is not to be docked; on none, and without a node address, with the network `host`. An
   * existing one of the instance is it, with the node address it has; one left half made is completed.
   */
  create(spec: InstanceSpec, nodeAddress: string | null): Promise<{ containerId: string; containerName: string }>;
  /**
   * What can be told of a container that is not started yet of why the engine would refuse to: devices that this node has
   * not got, a user, group or program that its image has not got. A part of a sentence; `null` where nothing speaks
   * against it, which is no promise.
   */
  whyNotStart(containerId: string): Promise<string | null>;
  /** Waits for nothing but the engine's own start. An address that somebody else holds is `address-in-use`, with his name. */
  start(containerId: string): Promise<void>;
  /**
   * Gives it an end on the overlay with this address, whether it runs or not. One that runs has it when this resolves;
   * when somebody else holds the address it throws `address-in-use` with the holder's name. One that does not run has it
   * from its start on, and holds nothing until then.
   */
  dock(containerId: string, address: string): Promise<void>;
  /** Takes its end on the overlay away, whether it runs or not: nobody holds the address then. */
  undock(containerId: string): Promise<void>;
  /**
   * Asks it with the stop signal it was made with, kills it after the grace (an engine counts whole seconds: rounded
   * up); resolves when it has ended.
   */
  stop(containerId: string, graceMs: number): Promise<void>;
  /**
   * Makes the container's own HEALTHCHECK once, now, as the engine makes it at its times; `null` where it has none. One
   * that cannot be run has not passed, nor has one that takes longer than its timeout: that one is ended, as it is when
   * it is called off.
   */
  runHealthcheck(containerId: string, signal: AbortSignal): Promise<{ passed: boolean; output: string } | null>;
  /** Resolves with its exit code as soon as it does not run; at once for one that ended or never started. */
  whenEnded(containerId: string, signal: AbortSignal): Promise<number>;
  /** Marks a container, on the engine itself, as one that may go: whoever finds it later may remove it. */
  markRetired(containerId: string): Promise<void>;
  /** Removes a container that does not run. Its volumes stay, all of them. */
  remove(containerId: string): Promise<void>;
  /**
   * Writes on the engine itself that a container serves, or does not: what `serving` says of it from now on, whichever
   * agent asks. One whose service says ALWAYS is brought back by the engine while it serves, and no other is.
   */
  setServing(containerId: string, serving: boolean, autorestart: Autorestart): Promise<void>;
  /**
   * Why a container that has ended did so the last time; `null` where the engine does not know: it was started anew since
   * (it ends what runs when it stops, and most ends that it did not see were of that kind), or so much has happened that
   * it has forgotten.
   */
  whyEnded(containerId: string): Promise<WhyEnded | null>;
  /** The container of that instance; `null` when there is none. */
  find(instanceId: string): Promise<InspectedInstance | null>;
  /** Every container of ours, running or not. */
  list(): Promise<InspectedInstance[]>;
  /** Running containers that are not ours. */
  countForeign(): Promise<number>;
  /** Ports published by containers that are not ours. */
  foreignPublishedPorts(): Promise<PortInUse[]>;
  /**
   * Changes of our containers as they happen, from the engine's event stream, from the moment of the call on. `action`
   * is the engine's word without what follows a colon: `start`, `die`, `health_status`, ... Ends with the signal;
   * throws when the engine goes away, and is then asked again by whoever needs it.
   */
  changes(signal: AbortSignal): AsyncIterable<{ containerId: string; instanceId: string; action: string }>;
  /** Output of a container. `sinceTime` is inclusive. Ends when the container's output ends, or with the signal. */
  logs(
    containerId: string,
    options: { follow: boolean; sinceTime?: string; tail?: number },
    signal: AbortSignal,
  ): AsyncIterable<EngineLogLine>;
}

/** Of each of a node's two networks its subnet: gateway and the engine's own range follow from it. */
export interface NetworkWishes {
  overlaySubnet: string;
  nodeSubnet: string;
  /** Of the overlay; default: the cluster's default. */
  mtu?: number;
}
