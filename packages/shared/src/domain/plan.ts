import type { ErrorCode } from '../base/errors.ts';
import type { ResolvedLink } from './order.ts';
import type { SlotPlacement, Unplaceable } from './placement.ts';
import type { PinnedImage } from './revision.ts';
import type { HostPathMount, PublishedPort, UpdateOrder } from './service.ts';

/** The order of the swap that was chosen, and why. */
export interface ChosenOrder {
  asked: UpdateOrder;
  chosen: Exclude<UpdateOrder, 'auto'>;
  because: string;
}

/** What one slot's swap will do. */
export interface PlannedSwap {
  slotIndex: number;
  slotName: string;
  /** The slot's id and its new instance's, given when the deployment is recorded; absent in a plan that is only shown. */
  slotId?: string;
  instanceId?: string;
  /** `null` for a slot that is new. */
  address: string | null;
  /** `null` where nothing runs yet. */
  from: {
    nodeId: string;
    nodeName: string;
    instanceId: string;
    revisionNumber: number;
    /** Given when the deployment is recorded, like `slotId`. */
    deploymentId?: string;
    /** Given when the deployment is recorded, like `slotId`: the ports that lead to it. */
    ports?: PublishedPort[];
    /** Its node did not answer when the deployment was recorded: it is left alone now and stopped when it comes back. */
    away?: boolean;
    /** It did not run when the deployment was recorded: there is nothing to hand over. */
    ended?: boolean;
    /** It has the network of its node, and so nothing of its slot's address. Absent: it has its address. */
    offOverlay?: boolean;
    /** Names led to its slot when the deployment was recorded. */
    named?: boolean;
  } | null;
  placement: SlotPlacement;
  /** Volumes it will have, by the plan's knowledge: what an image's VOLUMEs add is known when the container is made. */
  volumes: PlannedVolume[];
  /** Host paths of other services' slots (`volumesFrom`); kept for the record, not shown. Absent: none. */
  lentPaths?: Pick<HostPathMount, 'hostPath' | 'path' | 'readOnly'>[];
  /** Volumes it lets go; they stay on their node, listed as detached. */
  detaches: { name: string; nodeName: string }[];
  /** Ports of the node that will lead to it, the dynamic ones as chosen. */
  ports: PublishedPort[];
  /** What its instance is told of itself, where the cluster tells that; given when the deployment is recorded. */
  ownVariables?: Record<string, string>;
}

/** A volume a slot will have. */
export interface PlannedVolume {
  /** Name on the node's engine. */
  name: string;
  path: string;
  /** Made by this deployment. */
  fresh: boolean;
  readOnly: boolean;
  /** The definition's own name for it; `null` where that gave none. */
  mountName: string | null;
  /** The slot whose volume it is (`volumesFrom`), such as `db-1`; `null`: its own. */
  from: string | null;
  /** It was detached, and is the slot's from this deployment on; kept for the record, so that an undo lets it go again. */
  found?: true;
}

/** An image a node has to fetch first. */
export interface PlannedPull {
  nodeId: string;
  nodeName: string;
  /** The node has it already. */
  present: boolean;
}

/** A slot that goes because the definition wants fewer. */
export interface PlannedRemoval {
  slotIndex: number;
  slotName: string;
  nodeName: string | null;
}

/** A service that all instances of this deployment are told of, as it was when this was planned. */
export interface PlannedLink extends ResolvedLink {
  /** Variables that tell of its slots. */
  variables: Record<string, string>;
}

/** What a deployment will do, as a value: nothing has been touched when it exists. */
export interface Plan {
  serviceId: string;
  /** Of one in a stack with that: `db.common`. */
  serviceName: string;
  /** Number the revision has or will have. */
  revisionNumber: number;
  image: PinnedImage;
  order: ChosenOrder;
  gate: boolean;
  /** Slot indexes in the order they are swapped; the slots of one batch at the same time. */
  batches: number[][];
  swaps: PlannedSwap[];
  removals: PlannedRemoval[];
  pulls: PlannedPull[];
  /** Seconds one slot is expected not to answer, and where the figure comes from. */
  predictedOutage: { seconds: number; from: string };
  warnings: string[];
  /** Services its instances are told of; kept for the record, not shown. Absent: none. */
  links?: PlannedLink[];
  /** Of a scale: how many slots run before and after it, those it leaves alone included. Absent: every slot is redeployed. */
  scale?: { from: number; to: number };
}

/** Why there is no plan: everything at once. */
export interface PlanRefusal {
  serviceName: string;
  message: string;
  unplaceable: Unplaceable[];
  /** Absent: `unschedulable`. Another one where something else forbids it, such as an order that is not offered. */
  code?: ErrorCode;
}
