import type { PublishedPort } from './service.ts';

/** What the coordinator wants for a slot. */
export interface DesiredInstance {
  instanceId: string;
  revisionId: string;
  nodeId: string;
  deploymentId: string;
  /** Ports of the node that lead to it, the dynamic ones as chosen. */
  ports: PublishedPort[];
  /** Names lead to its slot: it serves, or an earlier instance did. */
  named: boolean;
}

export type InstanceState = 'created' | 'running' | 'stopped' | 'gone';
export type InstanceHealth = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** What an agent last saw of one labelled container. The engine is the truth; this is its echo. */
export interface ObservedInstance {
  instanceId: string;
  containerId: string;
  containerName: string;
  serviceId: string;
  slotId: string;
  revisionId: string;
  deploymentId: string;
  nodeId: string;
  state: InstanceState;
  health: InstanceHealth;
  exitCode: number | null;
  /** Milliseconds since the epoch; `null` when it never started. */
  startedAt: number | null;
  finishedAt: number | null;
}

/**
 * A numbered place in a service (`web-1`). It outlives its containers and owns its address, names, ports and volumes.
 * Desired and observed are never one field.
 */
export interface Slot {
  id: string;
  serviceId: string;
  /** 1, 2, ... within the service. */
  index: number;
  /** Address on the overlay, never changed while the slot lives. */
  address: string;
  desired: DesiredInstance | null;
  /** Set when the slot was removed; its address is free again. */
  removedAt: number | null;
}

/** `web-1`. */
export const slotName = (serviceName: string, index: number): string => `${serviceName}-${index}`;

/** `web-1` taken apart; `null` for what is no slot's name. */
export const slotOfName = (name: string): { serviceName: string; index: number } | null => {
  const [, serviceName = '', index = ''] = /^(.+)-([1-9]\d{0,8})$/.exec(name) ?? [];
  return serviceName === '' ? null : { serviceName, index: Number(index) };
};

/** How a slot is called where those of all services are meant: `db-1`, or `db-1.common` in the stack `common`. */
export const slotReference = ({ name, stack }: { name: string; stack: string | null }, index: number): string =>
  stack === null ? slotName(name, index) : `${slotName(name, index)}.${stack}`;

/** The name of the slot of an instance. */
export const slotOf = ({ serviceName, slotIndex }: { serviceName: string; slotIndex: number }): string =>
  slotName(serviceName, slotIndex);

export type VolumeState = 'attached' | 'detached';

/** A named volume on one node. It binds its slot to that node; no path but an explicit purge deletes it. */
export interface Volume {
  id: string;
  /** Name on the engine, unique on the node. */
  name: string;
  nodeId: string;
  serviceId: string;
  slotId: string;
  /** Path it is mounted at in the slot's containers. */
  path: string;
  /** The definition's own name for it (`VolumeMount.name`); `null` where that gave none. */
  mountName: string | null;
  /** `definition`: the service asks for it. `image`: the image's own VOLUME, managed all the same. Both bind the slot. */
  origin: 'definition' | 'image';
  state: VolumeState;
  createdAt: number;
}
