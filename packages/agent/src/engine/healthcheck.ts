import type { InstanceSpec } from '@restow/shared/domain/order';
import { timingOf } from '../health/checks.ts';

/**
 * The program that a container's HEALTHCHECK is, word by word; `null` where it has none. A line for a shell is given to
 * the image's own, as the engine does. Pure.
 */
export const healthcheckWords = (config: {
  Healthcheck?: { Test?: string[] };
  Shell?: string[] | null;
}): string[] | null => {
  const [kind, ...words] = config.Healthcheck?.Test ?? [];
  if (kind === 'CMD' && words.length > 0) return words;
  if (kind === 'CMD-SHELL' && words[0] !== undefined) return [...(config.Shell ?? ['/bin/sh', '-c']), words[0]];
  return null;
};

/** How long an engine lets a container's HEALTHCHECK take: 30 s where nobody says otherwise. Pure. */
export const healthcheckTimeoutMs = ({ Healthcheck }: { Healthcheck?: { Timeout?: number } }): number =>
  (Healthcheck?.Timeout ?? 0) / 1e6 || 30_000;

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
