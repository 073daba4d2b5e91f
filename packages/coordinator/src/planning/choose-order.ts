import { ok, type Result, refused } from '@restow/shared/base/result';
import { isSamePath } from '@restow/shared/domain/container-path';
import type { ChosenOrder, Plan, PlannedVolume } from '@restow/shared/domain/plan';
import type { ServiceDefinition, UpdateOrder } from '@restow/shared/domain/service';
import { whyNotStartFirst } from '@restow/shared/domain/why-not-start-first';

/** One old instance that has to give way, as far as the order depends on it. */
export interface Replaced {
  /** Its node answers. One that does not is left alone in any order. */
  reachable: boolean;
  /** Volumes the new instance of its slot gets. */
  volumes: readonly PlannedVolume[];
  /** It has the network of its node, and so nothing of its slot's address to hand over. */
  offOverlay: boolean;
}

export interface OrderInputs {
  /** For this deployment; `null`: the policy's. */
  asked: UpdateOrder | null;
  definition: ServiceDefinition;
  replaced: readonly Replaced[];
  /** What stop-first is expected to cost a slot. */
  stopFirstOutage: Plan['predictedOutage'];
}

export interface OrderRefusal {
  code: 'failed-precondition';
  /** Begins in lower case, since the service's name comes before it. */
  message: string;
}

/**
 * The order of the swaps: what was asked for this deployment, else what the service's policy says. `auto` is start-first
 * unless something forbids it, and says what, and what that costs. Start-first that was asked for by name is never
 * silently replaced: where it cannot be had, that is the refusal. Pure.
 */
export const chooseOrder = (inputs: OrderInputs): Result<ChosenOrder, OrderRefusal> => {
  const { asked, definition } = inputs;
  const order = asked ?? definition.update.order;
  const whose = asked === null ? "the service's update policy" : 'this deployment';
  const forbids = whatForbids(inputs);
  if (order === 'start-first' && forbids)
    return refused({
      code: 'failed-precondition',
      message: `start-first, which ${whose} asks for, cannot be had: ${forbids}. Ask for auto or stop-first.`,
    });
  const idle = whyNothingStops(inputs.replaced);
  if (order !== 'auto')
    return ok({ asked: order, chosen: order, because: `${whose} asks for it${idle === null ? '' : `; ${idle}`}` });
  const auto = (chosen: ChosenOrder['chosen'], because: string) => ok({ asked: order, chosen, because });
  if (idle !== null) return auto('stop-first', idle);
  if (forbids === null) return auto('start-first', 'nothing forbids that the new instance runs beside the old one');
  const { seconds } = inputs.stopFirstOutage;
  return auto('stop-first', `${forbids}; a slot is expected not to answer for ${seconds} s`);
};

/** Where no old instance has to give way the order makes no difference, and that is what the plan says. */
const whyNothingStops = (replaced: readonly Replaced[]): string | null => {
  if (replaced.length === 0) return 'nothing runs yet that would have to stop';
  return replaced.some(({ reachable }) => reachable) ? null : 'no old instance can be reached, so none has to stop';
};

/** What forbids that two instances of a slot run beside each other, or that one hands its address to the other. */
const whatForbids = (inputs: OrderInputs): string | null => {
  const replaced = inputs.replaced.filter(({ reachable }) => reachable);
  return whyNotStartFirst(inputs.definition) ?? whyNotByImage(inputs.definition, replaced) ?? whyNotByOld(replaced);
};

/** Volumes that no mount of the definition asks for come of the image's own VOLUME: nobody said they may be shared. */
const whyNotByImage = ({ volumes }: ServiceDefinition, replaced: readonly Replaced[]): string | null => {
  const kept = replaced
    .flatMap((swap) => swap.volumes)
    .find(
      ({ fresh, readOnly, from, path }) =>
        !fresh && !readOnly && from === null && !volumes.some((mount) => isSamePath(mount.path, path)),
    );
  return kept
    ? `the image's volume ${kept.path} is exclusive, so the old instance has to end before the new one starts`
    : null;
};

const whyNotByOld = (replaced: readonly Replaced[]): string | null =>
  replaced.some(({ offOverlay }) => offOverlay)
    ? 'what runs has the network of its node, and so no address that it could hand over'
    : null;
