import { type Problem, RestowError } from '@restow/shared/base/errors';
import {
  type ServiceDefinition,
  type Strategy,
  strategies,
  type UpdateOrder,
  type UpdatePolicy,
  updateOrders,
} from '@restow/shared/domain/service';
import type { ReadFile } from '../connection.ts';
import type { DefinitionFlags } from './definition-flags.ts';
import { parseDuration } from './duration.ts';
import { type Environment, parseVariable, parseVariables } from './env.ts';
import { parseHttpCheck, parseTcpCheck } from './health.ts';
import { parseMemory } from './memory.ts';
import { type Parsed, parsed, unparsed } from './parsed.ts';
import { parsePort } from './port.ts';
import { parseVolume } from './volume.ts';
import { parseWholeNumber } from './whole-number.ts';
import { parseWords } from './words.ts';

/** The world flags may point into. */
export interface FlagWorld {
  environment: Environment;
  readFile: ReadFile;
}

/** Repeated flags name a whole list; a single empty value names the empty one. */
const listed = (values: string[]): string[] => (values.length === 1 && values[0] === '' ? [] : values);

const oneOf = <Word extends string>(words: readonly Word[], text: string): Parsed<Word> => {
  const found = words.find((word) => word.toLowerCase() === text.toLowerCase());
  return found === undefined ? unparsed(`"${text}" is none of ${words.join(', ')}`) : parsed(found);
};

const wordsOrNone = (text: string): Parsed<string[] | null> => (text === '' ? parsed(null) : parseWords(text));

const parseLabel = (text: string): Parsed<[string, string]> => {
  const [key = '', ...rest] = text.split('=');
  return key === '' ? unparsed(`"${text}" is not NAME=VALUE`) : parsed([key, rest.join('=')]);
};

const gateOf = new Map([
  ['on', true],
  ['off', false],
  ['auto', null],
]);

const parseGate = (text: string): Parsed<boolean | null> => {
  const gate = gateOf.get(text);
  return gate === undefined ? unparsed(`"${text}" is none of ${[...gateOf.keys()].join(', ')}`) : parsed(gate);
};

const parseBatch = (text: string): Parsed<number | null> => (text === 'all' ? parsed(null) : parseWholeNumber(text, 1));

/** `term` is SIGTERM, as with kill(1). */
const signalFrom = (text: string): string | null =>
  text === '' ? null : text.toUpperCase().replace(/^(?!SIG|\d)/, 'SIG');

/**
 * The definition with what the flags say put in its place; a list that is named is replaced as a whole, as Docker
 * Cloud's `set` did it. Throws `invalid` with every flag that means nothing. Pure but for the files that flags name.
 */
export const applyDefinitionFlags = (
  base: ServiceDefinition,
  flags: DefinitionFlags,
  world: FlagWorld,
): ServiceDefinition => {
  const problems: Problem[] = [];
  const read = <Value>(flag: string, outcome: Parsed<Value>): Value[] => {
    if (outcome.ok) return [outcome.value];
    problems.push({ field: flag, message: outcome.message });
    return [];
  };
  const one = <Value>(flag: string, text: string | undefined, parse: (text: string) => Parsed<Value>, old: Value) => {
    const [value = old] = text === undefined ? [] : read(flag, parse(text));
    return value;
  };
  const many = <Value>(flag: string, texts: string[] | undefined, parse: (text: string) => Parsed<Value>) =>
    texts && listed(texts).flatMap((text) => read(flag, parse(text)));
  const duration = (flag: string, text: string | undefined, old: number) => one(flag, text, parseDuration, old);

  const fromFiles = flags.envFile?.flatMap((path) => {
    const text = world.readFile(path);
    if (text === null) {
      problems.push({ field: '--env-file', message: `there is no file ${path}` });
      return [];
    }
    const { variables, problems: found } = parseVariables(text, path, world.environment);
    problems.push(...found.map((message) => ({ field: '--env-file', message })));
    return variables;
  });
  const given = many('--env', flags.env, (text) => parseVariable(text, world.environment));
  const labels = many('--label', flags.label, parseLabel);

  const checks = [flags.healthTcp, flags.healthHttp, flags.healthImage].filter((check) => check !== undefined);
  if (checks.length > 1) problems.push({ field: '--health-tcp', message: 'give one health check, not several' });
  if (flags.command?.length && flags.runCommand !== undefined)
    problems.push({ field: '--run-command', message: 'give the command either this way or after --, not both' });

  const { update } = base;
  const policy: UpdatePolicy = {
    ...update,
    order: one<UpdateOrder>('--order', flags.order, (text) => oneOf(updateOrders, text), update.order),
    gate: one('--gate', flags.gate, parseGate, update.gate),
    batch: one('--batch', flags.batch, parseBatch, update.batch),
    minRunningMs: duration('--min-running', flags.minRunning, update.minRunningMs),
    healthDeadlineMs: duration('--health-deadline', flags.healthDeadline, update.healthDeadlineMs),
    watchMs: duration('--watch', flags.watch, update.watchMs),
  };
  const definition: ServiceDefinition = {
    ...base,
    image: flags.image ?? base.image,
    count: one('--target-num-containers', flags.targetNumContainers, (text) => parseWholeNumber(text, 1), base.count),
    tags: flags.tag ? [...new Set(listed(flags.tag))].sort() : base.tags,
    strategy: one<Strategy>(
      '--deployment-strategy',
      flags.deploymentStrategy,
      (text) => oneOf(strategies, text),
      base.strategy,
    ),
    ports: many('--publish', flags.publish, parsePort) ?? base.ports,
    env: fromFiles || given ? Object.fromEntries([...(fromFiles ?? []), ...(given ?? [])]) : base.env,
    command: flags.command?.length ? flags.command : one('--run-command', flags.runCommand, wordsOrNone, base.command),
    entrypoint: one('--entrypoint', flags.entrypoint, wordsOrNone, base.entrypoint),
    volumes: many('--volume', flags.volume, parseVolume) ?? base.volumes,
    labels: labels ? Object.fromEntries(labels) : base.labels,
    memoryBytes: one('--memory', flags.memory, parseMemory, base.memoryBytes),
    healthCheck: flags.healthImage
      ? { kind: 'image' }
      : one(
          '--health-http',
          flags.healthHttp,
          parseHttpCheck,
          one('--health-tcp', flags.healthTcp, parseTcpCheck, base.healthCheck),
        ),
    stopSignal: flags.stopSignal === undefined ? base.stopSignal : signalFrom(flags.stopSignal),
    stopGraceMs: duration('--stop-grace', flags.stopGrace, base.stopGraceMs),
    update: policy,
  };
  if (problems.length > 0)
    throw new RestowError('invalid', 'The command line cannot be meant; nothing was asked for.', { problems });
  return definition;
};
