import { ok, type Result, refused } from '@restow/shared/base/result';
import type { ChosenOrder } from '@restow/shared/domain/plan';
import type { ServiceDefinition, UpdateOrder } from '@restow/shared/domain/service';

/**
 * The order of the swaps: what was asked for this deployment, else what the service's policy says. `auto` is stop-first
 * in this version, and says why. The refusal is a sentence: start-first is never silently replaced. Pure.
 */
export const chooseOrder = (
  asked: UpdateOrder | null,
  { update, volumes }: Pick<ServiceDefinition, 'update' | 'volumes'>,
  replacesSomething: boolean,
): Result<ChosenOrder, string> => {
  const order = asked ?? update.order;
  const whose = asked === null ? "the service's update policy" : 'this deployment';
  if (order === 'start-first')
    return refused(
      `start-first is not offered by this version: ${whose} has to ask for auto, stop-first or recreate instead.`,
    );
  if (order !== 'auto') return ok({ asked: order, chosen: order, because: `${whose} asks for it` });
  return ok({ asked: 'auto', chosen: 'stop-first', because: whyStopFirst(volumes, replacesSomething) });
};

const whyStopFirst = (volumes: ServiceDefinition['volumes'], replacesSomething: boolean): string => {
  if (!replacesSomething) return 'nothing runs yet that would have to stop';
  const exclusive = volumes.find(({ access, readOnly }) => access === 'exclusive' && !readOnly);
  return exclusive
    ? `volume ${exclusive.path} is exclusive: the old instance has to end before the new one starts`
    : 'start-first is not offered by this version';
};
