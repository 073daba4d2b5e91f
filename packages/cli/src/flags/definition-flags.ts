import { type Problem, RestowError } from '@restow/shared/base/errors';
import {
  type ServiceDefinition,
  type Strategy,
  strategies,
  type UpdateOrder,
  type UpdatePolicy,
  updateOrders,
} from '@restow/shared/domain/service';
import { type Command, Option } from 'commander';
import type { ReadFile } from '../connection.ts';
import { parseDuration } from './duration.ts';
import { type Environment, parseVariable, parseVariables } from './env.ts';
import { parseHttpCheck, parseTcpCheck } from './health.ts';
import { parseMemory } from './memory.ts';
import { type Parsed, parsed, unparsed } from './parsed.ts';
import { parsePort } from './port.ts';
import { refuseFlags } from './refused-flags.ts';
import { parseVolume } from './volume.ts';
import { parseWholeNumber } from './whole-number.ts';
import { parseWords } from './words.ts';

/** The flags that make a definition, as they were typed. */
export interface DefinitionFlags {
  image?: string;
  targetNumContainers?: string;
  tag?: string[];
  deploymentStrategy?: string;
  publish?: string[];
  env?: string[];
  envFile?: string[];
  runCommand?: string;
  /** Words after `--`: a command that needs no quoting. */
  command?: string[];
  entrypoint?: string;
  volume?: string[];
  label?: string[];
  memory?: string;
  healthTcp?: string;
  healthHttp?: string;
  healthImage?: boolean;
  stopSignal?: string;
  stopGrace?: string;
  order?: string;
  gate?: string;
  batch?: string;
  minRunning?: string;
  healthDeadline?: string;
  watch?: string;
}

export const each = (value: string, earlier: string[] = []): string[] => [...earlier, value];

/** Declares them all, those of Docker Cloud's client under the names it gave them. */
export const addDefinitionFlags = (command: Command): Command => {
  const many = (flags: string, description: string) =>
    command.addOption(new Option(flags, `${description} (repeatable)`).argParser(each));
  command.optionsGroup('What runs:');
  command.option('-t, --target-num-containers <n>', 'how many containers (slots)');
  many('-e, --env <name=value>', 'environment variable; a NAME alone takes its value from here');
  many('--env-file <file>', 'file of NAME=VALUE lines');
  command.option('-r, --run-command <words>', "command instead of the image's own, quoted as in a shell");
  command.option('--entrypoint <words>', "entrypoint instead of the image's own");
  many('-v, --volume <path[:ro]>', 'volume of each slot, such as /data; options ro, shared');
  command.option('--memory <amount>', 'hard memory limit, such as 256M; a bare number is megabytes; 0 is none');
  many('--label <name=value>', 'label of the containers');
  command.option('--stop-signal <signal>', "signal that asks a container to end (default: the image's own)");
  command.option('--stop-grace <time>', 'time to end before it is killed, such as 10s');
  command.optionsGroup('Where it runs:');
  many('-p, --publish <node:container>', 'port of the node and port of the container, such as 8080:80');
  many('--tag <tag>', 'deploy tag: only nodes that carry all of them');
  command.option('--deployment-strategy <name>', strategies.join(', '));
  command.optionsGroup('When it is healthy:');
  command.option('--health-tcp <port>', 'when this port accepts a connection');
  command.option('--health-http <port/path>', 'when this answers 200 to 399, such as 80/healthz');
  command.option('--health-image', "when the image's own HEALTHCHECK says so (default)");
  command.option('--min-running <time>', 'without a check: after running this long (default 2s)');
  command.option('--health-deadline <time>', 'failed when it is not healthy by then (default 60s)');
  command.optionsGroup('How it is redeployed:');
  command.option('--order <order>', updateOrders.join(', '));
  command.option('--gate <on|off|auto>', 'the first slot alone; the rest once it is healthy');
  command.option('--batch <n|all>', 'slots swapped at a time after the gate');
  command.option('--watch <time>', 'must stay healthy this long after the last swap (default 5s)');
  command.optionsGroup('Options:');
  return refuseFlags(command);
};

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

const gates = ['on', 'off', 'auto'] as const;
const gateOf = { on: true, off: false, auto: null } as const;

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
  const one = <Value>(flag: string, text: string | undefined, parse: (text: string) => Parsed<Value>, old: Value) =>
    text === undefined ? old : (read(flag, parse(text))[0] ?? old);
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
    gate: flags.gate === undefined ? update.gate : gateFrom(read('--gate', oneOf(gates, flags.gate))[0], update.gate),
    batch: one('--batch', flags.batch, parseBatch, update.batch),
    minRunningMs: duration('--min-running', flags.minRunning, update.minRunningMs),
    healthDeadlineMs: duration('--health-deadline', flags.healthDeadline, update.healthDeadlineMs),
    watchMs: duration('--watch', flags.watch, update.watchMs),
  };
  const definition: ServiceDefinition = {
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

const gateFrom = (gate: (typeof gates)[number] | undefined, old: boolean | null): boolean | null =>
  gate === undefined ? old : gateOf[gate];

/** `term` is SIGTERM, as with kill(1). */
const signalFrom = (text: string): string | null =>
  text === '' ? null : text.toUpperCase().replace(/^(?!SIG|\d)/, 'SIG');

const parseBatch = (text: string): Parsed<number | null> => (text === 'all' ? parsed(null) : parseWholeNumber(text, 1));
