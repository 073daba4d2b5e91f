import { type ErrorCode, isRestowError, messageOf, RestowError } from '@restow/shared/base/errors';
import type { Journal } from './journal.ts';
import { detachFresh } from './keep-volumes.ts';
import { type GivenUp, onlyOf, type Rollout, type Swap } from './rollout.ts';
import { undoSwap } from './swap-slot.ts';

const stepName = 'go-back';

const idOf = (deploymentId: string, slotName: string, { attempt }: Journal): string =>
  `${deploymentId}/${slotName}/${stepName}${attempt === 1 ? '' : `-${attempt}`}`;

const stepsOf = ({ earlier }: Journal, slotName: string) =>
  earlier.filter((step) => step.slotName === slotName && step.name === stepName);

/** Number of the step with which the slot last went back to its end; 0 when it never did. What is before it is undone. */
export const wentBackAt = (journal: Journal, slotName: string): number =>
  Math.max(0, ...stepsOf(journal, slotName).flatMap(({ state, seq }) => (state === 'done' ? [seq] : [])));

/** Before a restart: why the swap was given up in this attempt. A later attempt tries it again. */
export const gaveUpEarlier = (journal: Journal, deploymentId: string, slotName: string): GivenUp | null => {
  const step = stepsOf(journal, slotName).find(({ orderId }) => orderId === idOf(deploymentId, slotName, journal));
  if (!step) return null;
  return { code: 'failed-precondition', because: step.detail, ...(step.state === 'failed' ? { isStuck: true } : {}) };
};

/** The swap failed so, and is no part of the rollout from here on. */
export const giveUp = (swap: Swap, error: unknown): void => {
  const code: ErrorCode = isRestowError(error) ? error.code : 'internal';
  swap.gaveUp = { code, because: messageOf(error) };
};

/**
 * Takes a slot whose swap was given up back to its old instance, the others staying as they are. Recorded as a step of
 * its own, which holds why: after a restart the slot is not tried again, it goes back. A way back that fails is told
 * with it; the deployment goes where it would have gone.
 */
export const goBack = async (rollout: Rollout, swap: Swap): Promise<void> => {
  const { journal, deployment, signal } = rollout;
  const { code, because } = swap.gaveUp ?? { code: 'internal' as const, because: '' };
  const step = {
    orderId: idOf(deployment.id, swap.slotName, journal),
    slotName: swap.slotName,
    nodeName: swap.old?.node.name ?? null,
    phase: 'undo' as const,
    name: stepName,
    detail: because,
  };
  try {
    await journal.record(step, async () => {
      try {
        await undoSwap(rollout, swap).finally(() => detachFresh(onlyOf(rollout, [swap])));
      } catch (error) {
        signal.throwIfAborted();
        throw new RestowError(code, `${because}\nThe way back failed too: ${messageOf(error)}`, { cause: error });
      }
      return { value: undefined, detail: because };
    });
  } catch (error) {
    signal.throwIfAborted();
    giveUp(swap, error);
    swap.gaveUp = { ...swap.gaveUp!, isStuck: true };
  }
};
