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

  constructor(kind: OrderKind, slotName: string, nodeName: string, failure: OrderFailure) {
    const words = failure.logTail.map((line) => `\n  | ${line}`).join('');
    super(errorCodeOf[failure.code], `${slotName} on ${nodeName}, ${kind}: ${failure.message}${words}`);
    this.failure = failure;
    this.slotName = slotName;
    this.nodeName = nodeName;
  }
}

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

/** A node that has no session for so long will not carry on with what touches nothing yet. Milliseconds. */
const absentMs = 15 * secondsMs;

/** Where nothing that runs is at stake, a lost node is told soon: the deployment is refused, and can be asked for again. */
const absenceOf = ({ kind }: Order): { absenceMs?: number } =>
  kind === 'pull-image' || kind === 'prepare' ? { absenceMs: absentMs } : {};

/**
 * Records the step, sends the order, records how it ended. `occasion` tells repeated kinds of one slot apart (an undo
 * from the way in); the order's id is made of it, so the same step of the same deployment always has the same id.
 * Throws `OrderFailed`.
 */
export const giveOrder = async <Kind extends OrderKind>(
  rollout: Pick<Rollout, 'world' | 'deployment' | 'journal' | 'signal'>,
  to: { node: NamedNode; slotName: string; phase: DeploymentStep['phase']; occasion: string },
  order: Extract<Order, { kind: Kind }>,
): Promise<OutcomeByKind[Kind]> => {
  const { world, deployment, journal, signal } = rollout;
  const orderId = `${deployment.id}/${to.slotName}/${to.occasion}/${order.kind}`;
  const step = { orderId, slotName: to.slotName, nodeName: to.node.name, phase: to.phase, name: order.kind };
  return journal.record(step, async () => {
    const outcome = await world.agents.send<Kind>(
      to.node.id,
      { orderId, order, deadlineMs: deadlineOf(order), ...absenceOf(order) },
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
    if (!outcome.ok) throw new OrderFailed(order.kind, to.slotName, to.node.name, outcome.failure);
    return { value: outcome.value, detail: describeOutcome(order.kind, outcome.value) };
  });
};
