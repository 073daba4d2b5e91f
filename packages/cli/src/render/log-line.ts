import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { LogLineView } from '@restow/shared/domain/view';
import type { Paint } from './paint.ts';
import { noWidths, stepText } from './step.ts';

export interface LogLook {
  timestamps: boolean;
  paint: Paint;
}

const stamp = (time: string, { timestamps, paint }: LogLook): string => (timestamps ? `${paint.dim(time)} ` : '');

/** `web-1 | the line`; a gap in the record as `web-1 ~ what is missing`. Pure. */
export const logLine = (line: Pick<LogLineView, 'slotName' | 'stream' | 'time' | 'line'>, look: LogLook): string =>
  line.stream === 'gap'
    ? `${stamp(line.time, look)}${look.paint.bad(`${line.slotName} ~ ${line.line}`)}\n`
    : `${stamp(line.time, look)}${look.paint.dim(`${line.slotName} |`)} ${line.line}\n`;

/** A step between the lines of a deployment's log. Pure. */
export const logStep = (step: DeploymentStep, look: LogLook): string => {
  const time = new Date(step.endedAt ?? step.startedAt).toISOString();
  const text = stepText(step, noWidths).replaceAll('\n', '\n  ');
  return `${stamp(time, look)}* ${step.state === 'failed' ? look.paint.bad(text) : text}\n`;
};
