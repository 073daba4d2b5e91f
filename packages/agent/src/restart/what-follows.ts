import type { InspectedInstance, WhyEnded } from '../engine/container-engine.ts';

/** What follows the end of an instance. */
export type Following = 'restart' | 'destroy' | 'nothing';

type Ended = Pick<
  InspectedInstance,
  'state' | 'serving' | 'retired' | 'exitCode' | 'startedAt' | 'autorestart' | 'autodestroy'
>;

/** Whether anything may follow, before the engine is asked why it ended. */
export const mayFollow = ({ state, serving, retired, startedAt, autorestart }: Ended): boolean =>
  state === 'stopped' && serving && !retired && startedAt !== null && autorestart !== 'ALWAYS';

/**
 * What follows the end of an instance, autodestroy after autorestart. ALWAYS is the engine's own business, which is there
 * when no agent is. Nothing follows for one that does not serve, nor where somebody asked it to end: a person, or the
 * engine as it stopped. Where nobody knows why it ended (`null`), that is how it was too, most likely: the engine was
 * started anew since. Pure.
 */
export const whatFollows = (ended: Ended, why: WhyEnded | null): Following => {
  const { autorestart, autodestroy, exitCode } = ended;
  if (!mayFollow(ended) || why !== 'by-itself') return 'nothing';
  if (autorestart === 'ON_FAILURE' && exitCode !== 0) return 'restart';
  return autodestroy === 'ALWAYS' || (autodestroy === 'ON_SUCCESS' && exitCode === 0) ? 'destroy' : 'nothing';
};
