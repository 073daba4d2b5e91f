import { messageOf } from '@restow/shared/base/errors';
import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { World } from '../world.ts';

export type StepName = Pick<DeploymentStep, 'orderId' | 'slotName' | 'nodeName' | 'phase' | 'name'> &
  /** What is to be known of it should nobody come to record its end. */
  Partial<Pick<DeploymentStep, 'detail'>>;

/**
 * A deployment's record of its steps: each is durable before the act begins and again when it has ended.
 * A step repeated after a restart keeps its number, so the record shows one line for one order.
 */
export interface Journal {
  /** Runs `act` as that step; `detail` of what it returns is recorded. A throw is recorded as failed and thrown on. */
  record<T>(step: StepName, act: () => Promise<{ value: T; detail: string }>): Promise<T>;
  /** Steps there were when the journal was opened: what an earlier run of this deployment had begun. */
  earlier: readonly DeploymentStep[];
  /** 1, and one more each time a person took the paused deployment up again: its orders are new ones, not repeats. */
  attempt: number;
}

/** Names of the steps by which a person takes a paused deployment up again. */
export const takenUp = { rolling: 'resume', undoing: 'roll-back' } as const;

const attemptOf = (steps: readonly DeploymentStep[]): number =>
  1 + steps.filter(({ slotName, name }) => slotName === null && Object.values<string>(takenUp).includes(name)).length;

/** `signal`: once aborted, a step that throws stays as it is, under way, for the next coordinator to go on with. */
export const openJournal = async (world: World, deploymentId: string, signal?: AbortSignal): Promise<Journal> => {
  const earlier = await world.store.deployments.steps(deploymentId);
  const seqOf = new Map(earlier.map((step) => [step.orderId, step.seq]));
  let last = earlier.reduce((most, step) => Math.max(most, step.seq), 0);

  const write = async (step: DeploymentStep) => {
    await world.store.deployments.putStep(step);
    world.announcer.announce({ kind: 'step', step });
  };

  return {
    earlier,
    attempt: attemptOf(earlier),
    async record(name, act) {
      const seq = seqOf.get(name.orderId) ?? ++last;
      seqOf.set(name.orderId, seq);
      const begun: DeploymentStep = {
        detail: '',
        ...name,
        deploymentId,
        seq,
        state: 'running',
        startedAt: world.clock.now(),
        endedAt: null,
      };
      await write(begun);
      try {
        const { value, detail } = await act();
        await write({ ...begun, state: 'done', detail, endedAt: world.clock.now() });
        return value;
      } catch (error) {
        if (!signal?.aborted)
          await write({ ...begun, state: 'failed', detail: messageOf(error), endedAt: world.clock.now() });
        throw error;
      }
    },
  };
};
