import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { OrderKind } from '@restow/shared/domain/order';

/**
 * For the lab alone: a file named here has a number in it, so many steps of handovers this agent may still take. Where
 * the variable is not set, nothing in this file does anything.
 */
export const faultVariable = 'RESTOW_FAULT_FILE';

/** Orders that a handover is made of. */
const ofHandovers: ReadonlySet<OrderKind> = new Set(['open', 'take', 'flip', 'drain', 'settle', 'close']);

const file = process.env[faultVariable];
/** An order, and the steps it has taken: one taken again, as by whoever waits for something, is no new one. */
const underWay = new AsyncLocalStorage<{ order: OrderKind; taken: Set<string> }>();

/** What the agent asks the kernel or the engine meanwhile are steps of that order. */
export const stepsOf = <Value>(order: OrderKind, act: () => Promise<Value>): Promise<Value> =>
  file === undefined || !ofHandovers.has(order) ? act() : underWay.run({ order, taken: new Set() }, act);

/**
 * A step of an order is about to be taken: with none left the agent is gone at once, as by `kill -9`, and the file says
 * before which. Outside of a handover's orders, and without the file, it does nothing.
 */
export const faultPoint = (step: () => string): void => {
  const running = underWay.getStore();
  if (file === undefined || running === undefined) return;
  const words = step();
  if (running.taken.has(words)) return;
  running.taken.add(words);
  const left = numberIn(file);
  if (left === null) return;
  if (left > 0) {
    writeFileSync(file, String(left - 1));
    return;
  }
  rmSync(file);
  writeFileSync(`${file}.killed`, `${running.order}: ${words}`);
  process.kill(process.pid, 'SIGKILL');
};

/** `null`: the file is not there, or says nothing. */
const numberIn = (path: string): number | null => {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? null : Number(text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};
