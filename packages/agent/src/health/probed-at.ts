import type { InspectedInstance } from '../engine/container-engine.ts';

/** Where this node reaches an instance, whether it has its slot's address yet or not; `null`: nowhere. */
export const probedAt = ({ net, nodeAddress }: Pick<InspectedInstance, 'net' | 'nodeAddress'>): string | null =>
  net === 'host' ? '127.0.0.1' : nodeAddress;
