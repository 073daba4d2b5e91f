import type { HealthCheck, HealthTiming } from '@restow/shared/domain/service';
import { Option } from 'commander';
import { parseDuration } from '../duration.ts';
import { type FieldFlags, longName } from '../field-flags.ts';
import { parseCommandCheck, parseHttpCheck, parseTcpCheck } from '../health.ts';
import { orNull } from '../kinds-of-field.ts';
import type { Parsed } from '../parsed.ts';
import { parseWholeNumber } from '../whole-number.ts';

export const healthGroup = 'When it is healthy:';
const group = healthGroup;

const checks: readonly (readonly [option: Option, parse: (text: string) => Parsed<HealthCheck>])[] = [
  [new Option('--health-tcp <port>', 'when this port accepts a connection'), parseTcpCheck],
  [new Option('--health-http <port/path>', 'when this answers 200 to 399, such as 80/healthz'), parseHttpCheck],
  [new Option('--health-cmd <line>', 'when this ends with 0, run by the shell in the container'), parseCommandCheck],
];
const imageOption = new Option('--health-image', "when the image's own HEALTHCHECK says so (default)");
const noneOption = new Option('--no-healthcheck', 'after running for --min-running, whatever the image says');

const healthCheck: FieldFlags<HealthCheck> = {
  group,
  options: [...checks.map(([option]) => option), imageOption, noneOption],
  read: (reader, old) => {
    const given = checks.flatMap(([option, parse]) => {
      const text = reader.text(option);
      return text === undefined ? [] : [{ option, outcome: parse(text) }];
    });
    if (reader.turned(imageOption))
      given.push({ option: imageOption, outcome: { ok: true, value: { kind: 'image' } } });
    // A switch that only turns off is on by itself.
    if (reader.turned(noneOption) === false)
      given.push({ option: noneOption, outcome: { ok: true, value: { kind: 'none' } } });
    const [first, ...more] = given;
    if (!first) return old;
    if (more.length > 0)
      reader.problem(
        first.option,
        `give one health check, not ${given.map(({ option }) => longName(option)).join(' and ')}`,
      );
    const [value = old] = reader.value(first.option, first.outcome);
    return value;
  },
};

/** Each an empty text takes back. */
const timings: { [Field in keyof HealthTiming]: readonly [Option, (text: string) => Parsed<number | null>] } = {
  intervalMs: [
    new Option('--health-interval <time>', 'between two checks (default 5s; for a command 2s)'),
    orNull(parseDuration),
  ],
  timeoutMs: [
    new Option('--health-timeout <time>', 'a check that takes longer has failed (default 2s; for a command 30s)'),
    orNull(parseDuration),
  ],
  retries: [
    new Option('--health-retries <n>', 'failures in a row that make it unhealthy (default 3)'),
    orNull((text) => parseWholeNumber(text, 1)),
  ],
  startPeriodMs: [
    new Option('--health-start-period <time>', 'failures do not count so long after the start (default 0s)'),
    orNull(parseDuration),
  ],
};

const healthTiming: FieldFlags<HealthTiming> = {
  group,
  options: Object.values(timings).map(([option]) => option),
  read: (reader, old) => {
    const read = (field: keyof HealthTiming): number | null => {
      const [option, parse] = timings[field];
      const text = reader.text(option);
      const [value = old[field]] = text === undefined ? [] : reader.value(option, parse(text));
      return value;
    };
    return {
      intervalMs: read('intervalMs'),
      timeoutMs: read('timeoutMs'),
      retries: read('retries'),
      startPeriodMs: read('startPeriodMs'),
    };
  },
};

export const health = { healthCheck, healthTiming };
