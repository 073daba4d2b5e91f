import type { Plan } from './plan.ts';
import type { UpdateOrder } from './service.ts';

/**
 * The life of a deployment.
 * - `queued`: waits for the one before it of the same service
 * - `planning`: resolving the image, surveying nodes, placing
 * - `preparing`: images pulled and containers made, unstarted, on every target; nothing that runs is touched
 * - `refused`: could not be planned or prepared; nothing that runs was touched
 * - `rolling`: swaps are under way
 * - `watching`: all swapped; they must stay healthy for the watch time
 * - `paused`: a swap failed and the policy says pause: what was swapped stays, the rest waits for a person's word; it
 *   holds up no other deployment, and ends as `superseded` when one is asked for
 * - `undoing`: a swap failed; slots go back (never undone itself)
 * - `succeeded`, `undone` (rolled back: the old revision answers everywhere), `failed` (ended with something not as wanted)
 * - `superseded`: was still queued, or paused, when a newer request took its place
 */
export const deploymentMoves = {
  queued: ['planning', 'superseded', 'failed'],
  planning: ['preparing', 'rolling', 'refused', 'failed'],
  preparing: ['rolling', 'refused', 'failed'],
  rolling: ['watching', 'undoing', 'paused', 'failed'],
  watching: ['succeeded', 'undoing', 'paused', 'failed'],
  paused: ['rolling', 'undoing', 'superseded'],
  undoing: ['undone', 'failed'],
  refused: [],
  succeeded: [],
  undone: [],
  failed: [],
  superseded: [],
} as const satisfies Record<string, readonly string[]>;

export type DeploymentState = keyof typeof deploymentMoves;

export const mayMove = (from: DeploymentState, to: DeploymentState): boolean =>
  (deploymentMoves[from] as readonly string[]).includes(to);

/** True when the deployment will not change any more. */
export const hasEnded = (state: DeploymentState): boolean => deploymentMoves[state].length === 0;

/** True when nothing happens any more unless a person asks for it: it has ended, or is paused. Who follows it may stop. */
export const isAtRest = (state: DeploymentState): boolean => hasEnded(state) || state === 'paused';

/** States in which it has begun and goes on. */
export const underWay: DeploymentState[] = ['planning', 'preparing', 'rolling', 'watching', 'undoing'];

/** States in which its plan holds the ports it gave to slots: one that is paused may yet go on. */
export const holding: DeploymentState[] = [...underWay, 'paused'];

export type DeploymentKind = 'deploy' | 'redeploy' | 'scale' | 'remove';

/** What was asked for, beside the definition itself. */
export interface RedeployOptions {
  /** `false`: fresh volumes; the old ones are detached and stay listed. */
  reuseVolumes: boolean;
  /** Overrides the policy's order for this deployment; `null`: the policy's. */
  order: UpdateOrder | null;
  /** Fail with `busy` instead of waiting behind a deployment of the same service. */
  noQueue: boolean;
  /**
   * Of a scale alone: so many slots (`nodes`: one on every node that fits, for `EVERY_NODE`). What runs is left alone; slots
   * that are missing are made, those too many end, the highest numbers first. Absent: every slot is redeployed.
   */
  scaleTo?: number | 'nodes';
}

export const defaultRedeployOptions: RedeployOptions = { reuseVolumes: true, order: null, noQueue: false };

/** One attempt to bring a service's slots to a revision: the row in the history. */
export interface Deployment {
  id: string;
  /** 1, 2, ... in the cluster; what people type. */
  number: number;
  kind: DeploymentKind;
  serviceId: string;
  /** Of one in a stack with that: `db.common`. */
  serviceName: string;
  revisionId: string | null;
  state: DeploymentState;
  /** Why it ended as it did, or what it waits for; a sentence. Never empty once ended otherwise than `succeeded`. */
  reason: string;
  /** Gateway word for programs: which error code refused or failed it; `null` when none. */
  code: string | null;
  requestedBy: string;
  options: RedeployOptions;
  plan: Plan | null;
  requestedAt: number;
  startedAt: number | null;
  endedAt: number | null;
}

export type StepState = 'running' | 'done' | 'failed';

/** One order of one swap, or one act of the coordinator, written before and after. */
export interface DeploymentStep {
  deploymentId: string;
  /** 1, 2, ... within the deployment. */
  seq: number;
  /** Order id; the same when the step is repeated after a restart. */
  orderId: string;
  slotName: string | null;
  nodeName: string | null;
  phase: 'plan' | 'prepare' | 'handover' | 'retire' | 'undo' | 'watch';
  /** Kind of order, or the coordinator's own act: `take`, `drain`, `resolve-image`. */
  name: string;
  state: StepState;
  /** What it did or why it failed; may carry the last log lines of an instance that failed. */
  detail: string;
  startedAt: number;
  endedAt: number | null;
}

/**
 * Exit code of a client that waited for the deployment: 0 succeeded, 2 refused as not offered, 3 rolled back,
 * 4 unschedulable, 1 else (ended with failures, or paused).
 */
export const exitCodeOf = (deployment: Pick<Deployment, 'state' | 'code'>): number => {
  if (deployment.state === 'succeeded') return 0;
  if (deployment.state === 'undone') return 3;
  if (deployment.state === 'refused' && deployment.code === 'unschedulable') return 4;
  if (deployment.state === 'refused' && deployment.code === 'unsupported') return 2;
  return 1;
};
