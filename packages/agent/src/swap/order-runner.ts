import { messageOf } from '@restow/shared/base/errors';
import { Exclusive } from '@restow/shared/base/exclusive';
import type { Order, OrderProgress, Outcome } from '@restow/shared/domain/order';
import { slotOf } from '@restow/shared/domain/slot';
import { failed, type OrderContext, type SwapDeps } from './executor.ts';
import { runOrder } from './run-order.ts';

interface Run {
  outcome: Promise<Outcome>;
  listeners: Set<(progress: OrderProgress) => void>;
  stop: AbortController;
}

/** `take of web-1`, `survey`. */
const nameOf = (order: Order): string =>
  'instance' in order ? `${order.kind} of ${slotOf(order.instance)}` : order.kind;

/**
 * Runs the orders of a node.
 *
 * INVARIANTS
 * 1. Of one slot at most one order runs; the others wait, in the order in which they came, and so does what is done
 *    `between` them. Orders about no slot (resolve, survey, pull) run beside everything.
 * 2. An order id that waits or runs is one run: whoever asks again is given that run's outcome. One that has ended is
 *    carried out again, which by the orders' own promise changes nothing.
 * 3. `run` never rejects.
 * 4. A slot is passed on only when its order has really ended, not when it was called off: a container that is being
 *    stopped is being stopped, whoever has lost interest.
 * 5. An order that is called off while it waits never begins, and is answered at once.
 *
 * An executor that waited for another order of its own slot would wait for itself; executors ask for no orders.
 */
export class OrderRunner {
  readonly #deps: SwapDeps;
  readonly #runs = new Map<string, Run>();
  readonly #slots = new Map<string, { turn: Exclusive; orders: number }>();

  constructor(deps: SwapDeps) {
    this.#deps = deps;
  }

  /** Carries an order out, or joins the run of that id. `deadlineMs` counts from now, waiting included. */
  run(
    orderId: string,
    order: Order,
    deadlineMs: number,
    onProgress: (progress: OrderProgress) => void = () => {},
  ): Promise<Outcome> {
    const known = this.#runs.get(orderId);
    if (known) {
      known.listeners.add(onProgress);
      return known.outcome;
    }
    const stop = new AbortController();
    const listeners = new Set([onProgress]);
    const context = {
      signal: stop.signal,
      onProgress: (progress: OrderProgress) => {
        for (const listener of listeners) listener(progress);
      },
    };
    const ended = new AbortController();
    const outcome = this.#inTurn(order, context).finally(() => {
      this.#runs.delete(orderId);
      ended.abort();
    });
    this.#runs.set(orderId, { outcome, listeners, stop });
    this.#deps.clock.sleep(deadlineMs, ended.signal).then(
      () => stop.abort(new Error(`${nameOf(order)} was given up: it did not end within ${deadlineMs / 1000} s`)),
      () => undefined,
    );
    return outcome;
  }

  /** Calls an order off. Its outcome is `cancelled`, or what it came to if it was quicker; unknown ids are no matter. */
  cancel(orderId: string): void {
    this.#runs.get(orderId)?.stop.abort(new Error('The coordinator called the order off'));
  }

  /** Whether an order of that slot, or something between two, runs or waits. */
  isBusy(slotId: string): boolean {
    return this.#slots.has(slotId);
  }

  /** Does something to a slot between two of its orders, in its turn. It must not wait for an order of that slot. */
  between<Value>(slotId: string, act: () => Promise<Value>): Promise<Value> {
    const slot = this.#slots.get(slotId) ?? { turn: new Exclusive(), orders: 0 };
    this.#slots.set(slotId, slot);
    slot.orders++;
    return slot.turn.run(act).finally(() => {
      if (--slot.orders === 0) this.#slots.delete(slotId);
    });
  }

  /** Calls everything off and waits until it has ended. */
  async close(): Promise<void> {
    const runs = [...this.#runs.values()];
    for (const { stop } of runs) stop.abort(new Error('The agent is being stopped'));
    await Promise.all(runs.map(({ outcome }) => outcome));
  }

  async #inTurn(order: Order, context: OrderContext): Promise<Outcome> {
    if (!('instance' in order)) return runOrder(order, this.#deps, context);
    let hasBegun = false;
    const inTurn = this.between(order.instance.slotId, () => {
      hasBegun = true;
      return runOrder(order, this.#deps, context);
    });
    const calledOff = new Promise<Outcome>((resolve) => {
      context.signal.addEventListener('abort', () => {
        if (!hasBegun) resolve(failed('cancelled', messageOf(context.signal.reason)));
      });
    });
    return Promise.race([inTurn, calledOff]);
  }
}
