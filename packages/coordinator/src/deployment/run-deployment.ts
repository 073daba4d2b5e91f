import { isRestowError, messageOf, RestowError } from '@restow/shared/base/errors';
import type { Exclusive } from '@restow/shared/base/exclusive';
import { groupAlike, othersInWords } from '@restow/shared/domain/alike';
import type { Deployment } from '@restow/shared/domain/deployment';
import type { PlanRefusal } from '@restow/shared/domain/plan';
import { makePlan } from '../planning/make-plan.ts';
import type { World } from '../world.ts';
import { givenUpInWords } from './given-up-in-words.ts';
import { openJournal } from './journal.ts';
import { detachFresh, detachLeft, listWhereMounted } from './keep-volumes.ts';
import { moveDeployment } from './move-deployment.ts';
import { openRollout } from './open-rollout.ts';
import { recordPlan } from './record-plan.ts';
import { PortJustTaken } from './refuse-taken-ports.ts';
import { removeSlots } from './remove-slots.ts';
import { retireLeft } from './retire-left.ts';
import { prepareAll, swapAll, undoAll } from './roll-out.ts';
import { onlyOf, type Rollout, staying, waiting } from './rollout.ts';
import { scaleBack } from './scale-back.ts';
import { watchAll } from './watch-slots.ts';

/**
 * One redeploy from the queue to its end. Each state is durable before its work begins, and every piece of work is safe
 * to repeat, so a deployment found in any state after a restart simply goes on here. Returns the deployment as it
 * ended; rejects only with the signal's reason at shutdown, or on a bug. `replanning` is one for all deployments.
 */
export const runDeployment = async (
  world: World,
  found: Deployment,
  replanning: Exclusive,
  signal: AbortSignal,
): Promise<Deployment> => {
  let deployment = found.state === 'queued' ? await moveDeployment(world, found, 'planning', { reason: '' }) : found;

  if (deployment.state === 'planning') deployment = await planned(world, deployment, replanning, signal);
  if (deployment.state === 'refused') return deployment;

  const rollout = await openRollout(world, deployment, signal);
  if (deployment.state === 'preparing') deployment = await prepared(rollout, deployment);
  if (deployment.state === 'rolling') deployment = await swapped(rollout, deployment);
  if (deployment.state === 'watching') deployment = await watched(rollout, deployment);
  if (deployment.state === 'undoing') deployment = await undone(rollout, deployment);
  return deployment;
};

const planned = async (
  world: World,
  deployment: Deployment,
  replanning: Exclusive,
  signal: AbortSignal,
): Promise<Deployment> => {
  // Recorded by a coordinator that was killed then: its slots are made, and its number is the definition's.
  if (deployment.plan !== null) return moveDeployment(world, deployment, 'preparing');
  const refuse = (code: string, reason: string) => moveDeployment(world, deployment, 'refused', { code, reason });
  const service = await world.store.services.get(deployment.serviceId);
  if (!service || service.removedAt !== null)
    return refuse('not-found', `Service ${deployment.serviceName} was removed before its turn came.`);
  const journal = await openJournal(world, deployment.id, signal);
  const make = () =>
    journal.record(
      { orderId: `${deployment.id}/plan`, slotName: null, nodeName: null, phase: 'plan', name: 'plan' },
      async () => {
        const made = await makePlan(world, service, deployment.options, deployment.id, signal);
        if (!made.ok) throw new RestowError(made.refusal.code ?? 'unschedulable', refusalText(made.refusal));
        const { order, swaps } = made.value;
        return {
          value: made.value,
          detail: `${swaps.length} ${swaps.length === 1 ? 'slot' : 'slots'}, ${order.chosen}: ${order.because}`,
        };
      },
    );
  try {
    const recorded = await recordedPlan(replanning, async () => recordPlan(world, service, deployment, await make()));
    return moveDeployment(world, { ...deployment, plan: recorded.plan, revisionId: recorded.revision.id }, 'preparing');
  } catch (error) {
    stopAtShutdown(signal);
    if (!isRestowError(error)) throw error;
    return refuse(
      error.code,
      [error.message, ...error.problems.map(({ field, message }) => `${field}: ${message}`)].join('\n'),
    );
  }
};

/** Plans that are made anew because another service was quicker with a port, at most. */
const mostPlans = 5;

/**
 * Where another service was given a port of this plan meanwhile, a new one is made, which knows of it. Those who lost a
 * port are planned one after the other: of many that were asked for at the same moment they would all want the next one.
 */
const recordedPlan = async (replanning: Exclusive, plan: () => ReturnType<typeof recordPlan>) => {
  const again = async (plansLeft: number): ReturnType<typeof recordPlan> => {
    try {
      return await plan();
    } catch (error) {
      if (!(error instanceof PortJustTaken) || plansLeft === 0) throw error;
      return again(plansLeft - 1);
    }
  };
  try {
    return await plan();
  } catch (error) {
    if (!(error instanceof PortJustTaken)) throw error;
    return replanning.run(() => again(mostPlans - 1));
  }
};

/** The refusal with every slot's reasons and ways out, as one text for the record; what is equal is said once. */
const refusalText = (refusal: Pick<PlanRefusal, 'message' | 'unplaceable'>): string =>
  [
    refusal.message,
    ...groupAlike(refusal.unplaceable).flatMap(({ first, others }) => [
      first.message,
      ...(others.length > 0 ? [`The same holds for ${othersInWords(others)}.`] : []),
      ...first.waysOut.map((way) => `  way out: ${way}`),
    ]),
  ].join('\n');

const prepared = async (rollout: Rollout, deployment: Deployment): Promise<Deployment> => {
  try {
    await prepareAll(rollout);
    return await moveDeployment(rollout.world, deployment, 'rolling');
  } catch (error) {
    stopAtShutdown(rollout.signal);
    const left = await leftByUndo(rollout);
    await detachFresh(rollout);
    const why = {
      code: isRestowError(error) ? error.code : 'internal',
      reason: `Refused while preparing, nothing that runs was touched. ${messageOf(error)}${left}`,
    };
    return moveDeployment(rollout.world, deployment, 'refused', why, scaleBack(rollout));
  }
};

/** What was made and could not be put aside, in words: it never ran, and goes when a later deployment succeeds. */
const leftByUndo = async (rollout: Rollout): Promise<string> => {
  try {
    await undoAll(rollout);
    return '';
  } catch (error) {
    stopAtShutdown(rollout.signal);
    return `\nWhat was made already is still there: ${messageOf(error)}`;
  }
};

const swapped = async (rollout: Rollout, deployment: Deployment): Promise<Deployment> => {
  try {
    await swapAll(rollout);
  } catch (error) {
    stopAtShutdown(rollout.signal);
    return startUndo(rollout, deployment, error);
  }
  return (await stopped(rollout, deployment)) ?? moveDeployment(rollout.world, deployment, 'watching');
};

const watched = async (rollout: Rollout, deployment: Deployment): Promise<Deployment> => {
  try {
    await watchAll(rollout);
  } catch (error) {
    stopAtShutdown(rollout.signal);
    return startUndo(rollout, deployment, error);
  }
  return (await stopped(rollout, deployment)) ?? ended(rollout, deployment);
};

/** Where slots went back alone: it waits for a person, or has failed when there is none left to go on with. */
const stopped = async (rollout: Rollout, deployment: Deployment): Promise<Deployment | null> => {
  const [first] = rollout.swaps.flatMap(({ gaveUp }) => gaveUp ?? []);
  if (!first) return null;
  const why = { code: first.code, reason: givenUpInWords(rollout) };
  if (rollout.revision.definition.update.onFailure === 'pause') {
    // A newer deployment may take its place, and is to find with each slot the data that it has.
    await detachFresh(onlyOf(rollout, waiting(rollout)));
    return moveDeployment(rollout.world, deployment, 'paused', why);
  }
  return staying(rollout).length === 0 ? moveDeployment(rollout.world, deployment, 'failed', why) : null;
};

/** Every slot that stayed in the rollout is well: what is left over goes. */
const ended = async (rollout: Rollout, deployment: Deployment): Promise<Deployment> => {
  const { world, swaps } = rollout;
  const [failed] = swaps.flatMap(({ gaveUp }) => gaveUp ?? []);
  const how = failed ? givenUpInWords(rollout) : 'Every slot runs the new revision.';
  try {
    await removeSlots(rollout);
    await detachLeft(onlyOf(rollout, staying(rollout)));
    await listWhereMounted(onlyOf(rollout, staying(rollout)));
    await retireLeft(rollout);
  } catch (error) {
    stopAtShutdown(rollout.signal);
    return moveDeployment(world, deployment, 'failed', {
      code: failed?.code ?? (isRestowError(error) ? error.code : 'internal'),
      reason: `${how}\nWhat was left over could not be ended: ${messageOf(error)}`,
    });
  }
  if (failed) return moveDeployment(world, deployment, 'failed', { code: failed.code, reason: how });
  return moveDeployment(world, deployment, 'succeeded', { reason: '' });
};

const startUndo = (rollout: Rollout, deployment: Deployment, error: unknown): Promise<Deployment> =>
  moveDeployment(rollout.world, deployment, 'undoing', {
    code: isRestowError(error) ? error.code : 'internal',
    reason: messageOf(error),
  });

const undone = async (rollout: Rollout, deployment: Deployment): Promise<Deployment> => {
  const had = rollout.plan.scale !== undefined || rollout.swaps.some((swap) => swap.old !== null);
  try {
    // Whatever becomes of the instances, the slots' data is what the old ones had.
    await undoAll(rollout).finally(() => detachFresh(rollout));
  } catch (error) {
    stopAtShutdown(rollout.signal);
    return moveDeployment(rollout.world, deployment, 'failed', {
      reason: `${deployment.reason}\nThe way back failed too: ${messageOf(error)}`,
    });
  }
  if (!had)
    return moveDeployment(rollout.world, deployment, 'failed', {
      reason: `${deployment.reason}\nNothing ran before, so there is nothing to go back to; the service does not run.`,
    });
  const reason = `Rolled back. ${deployment.reason}`;
  return moveDeployment(rollout.world, deployment, 'undone', { reason }, scaleBack(rollout));
};

/** At shutdown the deployment stays as it is recorded; the next coordinator goes on with it. */
const stopAtShutdown = (signal: AbortSignal): void => {
  if (signal.aborted) throw signal.reason;
};
