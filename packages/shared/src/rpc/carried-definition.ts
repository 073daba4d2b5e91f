import { RestowError } from '../base/errors.ts';
import { checkDefinition } from '../domain/check-definition.ts';
import type { ServiceDefinition } from '../domain/service.ts';
import type * as wire from './gen/restow/v1/ServiceDefinition.ts';
import { definitionToWire } from './wire-definition.ts';

/** The least and the most a number may be to arrive as it was sent: of 32 bits, but for these. */
const limitsOf = (name: string): readonly [number, number] => {
  if (name === 'memoryBytes') return [0, Number.MAX_SAFE_INTEGER];
  if (name === 'memorySwapBytes') return [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  return [0, 2 ** 32 - 1];
};

const isCarried = (name: string, value: unknown): boolean => {
  if (typeof value === 'number') {
    const [least, most] = limitsOf(name);
    return Number.isInteger(value) && value >= least && value <= most;
  }
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([inner, each]) => isCarried(inner, each));
};

/**
 * A definition as it travels. Throws `invalid`, with all that is wrong, where a number would arrive as another one: that
 * of 1.5 slots would be 1, that of 4294967297 too, and the other side could not tell.
 */
export const carriedDefinition = (definition: ServiceDefinition): wire.ServiceDefinition => {
  if (!isCarried('', definition))
    throw new RestowError('invalid', 'The definition cannot be meant; nothing was asked for.', {
      problems: checkDefinition(definition),
    });
  return definitionToWire(definition);
};
