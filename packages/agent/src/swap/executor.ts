import type { Clock } from '@restow/shared/base/clock';
import type { InstanceRef, Order, OrderFailure, OrderKind, OrderProgress, Outcome } from '@restow/shared/domain/order';
import { slotOf } from '@restow/shared/domain/slot';
import type { ContainerEngine, InspectedInstance, RestartPolicy } from '../engine/container-engine.ts';
import type { HealthProbe } from '../health/health-probe.ts';
import type { HealthWatch } from '../health/health-watch.ts';
import type { LogShipper } from '../logs/log-shipper.ts';
import type { NodeNetwork } from '../network/node-network.ts';
import type { NodeAddresses } from './node-address.ts';
import type { PublishedPorts } from './published-ports.ts';
import type { Retirements } from './retirements.ts';

/** What carrying out an order needs. */
export interface SwapDeps {
  engine: ContainerEngine;
  network: NodeNetwork;
  logs: LogShipper;
  clock: Clock;
  nodeId: string;
  settings: {
    /** The cluster's, the same on every node. */
    overlaySubnet: string;
    /** This node's own, for its containers. */
    nodeSubnet: string;
    /** Of the overlay; absent: the cluster's default. */
    mtu?: number;
  };
  probe: HealthProbe;
  /** Goes on where an order stops looking. */
  health: Pick<HealthWatch, 'passed'>;
  addresses: NodeAddresses;
  ports: PublishedPorts;
  retirements: Retirements;
}

export interface OrderContext {
  /** Aborted when the order is called off or its deadline has passed. */
  signal: AbortSignal;
  onProgress(progress: OrderProgress): void;
}

export type OrderOf<Kind extends OrderKind> = Extract<Order, { kind: Kind }>;

/**
 * Carries out one kind of order: finds out from the engine what is already true, does the rest. What the coordinator is
 * to branch on is answered as a failure; an `EngineError` may be thrown.
 */
export type Executor<Kind extends OrderKind> = (
  order: OrderOf<Kind>,
  deps: SwapDeps,
  context: OrderContext,
) => Promise<Outcome<Kind>>;

/** An outcome that any kind of order may have. */
export type Failed = { ok: false; failure: OrderFailure };

export const failed = (
  code: OrderFailure['code'],
  message: string,
  last: { exitCode?: number | null; logTail?: string[] } = {},
): Failed => ({ ok: false, failure: { code, message, exitCode: last.exitCode ?? null, logTail: last.logTail ?? [] } });

export const instanceMissing = (instance: InstanceRef): Failed =>
  failed(
    'instance-missing',
    `The container of ${slotOf(instance)} (instance ${instance.instanceId}) is not on this node any more: redeploy the service.`,
  );

/**
 * Makes a container one that serves, which is brought back as its service asks (`always`), or one that nothing brings
 * back (`no`); unless it is so.
 */
export const givePolicy = async (
  engine: ContainerEngine,
  { containerId, serving, autorestart }: Pick<InspectedInstance, 'containerId' | 'serving' | 'autorestart'>,
  policy: RestartPolicy,
): Promise<void> => {
  const wanted = policy === 'always';
  if (serving !== wanted) await engine.setServing(containerId, wanted, autorestart);
};
