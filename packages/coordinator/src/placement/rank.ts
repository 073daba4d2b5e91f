import type { Strategy } from '@restow/shared/domain/service';
import { byName, type PlacementNode } from './cluster-view.ts';

/** A node with what strategies count on it. */
export interface Candidate {
  node: PlacementNode;
  /** Slots of this service placed here so far. */
  own: number;
  /** Those and all other containers. */
  total: number;
  /** Slots of this service that are here now and may stay: a tie goes where something would stay. */
  homes: number;
}

/** What each strategy counts, the weightiest first; fewer is better. */
const counts: Record<Strategy, readonly ((candidate: Candidate) => number)[]> = {
  EMPTIEST_NODE: [({ total }) => total],
  HIGH_AVAILABILITY: [({ own }) => own, ({ total }) => total],
  EVERY_NODE: [({ own }) => own],
};

/** Below zero where the strategy prefers `a`, zero where its counts cannot tell them apart. */
export const compareCounts =
  (strategy: Strategy) =>
  (a: Candidate, b: Candidate): number => {
    for (const count of counts[strategy]) {
      const difference = count(a) - count(b);
      if (difference !== 0) return difference;
    }
    return 0;
  };

/** The whole order: the strategy's counts, then where something would stay, then by name. Never zero for two nodes. */
export const compareCandidates = (strategy: Strategy) => {
  const compare = compareCounts(strategy);
  return (a: Candidate, b: Candidate): number =>
    compare(a, b) || Math.sign(b.homes) - Math.sign(a.homes) || byName(a.node, b.node);
};

/** The first thing the strategy counts: what a verdict shows as score. */
export const scoreOf = (strategy: Strategy, candidate: Candidate): number => counts[strategy][0]!(candidate);

/** Why the strategy prefers the candidate, with its figures. `others` are those that fit as well. */
export const preferenceInWords = (
  strategy: Strategy,
  serviceName: string,
  chosen: Candidate,
  others: Candidate[],
): string => {
  if (strategy === 'EVERY_NODE') return 'one on every node that fits';
  if (strategy === 'EMPTIEST_NODE') return `fewest containers (${chosen.total})`;
  const words = `fewest containers of ${serviceName} (${chosen.own})`;
  return others.some(({ own }) => own === chosen.own) ? `${words}, then fewest containers (${chosen.total})` : words;
};
