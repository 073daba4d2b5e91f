import type { EngineFacts, NodeFacts, PortInUse } from './node.ts';
import type { PinnedImage } from './revision.ts';
import type { HealthCheck, Protocol, PublishedPort } from './service.ts';
import type { ObservedInstance } from './slot.ts';

/** Names one instance that exists already, and what is needed to stop it or bring it back. */
export interface InstanceRef {
  serviceId: string;
  serviceName: string;
  slotId: string;
  slotIndex: number;
  instanceId: string;
  deploymentId: string;
  /** The slot's address on the overlay. */
  address: string;
  ports: PublishedPort[];
  healthCheck: HealthCheck;
  stopSignal: string | null;
  stopGraceMs: number;
  minRunningMs: number;
  healthDeadlineMs: number;
}

/** Everything an agent needs to make the container of one instance; nothing is left to ask. */
export interface InstanceSpec extends InstanceRef {
  revisionId: string;
  revisionNumber: number;
  deploymentNumber: number;
  image: PinnedImage;
  env: Record<string, string>;
  command: string[] | null;
  entrypoint: string[] | null;
  labels: Record<string, string>;
  memoryBytes: number | null;
  volumes: { name: string; path: string; readOnly: boolean }[];
}

/**
 * One step of one phase of one swap, for one agent. Safe to repeat: what is already true is not done again, and the
 * outcome is the same. `open` and `close` belong to the native handover (start-first) and are refused until it exists.
 */
export type Order =
  | { kind: 'resolve-image'; reference: string }
  | { kind: 'survey'; image: PinnedImage | null; ports: { protocol: Protocol; port: number }[] }
  | { kind: 'pull-image'; image: PinnedImage }
  /** Networks, volumes, ports checked; the container made, not started. What the engine refuses is refused here. */
  | { kind: 'prepare'; instance: InstanceSpec }
  | { kind: 'open'; instance: InstanceRef }
  /** Start the new instance and wait until it is healthy or the deadline passes. */
  | { kind: 'take'; instance: InstanceSpec }
  /** New connections and published ports go to this instance; it gets its restart policy. */
  | { kind: 'flip'; instance: InstanceRef }
  /** Take its ports and restart policy away, ask it to end, wait, kill at the end of the grace, keep it stopped. */
  | { kind: 'drain'; instance: InstanceRef }
  /** This node owns the slot's address now. */
  | { kind: 'settle'; instance: InstanceRef }
  | { kind: 'close'; instance: InstanceRef }
  /** Remove a stopped instance for good, once its last log line is acknowledged. Answers at once. */
  | { kind: 'retire'; instance: InstanceRef }
  /** Stop an instance that failed and keep it, out of the way; answers with its last log lines. */
  | { kind: 'put-aside'; instance: InstanceRef; tailLines: number }
  /** Start a kept instance again, with its ports and restart policy, and wait until it is healthy. */
  | { kind: 'revive'; instance: InstanceRef };

export type OrderKind = Order['kind'];

/** What each kind of order answers when it worked. */
export interface OutcomeByKind {
  'resolve-image': { image: PinnedImage; bytes: number };
  survey: { imagePresent: boolean; portsInUse: PortInUse[] };
  'pull-image': { imageId: string; alreadyPresent: boolean; bytes: number };
  /** `volumes`: all it will have, those an image's own VOLUME paths were given included. */
  prepare: { containerId: string; containerName: string; volumes: { name: string; path: string }[] };
  open: Record<string, never>;
  take: { healthyAfterMs: number };
  flip: Record<string, never>;
  /** `killed`: the grace ended before it did. */
  drain: { exitCode: number | null; killed: boolean; tookMs: number };
  settle: Record<string, never>;
  close: Record<string, never>;
  retire: { removedNow: boolean };
  'put-aside': { exitCode: number | null; logTail: string[] };
  revive: { healthyAfterMs: number };
}

/** Why an order failed. `logTail` holds the instance's last lines where there is one. */
export interface OrderFailure {
  code:
    | 'image-not-found'
    | 'registry-denied'
    | 'registry-unreachable'
    | 'disk-full'
    | 'port-in-use'
    | 'address-in-use'
    | 'engine-refused'
    | 'engine-unavailable'
    | 'instance-exited'
    | 'unhealthy'
    | 'instance-missing'
    | 'network'
    | 'unsupported'
    | 'cancelled'
    | 'internal';
  message: string;
  exitCode: number | null;
  logTail: string[];
}

export type Outcome<Kind extends OrderKind = OrderKind> =
  | { ok: true; value: OutcomeByKind[Kind] }
  | { ok: false; failure: OrderFailure };

/** News while an order runs; lossy, for people. */
export interface OrderProgress {
  text: string;
  /** Bytes done and in all, where known. */
  current: number | null;
  total: number | null;
}

/** Where a slot's address lives. State, not an order: sent as a whole, then as changes. */
export interface Endpoint {
  slotId: string;
  slotName: string;
  address: string;
  nodeId: string;
  /** Underlay address of that node. */
  underlay: string;
}

export interface EndpointTable {
  version: number;
  endpoints: Endpoint[];
}

/** What an agent says of itself when its session opens. */
export interface Hello {
  protocolVersion: number;
  agentVersion: string;
  nodeId: string;
  nodeName: string;
  underlayAddress: string | null;
  publicAddress: string | null;
  facts: NodeFacts;
  engine: EngineFacts;
  foreignContainers: number;
  instances: ObservedInstance[];
  endpointsVersion: number;
}

/** What the coordinator answers. */
export interface Welcome {
  protocolVersion: number;
  clusterId: string;
  /** Grows with each coordinator that leads; an agent ignores orders of an older one. */
  epoch: number;
  overlaySubnet: string;
  vxlanId: number;
  nats: { url: string; token: string };
  heartbeatMs: number;
  /** The node's own address as the coordinator sees the session come from; the default underlay address. */
  observedAddress: string;
  endpoints: EndpointTable;
}

/** Version of the session's protocol; both sides must have the same. */
export const protocolVersion = 1;
