import type { OrderKind } from './order.ts';

export type SwapPhase = 'prepare' | 'handover' | 'retire';

/** What a row does: an order, or what the coordinator does by itself. */
export type SwapAct = OrderKind | 'announce-endpoint' | 'announce-name';

/** One row of a swap: which order, to the node of which instance, and its way back. */
export interface SwapStep {
  phase: SwapPhase;
  order: SwapAct;
  /** `old`: the node that runs the old instance; `new`: the node that will run the new one; `all`: every node. */
  on: 'old' | 'new' | 'all';
  /** What undoes it, run bottom to top when a later row fails; `null`: nothing to undo. */
  undo: { order: SwapAct; on: 'old' | 'new' | 'all' } | null;
  /**
   * There is no way back any more, and none is needed: where its node is lost meanwhile the swap goes on without it, and
   * that node finds out when it is back.
   */
  onwards?: true;
}

const prepareSteps: readonly SwapStep[] = [
  { phase: 'prepare', order: 'pull-image', on: 'new', undo: null },
  { phase: 'prepare', order: 'prepare', on: 'new', undo: { order: 'put-aside', on: 'new' } },
];

const retireSteps: readonly SwapStep[] = [{ phase: 'retire', order: 'retire', on: 'old', undo: null }];

/**
 * Stop-first: all that can be refused is refused while the old one runs; then the old one stops and is kept, its
 * address moves, the new one starts. A failure puts the new one aside and starts the old one again. Read top to bottom
 * on the way in and bottom to top on the way out. A slot without an old instance skips the rows on `old`.
 */
export const stopFirstSteps: readonly SwapStep[] = [
  ...prepareSteps,
  { phase: 'handover', order: 'drain', on: 'old', undo: { order: 'revive', on: 'old' } },
  { phase: 'handover', order: 'announce-endpoint', on: 'all', undo: { order: 'announce-endpoint', on: 'all' } },
  { phase: 'handover', order: 'take', on: 'new', undo: { order: 'put-aside', on: 'new' } },
  { phase: 'handover', order: 'flip', on: 'new', undo: null },
  { phase: 'handover', order: 'settle', on: 'new', undo: null },
  { phase: 'handover', order: 'announce-name', on: 'all', undo: null },
  ...retireSteps,
];

/**
 * Start-first on one node, the native handover: the old one is undocked onto a temporary end and serves on, the new one
 * is made with the address and becomes healthy, new connections go to it in one transaction, and the old one finishes
 * what it holds.
 */
export const handoverSteps: readonly SwapStep[] = [
  ...prepareSteps,
  { phase: 'handover', order: 'open', on: 'old', undo: { order: 'revive', on: 'old' } },
  { phase: 'handover', order: 'take', on: 'new', undo: { order: 'put-aside', on: 'new' } },
  { phase: 'handover', order: 'announce-endpoint', on: 'all', undo: { order: 'announce-endpoint', on: 'all' } },
  { phase: 'handover', order: 'flip', on: 'new', undo: { order: 'open', on: 'old' } },
  { phase: 'handover', order: 'settle', on: 'new', undo: null },
  { phase: 'handover', order: 'drain', on: 'old', undo: null },
  { phase: 'handover', order: 'close', on: 'old', undo: null },
  ...retireSteps,
];

/**
 * Start-first from one node to another: the same, and the old one's node relays what is the new one's until the old one
 * is drained. Only these two have to agree; the others learn where the address lives in any order, after the new node.
 */
export const moveSteps: readonly SwapStep[] = [
  ...prepareSteps,
  { phase: 'handover', order: 'open', on: 'old', undo: { order: 'revive', on: 'old' } },
  { phase: 'handover', order: 'take', on: 'new', undo: { order: 'put-aside', on: 'new' } },
  { phase: 'handover', order: 'flip', on: 'new', undo: null },
  { phase: 'handover', order: 'flip', on: 'old', undo: { order: 'open', on: 'old' } },
  { phase: 'handover', order: 'drain', on: 'old', undo: null, onwards: true },
  { phase: 'handover', order: 'settle', on: 'new', undo: null },
  { phase: 'handover', order: 'announce-endpoint', on: 'all', undo: { order: 'announce-endpoint', on: 'all' } },
  { phase: 'handover', order: 'close', on: 'old', undo: null, onwards: true },
  { phase: 'handover', order: 'close', on: 'new', undo: null },
  ...retireSteps,
];
