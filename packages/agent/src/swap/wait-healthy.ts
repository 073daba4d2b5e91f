import type { InstanceRef } from '@restow/shared/domain/order';
import { slotOf } from '@restow/shared/domain/slot';
import type { InspectedInstance } from '../engine/container-engine.ts';
import { EngineError } from '../engine/engine-error.ts';
import { isAgentsCheck, timingOf } from '../health/checks.ts';
import type { Probed } from '../health/health-probe.ts';
import { probedAt } from '../health/probed-at.ts';
import { type Failed, failed, type SwapDeps } from './executor.ts';
import { hasFinished } from './has-finished.ts';
import { exited, failureLines, lastWords } from './last-words.ts';

/** Time between two looks of a service's own check. Milliseconds: what it may add to a swap. */
const betweenLooksMs = 100;

/** A look that starts a program in the container is made less and less often, at last as seldom as this. Milliseconds. */
const slowestLooksMs = 2000;

type Deps = Pick<SwapDeps, 'engine' | 'clock' | 'probe' | 'health'>;
type Wanted = Pick<InstanceRef, 'instanceId' | 'healthCheck' | 'healthTiming' | 'minRunningMs' | 'healthDeadlineMs'>;

/** One way to tell health: a look, and something to wait for before the next one. */
interface Check {
  look(): Promise<Probed>;
  next(): Promise<unknown>;
}

const runsLongEnough = (
  { engine, clock }: Deps,
  { instanceId, minRunningMs }: Wanted,
  startedAt: number,
  signal: AbortSignal,
): Check => {
  const left = () => startedAt + minRunningMs - clock.now();
  return {
    look: async () =>
      left() <= 0 && (await engine.find(instanceId))?.state === 'running'
        ? { ok: true }
        : { ok: false, because: `it has to run for ${minRunningMs} ms` },
    next: () => clock.sleep(Math.max(0, left()), signal),
  };
};

/**
 * The engine makes a HEALTHCHECK for the first time one interval after the start, 30 s where nobody says otherwise; so
 * it is made from here, too, as long as somebody waits. What passes here counts as long as the engine has no verdict: once
 * it has called the instance unhealthy, whoever looks would be told so until it has looked again itself.
 */
const passesHealthcheck = (
  { engine, clock }: Deps,
  { instanceId }: Wanted,
  { containerId }: InspectedInstance,
  signal: AbortSignal,
): Check => {
  // Asked for before the first look, so that a verdict in between is not missed.
  const changes = engine.changes(signal)[Symbol.asyncIterator]();
  const untilVerdict = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await changes.next();
      signal.throwIfAborted();
      if (done)
        throw new EngineError('engine-unavailable', 'The engine stopped reporting events: see whether it still runs.');
      if (value.instanceId === instanceId && value.action === 'health_status') return;
    }
  };
  // One waits for the next event, however often it is asked for: another one would take its event from it.
  let waiting: Promise<void> | null = null;
  const verdict = (): Promise<void> => {
    waiting ??= untilVerdict().finally(() => {
      waiting = null;
    });
    // Whoever waits no more is not told how it ended.
    waiting.catch(() => undefined);
    return waiting;
  };
  let passed = false;
  let lastOutput: string | null = null;
  let pauseMs = 0;
  const makeOnce = async (): Promise<void> => {
    if (pauseMs > 0) await clock.sleep(pauseMs, signal);
    pauseMs = Math.min(Math.max(betweenLooksMs, 1.5 * pauseMs), slowestLooksMs);
    const made = await engine.runHealthcheck(containerId, signal);
    passed = made?.passed ?? false;
    lastOutput = made?.output || lastOutput;
  };
  // One at a time: a verdict does not wait for it, and the next look goes on with it.
  let own: Promise<void> | null = null;
  return {
    look: async () => {
      const found = await engine.find(instanceId);
      if (found?.health === 'healthy' || (passed && found?.health !== 'unhealthy')) return { ok: true };
      const output = found?.healthOutput ?? lastOutput;
      return {
        ok: false,
        because: `its HEALTHCHECK says ${found?.health ?? 'nothing'}${output ? `: ${output}` : ''}`,
      };
    },
    next: () => {
      if (passed) return verdict();
      own ??= makeOnce().finally(() => {
        own = null;
      });
      own.catch(() => undefined);
      return Promise.race([own, verdict()]);
    },
  };
};

const answers = ({ clock }: Deps, probe: () => Promise<Probed>, signal: AbortSignal): Check => ({
  look: probe,
  next: () => clock.sleep(betweenLooksMs, signal),
});

const checkOf = (
  deps: Deps,
  wanted: Wanted,
  found: InspectedInstance & { startedAt: number },
  signal: AbortSignal,
): Check => {
  const { healthCheck, healthTiming } = wanted;
  if (!isAgentsCheck(healthCheck))
    return found.hasHealthcheck
      ? passesHealthcheck(deps, wanted, found, signal)
      : runsLongEnough(deps, wanted, found.startedAt, signal);
  const address = probedAt(found);
  if (address === null)
    throw new Error(`${found.containerName} has no fixed address on the node network, so it cannot be asked.`);
  // No look outlasts the deadline: the first one is waited for whatever the clock says.
  const timeoutMs = Math.min(timingOf(healthCheck, healthTiming).timeoutMs, wanted.healthDeadlineMs);
  return answers(deps, () => deps.probe.look(healthCheck, address, timeoutMs, signal), signal);
};

/**
 * Waits until a running instance is healthy: its image's HEALTHCHECK says so, its port accepts, its path answers, or,
 * with no check at all, it has run long enough. Fails at once when it ends, and at its deadline, counted from its
 * start: both with its last lines. One that an earlier order started is judged by that start, but is looked at in any
 * case: what is healthy by now has not failed. A check that we make goes on being made from here on. One that has done
 * its work (has-finished.ts) is as good as healthy.
 */
export const waitHealthy = async (
  deps: Deps,
  wanted: Wanted,
  found: InspectedInstance,
  signal: AbortSignal,
): Promise<{ ok: true } | Failed> => {
  const waited = await untilHealthy(deps, wanted, found, signal);
  if (!waited.ok) return waited;
  if (!waited.finished) deps.health.passed(found);
  return { ok: true };
};

const untilHealthy = async (
  deps: Deps,
  wanted: Wanted,
  found: InspectedInstance,
  signal: AbortSignal,
): Promise<{ ok: true; finished: boolean } | Failed> => {
  const { engine, clock } = deps;
  const { startedAt, containerId } = found;
  const judgeEnd = async (ended: InspectedInstance) =>
    (await hasFinished(engine, ended)) ? ({ ok: true, finished: true } as const) : exited(engine, ended, signal);
  if (found.state !== 'running' || startedAt === null) return judgeEnd(found);
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    const check = checkOf(deps, wanted, { ...found, startedAt }, either);
    let looked = await check.look();
    if (looked.ok) return { ok: true, finished: false };
    const lookOn = async (): Promise<'healthy'> => {
      while (!looked.ok) {
        await check.next();
        looked = await check.look();
        either.throwIfAborted();
      }
      return 'healthy';
    };
    const leftMs = Math.max(0, startedAt + wanted.healthDeadlineMs - clock.now());
    const verdict = await Promise.race([
      engine.whenEnded(containerId, either).then(() => 'ended' as const),
      lookOn(),
      clock.sleep(leftMs, either).then(() => 'late' as const),
    ]);
    if (verdict === 'healthy') return { ok: true, finished: false };
    if (verdict === 'ended') return await judgeEnd((await engine.find(wanted.instanceId)) ?? found);
    return failed(
      'unhealthy',
      `${slotOf(found)} (${found.containerName}) was not healthy ${wanted.healthDeadlineMs} ms after its start: ${looked.because}.`,
      { logTail: await lastWords(engine, containerId, failureLines, signal) },
    );
  } finally {
    over.abort();
  }
};
