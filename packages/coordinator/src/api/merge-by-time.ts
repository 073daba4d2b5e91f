import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { DeploymentLogEntry, LogLineView } from '@restow/shared/domain/view';

/**
 * Steps and container output in one row of time. A step stands where it ended (where it began while it runs): what an
 * instance printed while it was being started comes before the step that waited for it. Lines keep their order. Pure.
 */
export const mergeByTime = (steps: DeploymentStep[], lines: LogLineView[]): DeploymentLogEntry[] => {
  const entries: DeploymentLogEntry[] = [];
  const ordered = [...steps].sort((a, b) => timeOf(a) - timeOf(b) || a.seq - b.seq);
  let next = 0;
  for (const line of lines) {
    const at = Date.parse(line.time);
    while (next < ordered.length && timeOf(ordered[next]!) < at) entries.push({ kind: 'step', step: ordered[next++]! });
    entries.push({ kind: 'line', line });
  }
  return [...entries, ...ordered.slice(next).map((step): DeploymentLogEntry => ({ kind: 'step', step }))];
};

const timeOf = (step: DeploymentStep): number => step.endedAt ?? step.startedAt;
