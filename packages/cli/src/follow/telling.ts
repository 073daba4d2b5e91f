import type { DeploymentEvent } from '@restow/shared/domain/view';
import type { Io, Out } from '../io.ts';
import { paintFor } from '../render/paint.ts';
import { noProgress, nowLine, type Progress, tellEvent } from '../render/progress.ts';

/** Tells a deployment as it happens. */
export interface Telling {
  event(event: DeploymentEvent): void;
  /** A line of the command's own, between the others. */
  say(line: string): void;
  /** Takes the line away that changes in place. */
  close(): void;
}

const clearLine = '\r\u001b[2K';

/**
 * On a terminal that can take a line back the last one shows what goes on at this moment; elsewhere only what has happened
 * is told; with `fromNow` only what happens after it begins.
 */
export const openTelling = (out: Out, env: Io['env'], fromNow = false): Telling => {
  const paint = paintFor(out, env);
  const canTakeBack = out.isTTY && env.TERM !== 'dumb';
  let progress: Progress = { ...noProgress, fromNow };
  let shown = '';
  const show = (line: string) => {
    if (!canTakeBack || line === shown) return;
    out.write(`${clearLine}${line}`);
    shown = line;
  };
  const say = (line: string) => {
    show('');
    out.write(`${line}\n`);
  };
  return {
    event: (event) => {
      const [next, lines] = tellEvent(progress, event, paint);
      progress = next;
      lines.forEach(say);
      show(nowLine(progress).slice(0, out.columns - 1));
    },
    say,
    close: () => show(''),
  };
};

/** For programs that read JSON, and for --detach: nothing is told on the way. */
export const silentTelling: Telling = { event: () => undefined, say: () => undefined, close: () => undefined };
