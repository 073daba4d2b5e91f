import { ok } from '@restow/shared/base/result';
import type { InstanceRef } from '@restow/shared/domain/order';
import type { ContainerEngine, InspectedInstance } from '../engine/container-engine.ts';
import { type Failed, instanceMissing } from './executor.ts';

/** It has ended with success, and its service does not have it started again after that. Nothing is to be looked at any more. */
export const mayHaveFinished = ({ state, exitCode, autorestart }: InspectedInstance): boolean =>
  state === 'stopped' && exitCode === 0 && autorestart !== 'ALWAYS';

/** The same, and by itself: it has done its work. One that was asked to end may say 0 as well. */
export const hasFinished = async (
  engine: Pick<ContainerEngine, 'whyEnded'>,
  found: InspectedInstance,
): Promise<boolean> => mayHaveFinished(found) && (await engine.whyEnded(found.containerId)) === 'by-itself';

/** It ended by itself, and as its service has it, nothing starts it again after that. */
export const endedForGood = async (
  engine: Pick<ContainerEngine, 'whyEnded'>,
  found: InspectedInstance,
): Promise<boolean> => {
  const { state, exitCode, autorestart } = found;
  const stays = autorestart === 'OFF' || (autorestart === 'ON_FAILURE' && exitCode === 0);
  return state === 'stopped' && stays && (await engine.whyEnded(found.containerId)) === 'by-itself';
};

/**
 * What it means that the container of an instance that has served is not there: where its service has it removed when it
 * has ended, that is what happened, and how it ended was told before; else somebody took it away.
 */
export const removedOrMissing = (instance: InstanceRef): { ok: true; value: Record<never, never> } | Failed =>
  instance.autodestroy === 'OFF' ? instanceMissing(instance) : ok({});
