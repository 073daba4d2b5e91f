import { constants } from 'node:os';
import type { WhyEnded } from './container-engine.ts';

/** What an engine remembers of a container's life: `start`, `kill` with the signal that was sent, `die`. */
export interface RememberedEvent {
  action: string;
  signal: number;
}

/**
 * Why a container's last run ended, from what the engine remembers, oldest first. It was asked to where somebody had the
 * engine send it a signal that ends containers (SIGTERM, SIGKILL or its own stop signal) in that run; an engine that
 * stops, or finds containers that outlived the one before it, does so too. Other signals, such as SIGHUP to read its
 * settings again, are no reason to end. `null`: no end is remembered. Pure.
 */
export const whyEnded = (events: readonly RememberedEvent[], stopSignal: string): WhyEnded | null => {
  const end = events.findLastIndex(({ action }) => action === 'die');
  if (end === -1 || events.slice(end).some(({ action }) => action === 'start')) return null;
  const begin = events.slice(0, end).findLastIndex(({ action }) => action === 'start');
  const ending = [constants.signals.SIGTERM, constants.signals.SIGKILL, numberOf(stopSignal)];
  const wasAsked = events
    .slice(begin + 1, end)
    .some(({ action, signal }) => action === 'kill' && ending.includes(signal));
  return wasAsked ? 'asked' : 'by-itself';
};

/** Real-time signals are counted from both ends. */
const realTimeEnds = { RTMIN: 34, RTMAX: 64 };

/** `SIGQUIT`, `quit`, `3`, `RTMIN+3`; `undefined` for none of them. */
const numberOf = (signal: string): number | undefined => {
  const name = signal.toUpperCase().replace(/^SIG/, '');
  if (/^\d+$/.test(name)) return Number(name);
  const [, end, step] = /^(RTMIN|RTMAX)([+-]\d+)?$/.exec(name) ?? [];
  if (end) return realTimeEnds[end as keyof typeof realTimeEnds] + Number(step ?? 0);
  return constants.signals[`SIG${name}` as keyof typeof constants.signals];
};
