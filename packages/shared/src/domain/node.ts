import type { Protocol } from './service.ts';

/** What the machine is, as `systeminformation` reads it. Bytes, and load over one minute. */
export interface NodeFacts {
  hostname: string;
  os: string;
  arch: string;
  kernel: string;
  cores: number;
  memoryBytes: number;
  memoryFreeBytes: number;
  diskBytes: number;
  diskFreeBytes: number;
  load1: number;
}

export interface EngineFacts {
  /** The engine's own id, to tell two agents on one engine. */
  id: string;
  version: string;
  apiVersion: string;
  storageDriver: string;
}

/** Who holds a port of a node. */
export type PortHolder =
  | { kind: 'slot'; slotId: string; slotName: string }
  | { kind: 'foreign'; pid: number | null; program: string }
  | { kind: 'container'; containerName: string };

export interface PortInUse {
  protocol: Protocol;
  port: number;
  holder: PortHolder;
}

/** Whether new slots may be placed here: `cordoned` keeps what runs and takes nothing new. */
export type Availability = 'active' | 'cordoned';

export interface Node {
  /** Made by the agent at its first start; survives renames and reinstalls of the coordinator. */
  id: string;
  name: string;
  /** Tags people gave it, sorted. */
  tags: string[];
  availability: Availability;
  /** `null` while its agent's session stands; else when it was lost, milliseconds since the epoch. */
  unreachableSince: number | null;
  /** Where other nodes' VXLAN sends to. */
  underlayAddress: string;
  publicAddress: string;
  agentVersion: string;
  engine: EngineFacts;
  facts: NodeFacts;
  /** Running containers on its engine that are not ours. */
  foreignContainers: number;
  createdAt: number;
  lastSeenAt: number;
}
