import type { OrderKind } from './order.ts';

export type SwapPhase = 'prepare' | 'handover' | 'retire';

/** One row of a swap: which order, to the node of which instance, and its way back. */
export interface SwapStep {
  phase: SwapPhase;
  order: OrderKind | 'announce-endpoint';
  /** `old`: the node that runs the old instance; `new`: the node that will run the new one; `all`: every node. */
  on: 'old' | 'new' | 'all';
  /** What undoes it, run bottom to top when a later row fails; `null`: nothing to undo. */
  undo: { order: OrderKind | 'announce-endpoint'; on: 'old' | 'new' | 'all' } | null;
}

/**
 * Stop-first: all that can be refused is refused while the old one runs; then the old one stops and is kept, its
 * address moves, the new one starts. A failure puts the new one aside and starts the old one again. Read top to bottom
 * on the way in and bottom to top on the way out. A slot without an old instance skips the rows on `old`.
 */
export const stopFirstSteps: readonly SwapStep[] = [
  { phase: 'prepare', order: 'pull-image', on: 'new', undo: null },
  { phase: 'prepare', order: 'prepare', on: 'new', undo: { order: 'put-aside', on: 'new' } },
  { phase: 'handover', order: 'drain', on: 'old', undo: { order: 'revive', on: 'old' } },
  { phase: 'handover', order: 'announce-endpoint', on: 'all', undo: { order: 'announce-endpoint', on: 'all' } },
  { phase: 'handover', order: 'take', on: 'new', undo: { order: 'put-aside', on: 'new' } },
  { phase: 'handover', order: 'flip', on: 'new', undo: null },
  { phase: 'handover', order: 'settle', on: 'new', undo: null },
  { phase: 'retire', order: 'retire', on: 'old', undo: null },
];

/**
 * Start-first: the new one becomes healthy beside the old one, on the node network; then the old one lets go of the
 * address, which moves, and the new one takes it with the ports. Undone bottom to top: the new one lets go first, since
 * an address has one holder. For a slot that has an old instance; one that has none takes the rows above.
 */
export const startFirstSteps: readonly SwapStep[] = [
  { phase: 'prepare', order: 'pull-image', on: 'new', undo: null },
  { phase: 'prepare', order: 'prepare', on: 'new', undo: { order: 'put-aside', on: 'new' } },
  { phase: 'handover', order: 'take', on: 'new', undo: { order: 'put-aside', on: 'new' } },
  { phase: 'handover', order: 'open', on: 'old', undo: { order: 'revive', on: 'old' } },
  { phase: 'handover', order: 'announce-endpoint', on: 'all', undo: { order: 'announce-endpoint', on: 'all' } },
  { phase: 'handover', order: 'flip', on: 'new', undo: { order: 'put-aside', on: 'new' } },
  { phase: 'handover', order: 'settle', on: 'new', undo: null },
  { phase: 'handover', order: 'drain', on: 'old', undo: null },
  { phase: 'retire', order: 'retire', on: 'old', undo: null },
];
