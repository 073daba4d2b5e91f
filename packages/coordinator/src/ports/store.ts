import type { Deployment, DeploymentState, DeploymentStep } from '@restow/shared/domain/deployment';
import type { Node } from '@restow/shared/domain/node';
import type { Revision } from '@restow/shared/domain/revision';
import type { Service } from '@restow/shared/domain/service';
import type { DesiredInstance, ObservedInstance, Slot, Volume } from '@restow/shared/domain/slot';

/**
 * What the coordinator must not forget. Every write is durable when its promise resolves ("write, then act").
 * Writes are whole rows; a row that must exist and does not, the ones it points at included, is a thrown `not-found`;
 * an id that is taken is `already-exists`. Lists are in a stable order, by
 * name or number, as said beside each. `transaction` groups writes: all or none.
 */
export interface Store {
  settings: Settings;
  services: ServiceRows;
  revisions: RevisionRows;
  slots: SlotRows;
  instances: InstanceRows;
  deployments: DeploymentRows;
  nodes: NodeRows;
  volumes: VolumeRows;
  /**
   * Runs `work` in one transaction of the store; a throw rolls everything back and is thrown on. Not nested: inside it
   * only the store it is given may write. Others write when it has ended, so `work` waits for nothing but the store;
   * others' reads go on and see what was committed before.
   */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Small values of the cluster: its id, epoch, schema. */
export interface Settings {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
}

export interface ServiceRows {
  /** Throws `already-exists` when a service of its stack that is not removed has the name. */
  add(service: Service): Promise<void>;
  /** The same refusal. */
  update(service: Service): Promise<void>;
  get(id: string): Promise<Service | null>;
  /** Not removed ones, by name, then stack. */
  list(): Promise<Service[]>;
}

export interface RevisionRows {
  /** Throws `already-exists` when the service has that number. */
  add(revision: Revision): Promise<void>;
  get(id: string): Promise<Revision | null>;
  /** By number, oldest first. */
  ofService(serviceId: string): Promise<Revision[]>;
}

export interface SlotRows {
  /** Throws `already-exists` when a living slot has the address, or the service has a living slot of that index. */
  add(slot: Slot): Promise<void>;
  /** Throws `failed-precondition` when the slot was removed. */
  setDesired(slotId: string, desired: DesiredInstance | null): Promise<void>;
  /** Gives the slot up; its address is free again, its row stays. Doing it again changes nothing. */
  remove(slotId: string, at: number): Promise<void>;
  get(id: string): Promise<Slot | null>;
  /** Living slots, by index. */
  ofService(serviceId: string): Promise<Slot[]>;
  /** Living slots of all services, by address. */
  list(): Promise<Slot[]>;
}

/**
 * Observed instances: the echo of the engines, replaced by what agents report. They need not point at anything the store
 * knows. Lists are by container name.
 */
export interface InstanceRows {
  put(instance: ObservedInstance): Promise<void>;
  /** Makes the node's rows exactly these (a complete observation). Throws `invalid` when one is of another node. */
  replaceOfNode(nodeId: string, instances: ObservedInstance[]): Promise<void>;
  get(instanceId: string): Promise<ObservedInstance | null>;
  ofService(serviceId: string): Promise<ObservedInstance[]>;
  list(): Promise<ObservedInstance[]>;
}

export interface DeploymentRows {
  /** Gives the next number; returns the row with it. */
  add(deployment: Omit<Deployment, 'number'>): Promise<Deployment>;
  /** Whole row; refuses (throws `failed-precondition`) a state change that `deploymentMoves` does not know, or another number. */
  update(deployment: Deployment): Promise<void>;
  get(id: string): Promise<Deployment | null>;
  byNumber(number: number): Promise<Deployment | null>;
  /** Newest first, at most `limit`. */
  list(filter: { serviceId?: string; states?: DeploymentState[]; limit?: number }): Promise<Deployment[]>;
  /** Adds or replaces the step with that `seq`. */
  putStep(step: DeploymentStep): Promise<void>;
  /** By seq. */
  steps(deploymentId: string): Promise<DeploymentStep[]>;
}

export interface NodeRows {
  /** Adds or replaces. Throws `already-exists` when another node has the name. */
  put(node: Node): Promise<void>;
  get(id: string): Promise<Node | null>;
  /** By name. */
  list(): Promise<Node[]>;
}

export interface VolumeRows {
  /** Adds or replaces. Throws `already-exists` when another volume of the node has the name. */
  put(volume: Volume): Promise<void>;
  /** Forgets a volume that was deleted for good. Doing it again changes nothing. */
  remove(id: string): Promise<void>;
  get(id: string): Promise<Volume | null>;
  /** By name, then the node's name. */
  ofService(serviceId: string): Promise<Volume[]>;
  /** By name, then the node's name. */
  list(): Promise<Volume[]>;
}
