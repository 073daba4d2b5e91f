import { describe, expect, test } from 'vitest';
import { isRestowError } from '../base/errors.ts';
import {
  defaultDefinition,
  defaultHealthTiming,
  defaultUpdatePolicy,
  type ServiceDefinition,
} from '../domain/service.ts';
import { carriedDefinition } from './carried-definition.ts';
import { definitionToWire } from './wire-definition.ts';

const a = (changes: Partial<ServiceDefinition> = {}): ServiceDefinition => ({
  ...defaultDefinition('app:v1'),
  ...changes,
});
const tcp = { protocol: 'tcp' as const, published: true };

/** Each number of a definition; one that is missing here is told of by the test below. */
const numbers: Record<string, (number: number) => Partial<ServiceDefinition>> = {
  count: (count) => ({ count }),
  'ports[0].containerPort': (containerPort) => ({ ports: [{ ...tcp, containerPort, hostPort: null }] }),
  'ports[0].hostPort': (hostPort) => ({ ports: [{ ...tcp, containerPort: 80, hostPort }] }),
  memoryBytes: (memoryBytes) => ({ memoryBytes }),
  'healthCheck.port': (port) => ({ healthCheck: { kind: 'tcp', port } }),
  'healthTiming.intervalMs': (intervalMs) => ({ healthTiming: { ...defaultHealthTiming, intervalMs } }),
  'healthTiming.timeoutMs': (timeoutMs) => ({ healthTiming: { ...defaultHealthTiming, timeoutMs } }),
  'healthTiming.retries': (retries) => ({ healthTiming: { ...defaultHealthTiming, retries } }),
  'healthTiming.startPeriodMs': (startPeriodMs) => ({ healthTiming: { ...defaultHealthTiming, startPeriodMs } }),
  stopGraceMs: (stopGraceMs) => ({ stopGraceMs }),
  memorySwapBytes: (memorySwapBytes) => ({ memoryBytes: 2 ** 26, memorySwapBytes }),
  cpuShares: (cpuShares) => ({ cpuShares }),
  'update.batch': (batch) => ({ update: { ...defaultUpdatePolicy, batch } }),
  'update.minRunningMs': (minRunningMs) => ({ update: { ...defaultUpdatePolicy, minRunningMs } }),
  'update.healthDeadlineMs': (healthDeadlineMs) => ({ update: { ...defaultUpdatePolicy, healthDeadlineMs } }),
  'update.watchMs': (watchMs) => ({ update: { ...defaultUpdatePolicy, watchMs } }),
};

const problemsOf = (changes: Partial<ServiceDefinition>): string[] => {
  try {
    carriedDefinition(a(changes));
  } catch (error) {
    if (isRestowError(error, 'invalid')) return error.problems.map(({ field }) => field);
    throw error;
  }
  throw new Error('it was let through');
};

describe('a number that would arrive as another one is refused by its field', () => {
  describe.each(Object.entries(numbers))('%s', (field, change) => {
    const wide = field.startsWith('memory');
    test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, wide ? 2 ** 60 : 2 ** 32 + 1, ...(wide ? [] : [-1])])(
      '%d',
      (number) => expect(problemsOf(change(number))).toContain(field),
    );
  });
});

test('with all else that is wrong', () =>
  expect(problemsOf({ image: 'A', count: 1.5, tags: ['a b'], stopGraceMs: -1 })).toEqual([
    'image',
    'count',
    'tags[0]',
    'stopGraceMs',
  ]));

test('what arrives as it was sent is left to the other side, meant or not', () => {
  for (const changes of [
    {},
    { count: 0 },
    { count: 100_000 },
    { memoryBytes: 1 },
    { memorySwapBytes: -1 },
    { image: '' },
  ])
    expect(carriedDefinition(a(changes))).toEqual(definitionToWire(a(changes)));
});
