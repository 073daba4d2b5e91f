import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { SwapStep } from '@restow/shared/domain/swap';
import type { PlacedInstance } from './rollout.ts';

/** A swap as its journal knows it. */
interface Walked {
  slotName: string;
  steps: readonly SwapStep[];
  old: PlacedInstance | null;
  next: Pick<PlacedInstance, 'node'>;
}

/** Whether a step is that row's: tables have an order twice, to two nodes. */
const isOf = ({ slotName, old, next }: Walked, row: SwapStep) => {
  const node = row.on === 'all' ? null : row.on === 'old' ? old?.node.name : next.node.name;
  return (step: DeploymentStep): boolean =>
    step.slotName === slotName &&
    step.name === row.order &&
    step.phase === row.phase &&
    (node === null || step.nodeName === node);
};

/**
 * Rows an earlier run of the deployment had begun for the slot, as its journal tells; those up to the step `since`, with
 * which it last went back, are undone. An old instance that could not be asked left no step, and is to be asked on the
 * way back if it can be. Pure.
 */
export const begunEarlier = (earlier: readonly DeploymentStep[], swap: Walked, since: number): SwapStep[] => {
  const { steps, old } = swap;
  const begun = (row: SwapStep) => earlier.some((step) => step.seq > since && isOf(swap, row)(step));
  const last = steps.findLastIndex(begun);
  return steps.filter((row, at) => begun(row) || (old?.away && row.on === 'old' && at < last));
};

/**
 * Rows of the handover an earlier run had carried out, and did not begin to undo since. They are not asked again: what a
 * later row changed, an earlier one asked once more would take back. Pure.
 */
export const doneEarlier = (earlier: readonly DeploymentStep[], swap: Walked): SwapStep[] => {
  const undone = Math.max(
    0,
    ...earlier.flatMap(({ slotName, phase, seq }) => (slotName === swap.slotName && phase === 'undo' ? [seq] : [])),
  );
  return swap.steps.filter(
    (row) =>
      row.phase === 'handover' &&
      earlier.some((step) => step.state === 'done' && step.seq > undone && isOf(swap, row)(step)),
  );
};

/**
 * Whether an earlier run had carried that way back out, and nothing of the slot was asked on the way in after it: a
 * container that could not be prepared is put aside, and a restart may prepare it again. Pure.
 */
export const wentBackEarlier = (earlier: readonly DeploymentStep[], slotName: string, orderId: string): boolean => {
  const back = earlier.find((step) => step.orderId === orderId);
  return (
    back?.state === 'done' &&
    !earlier.some((step) => step.slotName === slotName && step.phase !== 'undo' && step.startedAt > back.startedAt)
  );
};
