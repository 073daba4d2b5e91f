import type { Deployment, DeploymentStep } from './deployment.ts';
import type { Node } from './node.ts';
import type { OrderProgress } from './order.ts';
import type { PinnedImage } from './revision.ts';
import type { DefinitionField, Protocol, ServiceDefinition, ServiceState } from './service.ts';
import type { InstanceHealth, InstanceState, VolumeState } from './slot.ts';

/** A slot as people see it: wanted and observed side by side. */
export interface SlotView {
  id: string;
  index: number;
  name: string;
  /** Empty with host networking: nothing answers there. */
  address: string;
  /** `null` where nothing was deployed yet. */
  nodeId: string | null;
  nodeName: string | null;
  instanceId: string | null;
  containerId: string | null;
  revisionNumber: number | null;
  image: PinnedImage | null;
  /** `unknown` while its node does not answer. */
  state: InstanceState | 'unknown';
  health: InstanceHealth;
  exitCode: number | null;
  startedAt: number | null;
  /** Its instance is as the newest definition has it. */
  synchronized: boolean;
  /** Fields in which its instance differs from the newest definition; empty when synchronized. */
  pending: DefinitionField[];
  /** All ports of its instance; `hostPort` is `null` for one that is exposed only. With host networking they are the node's. */
  ports: SlotPort[];
  /** Name in the public zone, with the address of its node; never changes. `null` without a zone. */
  publicDns: string | null;
  /** The name of its instance there, new with every one; `null` without an instance or a zone. */
  instancePublicDns: string | null;
}

/** A port of a slot: on the node where it has a `hostPort`, else private. */
export interface SlotPort {
  containerPort: number;
  protocol: Protocol;
  hostPort: number | null;
}

/** A service with its slots. */
export interface ServiceView {
  id: string;
  name: string;
  /** `null`: it belongs to none. */
  stack: string | null;
  definition: ServiceDefinition;
  version: number;
  createdAt: number;
  updatedAt: number;
  state: ServiceState;
  synchronized: boolean;
  /** Definition fields that differ from what runs. */
  pending: DefinitionField[];
  /** The definition of the newest revision that a slot runs, to compare with; `null` while nothing was deployed. */
  running: ServiceDefinition | null;
  slots: SlotView[];
  /** `null` before the first deployment. */
  revisionNumber: number | null;
  deploymentNumber: number | null;
  /** Name in the public zone; `null` without a zone, and for what was never deployed with a fixed port of the node. */
  publicDns: string | null;
}

export interface NodeView extends Node {
  /** Names of the slots placed here. */
  slots: string[];
  /** Name in the public zone; `null` without one. */
  publicDns: string | null;
  /** Why its agent refused to be part of the cluster when it last asked to be. Absent: it did not. */
  refused?: string;
}

export interface VolumeView {
  id: string;
  name: string;
  nodeId: string;
  nodeName: string;
  serviceName: string;
  slotName: string;
  path: string;
  /** Name the definition has for it; `null` where it has none. */
  mountName: string | null;
  state: VolumeState;
  createdAt: number;
  /** Bytes on the disk; `null` where it was not asked for, or its node did not answer. */
  bytes: number | null;
  /** Containers that mount it, as its engine says; empty where not asked for. */
  users: string[];
  /** Why size and users are not known though they were asked for; empty else. */
  unmeasured: string;
}

export interface TagsView {
  kind: 'service' | 'node';
  name: string;
  tags: string[];
  warnings: string[];
}

export interface DeploymentView extends Deployment {
  revisionNumber: number | null;
  steps: DeploymentStep[];
}

/** News of one deployment, in order. `accepted` is the first, `ended` the last. */
export type DeploymentEvent =
  | { kind: 'accepted'; deployment: DeploymentView }
  | { kind: 'state'; deployment: DeploymentView }
  | { kind: 'step'; step: DeploymentStep }
  | {
      kind: 'progress';
      slotName: string | null;
      nodeName: string | null;
      step: string;
      progress: OrderProgress;
    }
  | { kind: 'ended'; deployment: DeploymentView };

/** Who answers, and of which cluster. */
export interface ServerView {
  version: string;
  clusterId: string;
  epoch: number;
}

/** A line of container output as people read it; the archive's own `LogLine` knows ids where this knows names. */
export interface LogLineView {
  slotName: string;
  nodeName: string;
  instanceId: string;
  /** `null` when the deployment is not known any more. */
  deploymentNumber: number | null;
  /** Line number within the instance, from 1; no gaps but those a gap line names. */
  seq: number;
  /** As the engine stamped it: RFC 3339 with nanoseconds. */
  time: string;
  /**
   * `gap`: lines that were rotated away before they could be read; `line` says which. `notice`: no output of any slot, but
   * what the reader should know, such as that NATS is away; its `seq` is 0.
   */
  stream: 'stdout' | 'stderr' | 'gap' | 'notice';
  line: string;
  /** The line goes on in the next one. */
  partial: boolean;
}

/** A deployment's steps and the output of its containers, in one row of time. */
export type DeploymentLogEntry = { kind: 'step'; step: DeploymentStep } | { kind: 'line'; line: LogLineView };
