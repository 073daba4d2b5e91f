import type { EngineFacts, PortInUse } from '@restow/shared/domain/node';
import type { InstanceSpec } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import type { ObservedInstance } from '@restow/shared/domain/slot';

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
  /** Pid of its first process in the host's pid namespace; `null` while it does not run. */
  pid: number | null;
  /** Its address on the node network, fixed at creation. */
  nodeAddress: string | null;
  /** Its address and MAC on the overlay as the engine reports them; `null` while it does not run. */
  overlayAddress: string | null;
  overlayMac: string | null;
  restartPolicy: string;
  /** A HEALTHCHECK of the image is in force. */
  hasHealthcheck: boolean;
  /** What that check printed last; `null` when it never ran. */
  healthOutput: string | null;
  /** On both networks, as `create` leaves it; one that is not was left half made. */
  isComplete: boolean;
  /** Given up for good (`markRetired`): only its last log lines keep it. */
  retired: boolean;
}

/**
 * `always` for an instance that serves, `no` for every other. Never `unless-stopped`: after an engine was killed, the
 * next one stops what still runs and counts that as stopped by a person, so it stays down (seen with 20.10). `always`
 * would wake a stopped one too, so whoever is to stay stopped loses its policy before it is stopped.
 */
export type RestartPolicy = 'no' | 'always';

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
  /** Addresses on the node network that any container has or will have when it is started, ours or not. */
  nodeAddresses(): Promise<string[]>;
  /**
   * Makes the container, not started, without a restart policy, on both networks with fixed addresses. An existing one
   * of the instance is it, with the node address it has; one left half made is completed.
   */
  create(spec: InstanceSpec, nodeAddress: string): Promise<{ containerId: string; containerName: string }>;
  /** Waits for nothing but the engine's own start. */
  start(containerId: string): Promise<void>;
  /**
   * Asks it with the stop signal it was made with, kills it after the grace (an engine counts whole seconds: rounded
   * up); resolves when it has ended.
   */
  stop(containerId: string, graceMs: number): Promise<void>;
  /** Resolves with its exit code as soon as it does not run; at once for one that ended or never started. */
  whenEnded(containerId: string, signal: AbortSignal): Promise<number>;
  /** Marks a container, on the engine itself, as one that may go: whoever finds it later may remove it. */
  markRetired(containerId: string): Promise<void>;
  /** Removes a container that does not run. Its volumes stay, all of them. */
  remove(containerId: string): Promise<void>;
  setRestartPolicy(containerId: string, policy: RestartPolicy): Promise<void>;
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

export interface NetworkWishes {
  overlaySubnet: string;
  overlayGateway: string;
  /** Docker's own dynamic range, apart from what slots get. */
  overlayEngineRange: string;
  nodeSubnet: string;
}
