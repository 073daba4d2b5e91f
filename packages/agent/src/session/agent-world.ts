import type { Clock } from '@restow/shared/base/clock';
import type { NodeFacts } from '@restow/shared/domain/node';
import type { Order, OrderProgress, Outcome } from '@restow/shared/domain/order';
import type { Logger } from 'pino';
import type { ContainerEngine } from '../engine/container-engine.ts';
import type { HealthWatch } from '../health/health-watch.ts';
import type { NameFeed } from '../names/name-feed.ts';
import type { NodeOwn } from '../network/judge-cluster.ts';
import type { NodeNetwork } from '../network/node-network.ts';
import type { NodeMemory } from '../node-memory.ts';

/** What carries orders out. */
export interface OrderRunner {
  /** Resolves with the outcome, whatever it is: what goes wrong is a failure. */
  run(
    orderId: string,
    order: Order,
    deadlineMs: number,
    onProgress: (progress: OrderProgress) => void,
  ): Promise<Outcome>;
  /** Calls an order off; its outcome tells. Unknown ids are no matter. */
  cancel(orderId: string): void;
}

/** What the session needs of the logs. */
export interface NodeLogs {
  /** Where to ship to, from now on. */
  use(nats: { url: string; token: string }): void;
  follow(instanceId: string): void;
  /** Follows every container of ours there is. */
  resumeAll(): Promise<void>;
}

/** What the session needs of the published ports. */
export interface NodePorts {
  /** Leads all ports of this node to the instances that serve by them, and no others. Resolves with those it changed. */
  restore(): Promise<string[]>;
  /** The same for one instance. */
  restoreOf(instanceId: string): Promise<void>;
}

/** What the session needs of the node's names. */
export interface NodeNames extends Pick<NameFeed, 'see' | 'seeAll' | 'gone' | 'use' | 'useTable' | 'look'> {}

/** What the session needs of handovers that no order sees to. */
export interface NodeHandovers {
  /** Does what is left to do about them. Resolves with what it did, in words for a log. */
  look(): Promise<string[]>;
}

/** What the session needs of what follows when an instance ends. */
export interface NodeEndings {
  /** This instance may have ended. */
  look(instanceId: string): void;
  /** Any may have, while nobody looked. */
  lookAtAll(): Promise<void>;
  /** From now on `tell` is awaited before an instance is removed for having ended. */
  listen(tell: (instanceId: string) => Promise<void>): void;
}

/** What the session needs of the node. Values and ports only; the composition root fills it. */
export interface AgentWorld {
  nodeId: string;
  nodeName: string;
  agentVersion: string;
  coordinator: string;
  token: string;
  /** As configured; `null`: as the coordinator sees this node. */
  underlay: string | null;
  publicAddress: string | null;
  nodeSubnet: string;
  /** It is this node's alone: its agent was given it, and the cluster's does not count here. */
  nodeSubnetIsOwn?: boolean;
  /** What the node has beside what is ours. */
  ownNetwork: () => Promise<NodeOwn>;
  engine: ContainerEngine;
  network: NodeNetwork;
  logs: NodeLogs;
  ports: NodePorts;
  handovers: NodeHandovers;
  endings: NodeEndings;
  names: NodeNames;
  health: Pick<HealthWatch, 'see' | 'seeAll' | 'gone' | 'listen'>;
  runner: OrderRunner;
  memory: NodeMemory;
  facts: () => Promise<NodeFacts>;
  clock: Clock;
  log: Logger;
}
