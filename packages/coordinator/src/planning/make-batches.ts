import type { ChosenOrder } from '@restow/shared/domain/plan';
import type { ServiceDefinition } from '@restow/shared/domain/service';

/** Whether the first slot goes alone, and which slots are swapped at the same time. */
export interface Batches {
  gate: boolean;
  batches: number[][];
}

/**
 * The rollout's batches, slots by index. The gate (the lowest slot alone) is on by default where there are several
 * slots, and off for a first deployment. Sequential is one slot after the other, so a gate has nothing to add;
 * `recreate` ends all before any starts, and has none either. Pure.
 */
export const makeBatches = (
  indexes: readonly number[],
  chosen: ChosenOrder['chosen'],
  { sequential, update: policy }: Pick<ServiceDefinition, 'sequential' | 'update'>,
  replacesSomething: boolean,
): Batches => {
  const slots = [...indexes].sort((a, b) => a - b);
  if (slots.length === 0) return { gate: false, batches: [] };
  if (sequential) return { gate: false, batches: inChunks(slots, 1) };
  if (chosen === 'recreate') return { gate: false, batches: [slots] };
  const gate = slots.length > 1 && (policy.gate ?? replacesSomething);
  const first = gate ? [slots.slice(0, 1)] : [];
  const rest = gate ? slots.slice(1) : slots;
  return { gate, batches: [...first, ...inChunks(rest, policy.batch ?? rest.length)] };
};

const inChunks = (items: number[], size: number): number[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
