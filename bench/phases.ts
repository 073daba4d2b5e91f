import type { DeploymentView } from '@restow/shared/domain/view';
import { figuresOf, table } from './figures.ts';

/**
 * Each kind of step of several deployments of one shape: when the first of them began and the last one ended, since the
 * request, and how long a single one took. Pure.
 */
export const tellPhases = (deployments: readonly DeploymentView[]): string => {
  const names = [...new Set(deployments.flatMap(({ steps }) => steps.map(({ name }) => name)))];
  const rows = names.map((name) => {
    const each = deployments.map(({ requestedAt, steps }) => {
      const its = steps.filter((step) => step.name === name && step.endedAt !== null);
      return {
        from: Math.min(...its.map(({ startedAt }) => startedAt)) - requestedAt,
        to: Math.max(...its.map(({ endedAt }) => endedAt ?? 0)) - requestedAt,
        single: its.map(({ startedAt, endedAt }) => (endedAt ?? 0) - startedAt),
      };
    });
    const single = figuresOf(each.flatMap(({ single }) => single));
    const from = figuresOf(each.map((one) => one.from)).median;
    const to = figuresOf(each.map((one) => one.to)).median;
    return { name, from, to, single };
  });
  return table([
    ['step', 'first begins', 'last ends', 'one takes', 'at most'],
    ...rows
      .sort((a, b) => a.from - b.from)
      .map(({ name, from, to, single }) => [
        name,
        from.toFixed(0),
        to.toFixed(0),
        single.median.toFixed(0),
        single.max.toFixed(0),
      ]),
  ]);
};
