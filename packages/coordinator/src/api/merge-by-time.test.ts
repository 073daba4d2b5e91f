import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { LogLineView } from '@restow/shared/domain/view';
import { expect, test } from 'vitest';
import { mergeByTime } from './merge-by-time.ts';

const step = (seq: number, startedAt: number, endedAt: number | null): DeploymentStep => ({
  deploymentId: 'd',
  seq,
  orderId: `o${seq}`,
  slotName: 'web-1',
  nodeName: 'n1',
  phase: 'handover',
  name: `step${seq}`,
  state: endedAt === null ? 'running' : 'done',
  detail: '',
  startedAt,
  endedAt,
});

const line = (seq: number, at: number): LogLineView => ({
  slotName: 'web-1',
  nodeName: 'n1',
  instanceId: 'i',
  deploymentNumber: 1,
  seq,
  time: new Date(at).toISOString(),
  stream: 'stdout',
  line: `line${seq}`,
  partial: false,
});

const names = (entries: ReturnType<typeof mergeByTime>) =>
  entries.map((entry) => (entry.kind === 'step' ? entry.step.name : entry.line.line));

test('a step stands where it ended, so what was printed meanwhile comes before it', () => {
  expect(names(mergeByTime([step(1, 0, 10), step(2, 10, 50)], [line(1, 20), line(2, 60)]))).toEqual([
    'step1',
    'line1',
    'step2',
    'line2',
  ]);
});

test('a step that runs stands where it began', () => {
  expect(names(mergeByTime([step(1, 30, null)], [line(1, 20), line(2, 40)]))).toEqual(['line1', 'step1', 'line2']);
});

test('lines keep the order they came in, whatever their stamps', () => {
  expect(names(mergeByTime([], [line(1, 50), line(2, 40)]))).toEqual(['line1', 'line2']);
});
