import type { DeploymentStep } from '@restow/shared/domain/deployment';
import type { DeploymentEvent } from '@restow/shared/domain/view';
import { expect, test } from 'vitest';
import { aDeployment, aPlan, aStep } from '../../../../test/lib/views.ts';
import { noColours } from './paint.ts';
import { noProgress, nowLine, type Progress, tellEvent } from './progress.ts';

const tell = (events: DeploymentEvent[], begun: Progress = noProgress): { lines: string[]; progress: Progress } =>
  events.reduce<{ lines: string[]; progress: Progress }>(
    ({ lines, progress }, event) => {
      const [next, more] = tellEvent(progress, event, noColours);
      return { lines: [...lines, ...more], progress: next };
    },
    { lines: [], progress: begun },
  );

const planned = { steps: [], endedAt: null };
const step = (seq: number, name: string, more = {}): DeploymentEvent => ({
  kind: 'step',
  step: aStep(seq, name, more),
});

const begin: DeploymentEvent[] = [
  { kind: 'accepted', deployment: aDeployment({ ...planned, state: 'planning', plan: null }) },
  { kind: 'state', deployment: aDeployment({ ...planned, state: 'preparing' }) },
  step(1, 'pull-image', { state: 'running', endedAt: null }),
];

test('a redeploy that succeeds: a line for each step that ended, and the outcome', () => {
  const { lines } = tell([
    ...begin,
    step(1, 'pull-image', { detail: 'pulled 3.1 MB' }),
    { kind: 'state', deployment: aDeployment({ ...planned, state: 'rolling' }) },
    step(2, 'take', { detail: 'started, healthy after 0.6 s' }),
    step(3, 'announce-endpoint', { detail: '10.7.0.1 lives on n1' }),
    { kind: 'state', deployment: aDeployment({ ...planned, state: 'watching' }) },
    { kind: 'ended', deployment: aDeployment() },
  ]);
  expect(lines.join('\n')).toBe(
    `web: deployment 7
web: preparing on n1, n2; nothing that runs is touched yet
web-1  n1  pull-image         pulled 3.1 MB
web: swapping 2 slots, stop-first
web-1  n1  take               started, healthy after 0.6 s
web-1  n1  announce-endpoint  10.7.0.1 lives on n1
web: all swapped, watching whether they stay healthy
web: deployment 7 succeeded after 12.3 s: 2 slots on revision 2, registry:5000/app:v2 (bb2200000000)`,
  );
});

test('one that succeeds and cut connections says how many', () => {
  const reason = '2 connections were cut: 2 of web-1.';
  const { lines } = tell([...begin, { kind: 'ended', deployment: aDeployment({ reason }) }]);
  expect(lines.slice(-2)).toEqual([
    'web: deployment 7 succeeded after 12.3 s: 2 slots on revision 2, registry:5000/app:v2 (bb2200000000)',
    `  ${reason}`,
  ]);
});

test('a redeploy that fails: the step that failed, then the last words of what failed with the outcome', () => {
  const reason = 'web-1 on n1, take: it ended with exit code 1\n  | boom\n  | bye';
  const { lines } = tell([
    { kind: 'accepted', deployment: aDeployment({ ...planned, state: 'rolling' }) },
    step(2, 'take', { state: 'failed', detail: reason }),
    { kind: 'state', deployment: aDeployment({ ...planned, state: 'undoing', reason }) },
    step(3, 'revive', { phase: 'undo', detail: 'answers again, healthy after 0.2 s' }),
    { kind: 'ended', deployment: aDeployment({ state: 'undone', reason: `Rolled back. ${reason}` }) },
  ]);
  expect(lines.join('\n')).toBe(
    `web: deployment 7
web: swapping 2 slots, stop-first
web-1  n1  take               failed: it ended with exit code 1
web: rolling back
web-1  n1  revive             answers again, healthy after 0.2 s
web: deployment 7 was rolled back after 12.3 s
  web-1 on n1, take: it ended with exit code 1
    | boom
    | bye`,
  );
});

test('a refusal is said once, at the end; the step only says that it failed', () => {
  const reason = 'Refused while preparing, nothing that runs was touched. web-1 on n1, pull-image: there is no app:v9';
  const { lines } = tell([
    { kind: 'accepted', deployment: aDeployment({ ...planned, state: 'preparing' }) },
    step(2, 'pull-image', { phase: 'prepare', state: 'failed', detail: 'web-1 on n1, pull-image: there is no app:v9' }),
    { kind: 'ended', deployment: aDeployment({ state: 'refused', reason, plan: null }) },
  ]);
  expect(lines.join('\n')).toBe(
    `web: deployment 7
web: preparing on n1, n2; nothing that runs is touched yet
web-1  n1  pull-image         failed
web: deployment 7 was refused after 12.3 s; nothing that runs was touched
  web-1 on n1, pull-image: there is no app:v9`,
  );
});

test('a way back that no step of this telling explains says why', () => {
  const undoing = aDeployment({ ...planned, state: 'undoing', reason: 'web-1 is not healthy any more\n  | boom' });
  expect(tell([{ kind: 'accepted', deployment: undoing }]).lines).toEqual([
    'web: deployment 7',
    'web: rolling back: web-1 is not healthy any more',
  ]);
});

test('a step that only repeats why another failed does not say it again', () => {
  const reason = 'web-1 on n1, take: it ended with exit code 1\n  | boom';
  const { lines } = tell([
    { kind: 'accepted', deployment: aDeployment({ ...planned, state: 'rolling' }) },
    step(2, 'take', { state: 'failed', detail: reason }),
    step(3, 'go-back', { phase: 'undo', detail: reason }),
  ]);
  expect(lines.slice(2)).toEqual([
    'web-1  n1  take               failed: it ended with exit code 1',
    'web-1  n1  go-back            done',
  ]);
});

test('from now on: what happened before is not told, what was missed while the connection was lost is', () => {
  const done = aStep(1, 'take', { detail: 'started' });
  const missed = aStep(2, 'put-aside', { detail: 'put aside' });
  const undoing = (steps: DeploymentStep[]): DeploymentEvent => ({
    kind: 'accepted',
    deployment: aDeployment({ ...planned, state: 'undoing', reason: 'boom', steps }),
  });
  const { lines } = tell(
    [undoing([done]), { kind: 'step', step: done }, undoing([done, missed]), { kind: 'step', step: missed }],
    { ...noProgress, fromNow: true },
  );
  expect(lines).toEqual(['web: deployment 7', 'web: rolling back: boom', 'web-1  n1  put-aside          put aside']);
});

test('one that is paused says what a person may do', () => {
  const paused = aDeployment({ state: 'paused', reason: 'web-2 on n2, take: boom', endedAt: null });
  expect(tell([{ kind: 'ended', deployment: paused }]).lines).toEqual([
    'web: deployment 7 is paused',
    '  web-2 on n2, take: boom',
    '  `restow deployment resume 7` goes on, `restow deployment rollback 7` goes back.',
  ]);
});

test('a redeploy that waits for another says so', () => {
  const queued = aDeployment({
    ...planned,
    number: 8,
    state: 'queued',
    plan: null,
    reason: 'Waits for deployment 7 of web.',
  });
  expect(tell([{ kind: 'accepted', deployment: queued }]).lines).toEqual([
    'web: deployment 8 is queued: Waits for deployment 7 of web.',
  ]);
});

test('a redeploy that is queued and waits for nothing is just accepted', () => {
  const queued = aDeployment({ ...planned, state: 'queued', plan: null });
  expect(tell([{ kind: 'accepted', deployment: queued }]).lines).toEqual(['web: deployment 7']);
});

test('a removal', () => {
  const removal = { kind: 'remove' as const, plan: null };
  const { lines } = tell([
    { kind: 'accepted', deployment: aDeployment({ ...planned, ...removal, state: 'rolling' }) },
    { kind: 'state', deployment: aDeployment({ ...planned, ...removal, state: 'watching' }) },
    { kind: 'ended', deployment: aDeployment(removal) },
  ]);
  expect(lines).toEqual([
    'web: deployment 7',
    'web: ending its containers',
    'web: deployment 7 succeeded after 12.3 s: web is gone',
  ]);
});

test('what was told is not told again after a reconnection', () => {
  const { progress } = tell([...begin, step(1, 'pull-image', { detail: 'pulled 3.1 MB' })]);
  const again = tell(
    [
      { kind: 'accepted', deployment: aDeployment({ ...planned, state: 'rolling' }) },
      step(1, 'pull-image', { detail: 'pulled 3.1 MB' }),
      step(2, 'drain', { detail: 'stopped after 0.6 s; kept' }),
    ],
    progress,
  );
  expect(again.lines).toEqual([
    'web: swapping 2 slots, stop-first',
    'web-1  n1  drain              stopped after 0.6 s; kept',
  ]);
});

test('what goes on now stands on one line, with the last news of it, until it has ended', () => {
  const news = (text: string, current: number | null, total: number | null): DeploymentEvent => ({
    kind: 'progress',
    slotName: 'web-1',
    nodeName: 'n1',
    step: 'pull-image',
    progress: { text, current, total },
  });
  const { progress } = tell([...begin, news('pulling', 12 * 2 ** 20, 40 * 2 ** 20)]);
  expect(nowLine(progress)).toBe('web-1 n1 pull-image pulling 12 MiB of 40 MiB');
  const both = tell(
    [step(2, 'pull-image', { slotName: 'web-2', nodeName: 'n2', state: 'running' })],
    progress,
  ).progress;
  expect(nowLine(both)).toBe('web-1 n1 pull-image pulling 12 MiB of 40 MiB | web-2 n2 pull-image');
  expect(nowLine(tell([step(1, 'pull-image')], progress).progress)).toBe('');
  expect(nowLine(tell([news('late', null, null)], tell([step(1, 'pull-image')], progress).progress).progress)).toBe('');
});

test('columns are as wide as the plan needs from the first line on', () => {
  const plan = aPlan();
  plan.swaps[1]!.slotName = 'web-1000';
  plan.swaps[1]!.placement.nodeName = 'frankfurt';
  const { lines } = tell([
    { kind: 'accepted', deployment: aDeployment({ ...planned, state: 'rolling', plan }) },
    step(1, 'drain', { detail: 'stopped' }),
  ]);
  expect(lines.at(-1)).toBe('web-1     n1         drain              stopped');
});
