import { onFailures, type UpdatePolicy, updateOrders } from '@restow/shared/domain/service';
import { Option } from 'commander';
import { parseDuration } from '../duration.ts';
import type { FieldFlags, Reader } from '../field-flags.ts';
import { fieldsUnder } from '../kinds-of-field.ts';
import { parseOneOf } from '../one-of.ts';
import { offering, repeatable } from '../options.ts';
import { type Parsed, parsed, unparsed } from '../parsed.ts';
import { parseWholeNumber } from '../whole-number.ts';
import { healthGroup } from './health.ts';

const group = 'How it is redeployed:';
const { toggle } = fieldsUnder(group);

const gates = { on: true, off: false, auto: null } as const;

const parseGate = (text: string): Parsed<boolean | null> => {
  const word = parseOneOf(Object.keys(gates) as (keyof typeof gates)[], text);
  return word.ok ? parsed(gates[word.value]) : word;
};

const parseBatch = (text: string): Parsed<number | null> => {
  if (text === 'all') return parsed(null);
  const number = parseWholeNumber(text, 1);
  return number.ok ? number : unparsed(`"${text}" is neither all nor a whole number, 1 or more`);
};

/** How each part of the policy is said; a part without an entry does not compile. */
const parts: { [Part in keyof UpdatePolicy]: readonly [Option, (text: string) => Parsed<UpdatePolicy[Part]>] } = {
  order: [
    offering('--order <order>', 'how a new container takes the place of the old one', updateOrders),
    (text) => parseOneOf(updateOrders, text),
  ],
  gate: [offering('--gate <when>', 'the first slot alone; the rest once it is healthy', Object.keys(gates)), parseGate],
  batch: [new Option('--batch <n|all>', 'slots swapped at a time after the gate'), parseBatch],
  onFailure: [
    offering('--on-failure <what>', 'when a swap fails: all back, stop there, or go on with the rest', onFailures),
    (text) => parseOneOf(onFailures, text),
  ],
  watchMs: [
    new Option('--watch <time>', 'must stay healthy this long after the last swap (default 5s)'),
    parseDuration,
  ],
  minRunningMs: [
    new Option('--min-running <time>', 'without a check: after running this long (default 2s)').helpGroup(healthGroup),
    parseDuration,
  ],
  healthDeadlineMs: [
    new Option('--health-deadline <time>', 'failed when it is not healthy by then (default 60s)').helpGroup(
      healthGroup,
    ),
    parseDuration,
  ],
};

const readPart = <Part extends keyof UpdatePolicy>(
  reader: Reader,
  part: Part,
  old: UpdatePolicy,
): UpdatePolicy[Part] => {
  const [option, parse] = parts[part];
  const text = reader.text(option);
  const [value = old[part]] = text === undefined ? [] : reader.value(option, parse(text));
  return value;
};

const update: FieldFlags<UpdatePolicy> = {
  group,
  options: Object.values(parts).map(([option]) => option),
  read: (reader, old) => ({
    order: readPart(reader, 'order', old),
    gate: readPart(reader, 'gate', old),
    batch: readPart(reader, 'batch', old),
    onFailure: readPart(reader, 'onFailure', old),
    watchMs: readPart(reader, 'watchMs', old),
    minRunningMs: readPart(reader, 'minRunningMs', old),
    healthDeadlineMs: readPart(reader, 'healthDeadlineMs', old),
  }),
};

const roleOption = repeatable('--role <role>', 'role of the containers towards the API');
roleOption.argChoices = ['global'];

const roles: FieldFlags<string[]> = {
  group,
  options: [roleOption],
  read: (reader, old) => reader.texts(roleOption) ?? old,
};

export const redeploying = {
  update,
  sequential: toggle('--sequential', 'one slot at a time, in the order of their numbers'),
  autoredeploy: toggle('--autoredeploy', 'when the image was pushed anew'),
  roles,
};
