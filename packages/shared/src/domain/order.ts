import type { ClusterNetwork } from './cluster-network.ts';
import type { EngineFacts, NodeFacts, PortInUse } from './node.ts';
import type { PinnedImage } from './revision.ts';
import type {
  Autodestroy,
  Autorestart,
  ContainerSettings,
  HealthCheck,
  HealthTiming,
  HostPathMount,
  NetMode,
  Protocol,
  PublishedPort,
} from './service.ts';
import type { ObservedInstance } from './slot.ts';

/** Names one instance that exists already, and what is needed to stop it or bring it back. */
export interface InstanceRef {
  serviceId: string;
  serviceName: string;
  /** The stack its service belongs to; `null`: none. */
  stack: string | null;
  slotId: string;
  slotIndex: number;
  instanceId: string;
  deploymentId: string;
  /** The slot's address on the overlay. */
  address: string;
  ports: PublishedPort[];
  /** `host`: it has no address of its own; nothing of the overlay or the port map is about it. */
  net: NetMode;
  healthCheck: HealthCheck;
  healthTiming: HealthTiming;
  stopSignal: string | null;
  stopGraceMs: number;
  /** Who starts it again when it ended, once it serves. */
  autorestart: Autorestart;
  autodestroy: Autodestroy;
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
  volumes: VolumeUse[];
  hostPaths: Pick<HostPathMount, 'hostPath' | 'path' | 'readOnly'>[];
  /** Every port the definition names, published or not. */
  exposed: { containerPort: number; protocol: Protocol }[];
  settings: ContainerSettings;
  /** Services it reaches by an alias, as they were when it was planned; kept on the container, since its node answers for it. */
  links: ResolvedLink[];
}

/** An alias, and the service it stands for: by id, so that a rename or another service of that name changes nothing. */
export interface ResolvedLink {
  alias: string;
  serviceId: string;
  serviceName: string;
}

/** The other node of a handover between two, as the one that has the old instance must know it. */
export interface Counterpart {
  /** Underlay address of the node that has the new instance. */
  underlay: string;
  /** Ports of that node that lead to the new instance. */
  ports: PublishedPort[];
}

/** One volume as an instance mounts it. */
export interface VolumeUse {
  name: string;
  path: string;
  readOnly: boolean;
  /** It is another slot's (`volumesFrom`): it has to be there already. */
  borrowed: boolean;
}

/** Ports of a node, both ends included. */
export interface PortRange {
  first: number;
  last: number;
}

/** A volume of that name that Restow did not make, and the containers that use it. */
export interface ForeignVolume {
  name: string;
  users: string[];
}

/** What an engine says of one volume. */
export interface MeasuredVolume {
  name: string;
  /** Bytes on the disk, as `du` counts them; `null` when the node has no such volume. */
  bytes: number | null;
  /** Names of all containers that mount it, running or not, ours or not. */
  users: string[];
}

/**
 * One step of one phase of one swap, for one agent. Safe to repeat: what is already true is not done again, and the
 * outcome is the same.
 */
export type Order =
  | { kind: 'resolve-image'; reference: string }
  /** `dynamicPorts`: who holds any port of that range is told too. `volumes`: names that are asked about. */
  | {
      kind: 'survey';
      image: PinnedImage | null;
      ports: { protocol: Protocol; port: number }[];
      dynamicPorts: PortRange | null;
      volumes: string[];
    }
  | { kind: 'pull-image'; image: PinnedImage }
  /** Networks, volumes, ports checked; the container made, not started. What the engine refuses is refused here. */
  | { kind: 'prepare'; instance: InstanceSpec }
  /**
   * To the node of the old instance: a handover of its slot's address begins. Everything goes to the old one as before,
   * and its restart policy is gone. `towards: null`: the new one comes on this node, and the old one is undocked onto a
   * temporary end, which frees the address in the engine; else it comes on that node, and what belongs to the new one is
   * relayed there. Given after a `flip`, it takes that back: the old one has everything again, as far as it lives.
   */
  | { kind: 'open'; instance: InstanceRef; towards: Counterpart | null }
  /**
   * Start the new instance and wait until it is healthy or the deadline passes. `relayed`: the old one is on another
   * node, which relays to this one what is the new one's.
   */
  | { kind: 'take'; instance: InstanceSpec; relayed: boolean }
  /**
   * `towards: null`, to the node of the new instance: published ports lead to it, it gets its restart policy, and where
   * the old one is on this node new connections go to it. Else, to the node of the old instance: new connections go to
   * that node, those to this node's published ports included; what the old one holds stays with it.
   */
  | { kind: 'flip'; instance: InstanceRef; towards: Counterpart | null }
  /**
   * Take its ports and restart policy away, ask it to end, wait until it has ended, kill it at the end of the grace, keep
   * it stopped.
   */
  | { kind: 'drain'; instance: InstanceRef }
  /** The instance has the slot's address, and this node forwards to it by itself: nobody has to relay. */
  | { kind: 'settle'; instance: InstanceRef }
  /** What a handover of this slot's address needed on this node is gone: pins, relay, temporary end. */
  | { kind: 'close'; instance: InstanceRef }
  /** Remove a stopped instance for good, once its last log line is acknowledged. Answers at once. */
  | { kind: 'retire'; instance: InstanceRef }
  /** Stop an instance that failed and keep it, out of the way; answers with its last log lines. */
  | { kind: 'put-aside'; instance: InstanceRef; tailLines: number }
  /**
   * Give a kept instance its address, ports and restart policy back, start it unless it runs, wait until it is healthy;
   * a handover of its address is over on this node.
   */
  | { kind: 'revive'; instance: InstanceRef }
  /** How large these volumes are and who uses them. Touches nothing. */
  | { kind: 'measure-volumes'; names: string[] }
  /** Deletes a volume of ours and all its data. Refused while any container mounts it. The one order that destroys data. */
  | { kind: 'purge-volume'; name: string };

export type OrderKind = Order['kind'];

/** What each kind of order answers when it worked. */
export interface OutcomeByKind {
  'resolve-image': { image: PinnedImage; bytes: number };
  survey: { imagePresent: boolean; portsInUse: PortInUse[]; foreignVolumes: ForeignVolume[] };
  'pull-image': { imageId: string; alreadyPresent: boolean; bytes: number };
  /** `volumes`: all it will have, those an image's own VOLUME paths were given included. */
  prepare: { containerId: string; containerName: string; volumes: { name: string; path: string }[] };
  open: Record<string, never>;
  take: { healthyAfterMs: number };
  flip: Record<string, never>;
  /** `killed`: the grace ended before it did. `cut`: connections it held when it was last looked at, just before its end. */
  drain: { exitCode: number | null; killed: boolean; tookMs: number; cut: number };
  settle: Record<string, never>;
  close: Record<string, never>;
  retire: { removedNow: boolean };
  'put-aside': { exitCode: number | null; logTail: string[] };
  revive: { healthyAfterMs: number };
  'measure-volumes': { volumes: MeasuredVolume[] };
  /** `removed`: it was there. */
  'purge-volume': { removed: boolean };
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
    | 'volume-in-use'
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
  slotIndex: number;
  serviceId: string;
  serviceName: string;
  /** The stack of its service; `null`: none. */
  stack: string | null;
  /** Names lead to it. A slot has its address before its first instance serves, and until its last one has ended. */
  named: boolean;
  /** Its instance was deployed with `EVERY_NODE`: of two such services that are linked, each sees the other's slot on its own node. */
  everyNode: boolean;
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
  /** As all nodes have it. A node may have another node subnet, by its agent's own flag. */
  network: ClusterNetwork;
  /** Ports of the nodes given where a definition names none: the kernel must not give them to anybody else. */
  dynamicPorts: PortRange;
  nats: { url: string; token: string };
  heartbeatMs: number;
  /** The node's own address as the coordinator sees the session come from; the default underlay address. */
  observedAddress: string;
  endpoints: EndpointTable;
}

/** Version of the session's protocol; both sides must have the same. */
export const protocolVersion = 3;
