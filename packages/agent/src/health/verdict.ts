import type { Timing } from './checks.ts';

/** What is thought of an instance, and how many looks in a row it has failed since it was healthy last. */
export interface Standing {
  health: 'starting' | 'healthy' | 'unhealthy';
  failures: number;
}

export const starting: Standing = { health: 'starting', failures: 0 };
export const healthy: Standing = { health: 'healthy', failures: 0 };

/**
 * What is thought of an instance after one more look. One look that it passes makes it healthy. One that was healthy is
 * unhealthy after so many failures in a row; one that never was since its start has as much time for that as these
 * failures would take, after its start period, however often it is looked at meanwhile. Pure.
 */
export const judge = (before: Standing, passed: boolean, sinceStartMs: number, timing: Timing): Standing => {
  if (passed) return healthy;
  const { intervalMs, retries, startPeriodMs } = timing;
  if (before.health === 'starting')
    return sinceStartMs >= startPeriodMs + intervalMs * retries ? { health: 'unhealthy', failures: retries } : before;
  if (sinceStartMs < startPeriodMs) return before;
  const failures = before.failures + 1;
  return { health: failures >= retries ? 'unhealthy' : before.health, failures };
};
