import { defaultHealthTiming } from '@restow/shared/domain/service';
import { expect, test } from 'vitest';
import { engineHealthcheck, healthcheckTimeoutMs } from './healthcheck.ts';

const timing = { ...defaultHealthTiming, intervalMs: 500, retries: 7 };

test("of the image's own check the engine is told nothing, or just what is said otherwise", () => {
  expect(engineHealthcheck({ healthCheck: { kind: 'image' }, healthTiming: defaultHealthTiming })).toBeUndefined();
  expect(engineHealthcheck({ healthCheck: { kind: 'image' }, healthTiming: timing })).toEqual({
    Test: [],
    Interval: 500_000_000,
    Retries: 7,
  });
});

test('a command is run by the engine, as often as is said, else by our defaults', () => {
  const healthCheck = { kind: 'command' as const, command: ['pg_isready', '-q'] };
  expect(engineHealthcheck({ healthCheck, healthTiming: timing })).toEqual({
    Test: ['CMD', 'pg_isready', '-q'],
    Interval: 500_000_000,
    Timeout: 30_000_000_000,
    Retries: 7,
    StartPeriod: 0,
  });
});

test.each([{ kind: 'none' as const }, { kind: 'tcp' as const, port: 80 }])(
  'with %j the engine makes no check',
  (check) => expect(engineHealthcheck({ healthCheck: check, healthTiming: timing })).toEqual({ Test: ['NONE'] }),
);

test.each([
  [{ Healthcheck: { Timeout: 1_500_000_000 } }, 1500],
  [{ Healthcheck: { Timeout: 0 } }, 30_000],
  [{ Healthcheck: {} }, 30_000],
  [{}, 30_000],
])('of %j a run may take %i ms', (config, timeoutMs) => expect(healthcheckTimeoutMs(config)).toBe(timeoutMs));
