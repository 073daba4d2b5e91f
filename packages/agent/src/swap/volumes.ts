import { ok } from '@restow/shared/base/result';
import type { Executor } from './executor.ts';

export const measureVolumes: Executor<'measure-volumes'> = async ({ names }, { engine }, { signal }) =>
  ok({ volumes: await engine.measureVolumes(names, signal) });

/** The one order that destroys data: the coordinator gives it when a person has typed the volume's name. */
export const purgeVolume: Executor<'purge-volume'> = async ({ name }, { engine }) =>
  ok({ removed: await engine.removeVolume(name) });
