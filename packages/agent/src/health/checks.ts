import type { HealthCheck, HealthTiming } from '@restow/shared/domain/service';

/** A check that the node's agent makes, over the network. The others are the engine's, or nobody's. */
export type AgentsCheck = Extract<HealthCheck, { kind: 'tcp' | 'http' }>;

export const isAgentsCheck = (check: HealthCheck): check is AgentsCheck =>
  check.kind === 'tcp' || check.kind === 'http';

/** When a check is made, with nothing left open. Times in milliseconds. */
export interface Timing {
  intervalMs: number;
  timeoutMs: number;
  retries: number;
  startPeriodMs: number;
}

const overTheNetwork: Timing = { intervalMs: 5000, timeoutMs: 2000, retries: 3, startPeriodMs: 0 };

/** A program has to be started for it, and it may wait for others. */
const inTheContainer: Timing = { intervalMs: 2000, timeoutMs: 30_000, retries: 3, startPeriodMs: 0 };

/** The timing of a check of the service's own: as given, else our defaults. Pure. */
export const timingOf = (check: HealthCheck, given: HealthTiming): Timing => {
  const usual = check.kind === 'command' ? inTheContainer : overTheNetwork;
  return {
    intervalMs: given.intervalMs ?? usual.intervalMs,
    timeoutMs: given.timeoutMs ?? usual.timeoutMs,
    retries: given.retries ?? usual.retries,
    startPeriodMs: given.startPeriodMs ?? usual.startPeriodMs,
  };
};
