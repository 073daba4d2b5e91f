import type { DeploymentLogEntry, LogLineView } from '../domain/view.ts';
import type * as entry from './gen/restow/v1/DeploymentLogEntry.ts';
import type * as line from './gen/restow/v1/LogLine.ts';
import { noneIsZero, present, wordOf, zeroIsNone } from './wire.ts';
import { stepFromWire, stepToWire } from './wire-deployment.ts';

const streams: readonly LogLineView['stream'][] = ['stdout', 'stderr', 'gap', 'notice'];

export const logLineToWire = (value: LogLineView): line.LogLine => ({
  ...value,
  deploymentNumber: noneIsZero(value.deploymentNumber),
});

export const logLineFromWire = (message: line.LogLine__Output): LogLineView => ({
  slotName: message.slotName,
  nodeName: message.nodeName,
  instanceId: message.instanceId,
  deploymentNumber: zeroIsNone(message.deploymentNumber),
  seq: message.seq,
  time: message.time,
  stream: wordOf(streams, message.stream, 'stream of the line'),
  line: message.line,
  partial: message.partial,
});

export const deploymentLogEntryToWire = (value: DeploymentLogEntry): entry.DeploymentLogEntry =>
  value.kind === 'step' ? { step: stepToWire(value.step) } : { line: logLineToWire(value.line) };

export const deploymentLogEntryFromWire = (message: entry.DeploymentLogEntry__Output): DeploymentLogEntry =>
  message.step
    ? { kind: 'step', step: stepFromWire(message.step) }
    : { kind: 'line', line: logLineFromWire(present(message.line, 'step or line')) };
