import type { InstanceSpec } from '@restow/shared/domain/order';
import { timingOf } from '../health/checks.ts';

/** The engine counts nanoseconds. */
const nanoseconds = (ms: number): number => ms * 1e6;

/**
 * The check the engine makes in the container. Of the image's own only what the service says otherwise: an empty `Test`
 * inherits. Where the node's agent asks over the network, or nobody is to ask, there is none: two judges would contradict
 * each other.
 */
export const engineHealthcheck = ({
  healthCheck,
  healthTiming,
}: Pick<InstanceSpec, 'healthCheck' | 'healthTiming'>) => {
  if (healthCheck.kind === 'image') {
    const given = Object.values(healthTiming).some((value) => value !== null);
    if (!given) return undefined;
    const { intervalMs, timeoutMs, retries, startPeriodMs } = healthTiming;
    return {
      Test: [],
      ...(intervalMs === null ? {} : { Interval: nanoseconds(intervalMs) }),
      ...(timeoutMs === null ? {} : { Timeout: nanoseconds(timeoutMs) }),
      ...(retries === null ? {} : { Retries: retries }),
      ...(startPeriodMs === null ? {} : { StartPeriod: nanoseconds(startPeriodMs) }),
    };
  }
  if (healthCheck.kind !== 'command') return { Test: ['NONE'] };
  const timing = timingOf(healthCheck, healthTiming);
  return {
    Test: ['CMD', ...healthCheck.command],
    Interval: nanoseconds(timing.intervalMs),
    Timeout: nanoseconds(timing.timeoutMs),
    Retries: timing.retries,
    StartPeriod: nanoseconds(timing.startPeriodMs),
  };
};
