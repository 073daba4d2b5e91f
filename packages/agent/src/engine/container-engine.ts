import type { EngineFacts, PortInUse } from '@restow/shared/domain/node';
import type { InstanceRef, InstanceSpec } from '@restow/shared/domain/order';
import type { PinnedImage } from '@restow/shared/domain/revision';
import type { ObservedInstance } from '@restow/shared/domain/slot';

export interface PullProgress {
  text: string;
  current: number | null;
  total: number | null;
}

/** One container of ours, as inspected. */
export interface InspectedInstance extends ObservedInstance {
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
  /** The image defines a HEALTHCHECK. */
  hasHealthcheck: boolean;
}

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
 * 304, 404 and 409 are translated here, once). Failures are thrown as `EngineError` with a code (docker-errors.ts).
 */
export interface ContainerEngine {
  facts(): Promise<EngineFacts>;
  /** Which digest a reference means now, asked of the registry; else the id of a local image of that name. */
  resolve(reference: string, signal?: AbortSignal): Promise<{ image: PinnedImage; bytes: number }>;
  hasImage(image: PinnedImage): Promise<boolean>;
  /** Resolves with the image's id. */
  pull(
    image: PinnedImage,
    onProgress: (progress: PullProgress) => void,
    signal?: AbortSignal,
  ): Promise<{ imageId: string; alreadyPresent: boolean; bytes: number }>;
  /** The two networks of a node, made when missing. Throws when a foreign network has the name or overlaps. */
  ensureNetworks(wanted: NetworkWishes): Promise<void>;
  /** Makes a named volume with our labels when missing. Throws when a foreign volume has the name. */
  ensureVolume(name: string, labels: Record<string, string>): Promise<void>;
  /** Makes the container, not started, on both networks with fixed addresses; an existing one of the instance is it. */
  create(spec: InstanceSpec, nodeAddress: string): Promise<{ containerId: string; containerName: string }>;
  /** Waits for nothing but the engine's own start. */
  start(containerId: string): Promise<void>;
  /** Asks with the signal, kills after the grace; resolves when it has ended. */
  stop(containerId: string, signal: string | null, graceMs: number): Promise<void>;
  remove(containerId: string): Promise<void>;
  setRestartPolicy(containerId: string, policy: 'no' | 'unless-stopped'): Promise<void>;
  /** The container of that instance; `null` when there is none. */
  find(instanceId: string): Promise<InspectedInstance | null>;
  /** Every container of ours, running or not. */
  list(): Promise<InspectedInstance[]>;
  /** Running containers that are not ours. */
  countForeign(): Promise<number>;
  /** Ports published by containers that are not ours. */
  foreignPublishedPorts(): Promise<PortInUse[]>;
  /** Changes of our containers as they happen, from the engine's event stream; ends with the signal. */
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

/** Names an instance by spec or reference alike. */
export type AnyInstance = Pick<InstanceRef, 'instanceId' | 'slotId' | 'serviceName' | 'slotIndex'>;
