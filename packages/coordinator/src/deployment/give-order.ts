import { type ErrorCode, RestowError } from '@restow/shared/base/errors';
import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { Order, OrderFailure, OrderKind, OutcomeByKind } from '@restow/shared/domain/order';
import { describeOutcome } from './describe-outcome.ts';
import type { NamedNode, Rollout } from './rollout.ts';

/** Thrown when a node could not carry out an order. The message ends with the instance's own last words, if any. */
export class OrderFailed extends RestowError {
  readonly failure: OrderFailure;
  readonly slotName: string;
  readonly nodeName: string;
  /** The swap goes on without that node. */
  readonly isGoneWithout: boolean;

  constructor(
    kind: OrderKind,
    { slotName, node, onwards }: Pick<Where, 'slotName' | 'node' | 'onwards'>,
    failure: OrderFailure,
  ) {
    const isGoneWithout = (onwards ?? false) && failure.code === 'engine-unavailable';
    const words = failure.logTail.map((line) => `\n  | ${line}`).join('');
    const without = isGoneWithout
      ? ` The swap goes on without ${node.name}: what it has left ends when it is back.`
      : '';
    super(errorCodeOf[failure.code], `${slotName} on ${node.name}, ${kind}: ${failure.message}${without}${words}`);
    this.failure = failure;
    this.slotName = slotName;
    this.nodeName = node.name;
    this.isGoneWithout = isGoneWithout;
  }
}

/** Where an order goes, and in whose name. */
export interface Where {
  node: NamedNode;
  slotName: string;
  phase: DeploymentStep['phase'];
  /** Tells repeated kinds of one slot apart: an undo from the way in, the old node from the new one. */
  occasion: string;
  /** There is no way back any more, and none is needed: where the node is lost the swap goes on without it. */
  onwards?: boolean;
  /** Somebody waits for what comes next whatever becomes of the node: it is not waited for as long as others. */
  isUrgent?: boolean;
}

/** Id of an order, or of an act that is the coordinator's own: the same for the same step of the same deployment. */
export const orderIdOf = (
  { id }: { id: string },
  { slotName, occasion }: Pick<Where, 'slotName' | 'occasion'>,
  act: string,
): string => `${id}/${slotName}/${occasion}/${act}`;

const errorCodeOf: Record<OrderFailure['code'], ErrorCode> = {
  'image-not-found': 'not-found',
  'registry-denied': 'denied',
  'registry-unreachable': 'unavailable',
  'disk-full': 'failed-precondition',
  'port-in-use': 'unschedulable',
  'address-in-use': 'failed-precondition',
  'engine-refused': 'failed-precondition',
  'engine-unavailable': 'unavailable',
  'instance-exited': 'failed-precondition',
  unhealthy: 'failed-precondition',
  'instance-missing': 'failed-precondition',
  'volume-in-use': 'failed-precondition',
  network: 'failed-precondition',
  unsupported: 'unsupported',
  cancelled: 'timeout',
  internal: 'internal',
};

const secondsMs = 1000;

/** How long a node may take for an order. Milliseconds; every order has one, so nothing waits for ever. */
export const deadlineOf = (order: Order): number => {
  switch (order.kind) {
    case 'pull-image':
      return 30 * 60 * secondsMs;
    case 'take':
    case 'revive':
      return order.instance.healthDeadlineMs + 30 * secondsMs;
    case 'drain':
      return order.instance.stopGraceMs + 30 * secondsMs;
    case 'resolve-image':
    case 'put-aside':
      return 60 * secondsMs;
    case 'survey':
    case 'retire':
      return 15 * secondsMs;
    default:
      return 60 * secondsMs;
  }
};

/** A node that has no session for so long is lost, where it makes a difference to say so. Milliseconds. */
const absentMs = 15 * secondsMs;

/**
 * Where nothing that runs is at stake, a lost node is told soon: the deployment is refused, and can be asked for again.
 * And where connections are led to it that another node would answer.
 */
const absenceOf = ({ kind }: Order, { onwards, isUrgent }: Where): { absenceMs?: number } =>
  onwards || isUrgent || kind === 'pull-image' || kind === 'prepare' ? { absenceMs: absentMs } : {};

/** Records the step, sends the order, records how it ended. Throws `OrderFailed`. */
export const giveOrder = async <Kind extends OrderKind>(
  rollout: Pick<Rollout, 'world' | 'deployment' | 'journal' | 'signal'>,
  to: Where,
  order: Extract<Order, { kind: Kind }>,
): Promise<OutcomeByKind[Kind]> => {
  const { world, deployment, journal, signal } = rollout;
  const orderId = orderIdOf(deployment, to, order.kind);
  const step = { orderId, slotName: to.slotName, nodeName: to.node.name, phase: to.phase, name: order.kind };
  return journal.record(step, async () => {
    const outcome = await world.agents.send<Kind>(
      to.node.id,
      { orderId, order, deadlineMs: deadlineOf(order), ...absenceOf(order, to) },
      {
        signal,
        onProgress: (progress) =>
          world.announcer.announce({
            kind: 'progress',
            deploymentId: deployment.id,
            slotName: to.slotName,
            nodeName: to.node.name,
            step: order.kind,
            progress,
          }),
      },
    );
    if (!outcome.ok) throw new OrderFailed(order.kind, to, outcome.failure);
    return { value: outcome.value, detail: describeOutcome(order.kind, outcome.value) };
  });
};
