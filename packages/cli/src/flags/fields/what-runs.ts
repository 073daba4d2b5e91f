import { Option } from 'commander';
import { parseVariable, parseVariables } from '../env.ts';
import type { FieldFlags, Reader } from '../field-flags.ts';
import { fieldsUnder } from '../kinds-of-field.ts';
import { parseLabel } from '../label.ts';
import { repeatable } from '../options.ts';
import { type Parsed, parsed } from '../parsed.ts';
import { parseWholeNumber } from '../whole-number.ts';
import { parseWords } from '../words.ts';

const group = 'What runs:';
const { one } = fieldsUnder(group);

/** Declared by the commands themselves: an argument where a service is made, a flag where one is changed. */
const imageOption = new Option('--image <image>', 'image to run');

const wordsOrNone = (text: string): Parsed<string[] | null> => (text === '' ? parsed(null) : parseWords(text));

const envOption = repeatable('-e, --env <name=value>', 'environment variable; a NAME alone takes its value from here');
const envFileOption = repeatable('--env-file <file>', 'file of NAME=VALUE lines');

const variablesOfFile = (path: string, reader: Reader): [string, string][] => {
  const { environment, readFile } = reader.world;
  const text = readFile(path);
  if (text === null) {
    reader.problem(envFileOption, `there is no file ${path}`);
    return [];
  }
  const { variables, problems } = parseVariables(text, path, environment);
  for (const message of problems) reader.problem(envFileOption, message);
  return variables;
};

/** A variable given by itself has the last word over the files. */
const env: FieldFlags<Record<string, string>> = {
  group,
  options: [envOption, envFileOption],
  read: (reader, old) => {
    const files = reader.texts(envFileOption)?.flatMap((path) => variablesOfFile(path, reader));
    const given = reader
      .texts(envOption)
      ?.flatMap((text) => reader.value(envOption, parseVariable(text, reader.world.environment)));
    return files || given ? Object.fromEntries([...(files ?? []), ...(given ?? [])]) : old;
  },
};

const commandOption = new Option(
  '-r, --run-command <words>',
  "command instead of the image's own, quoted as in a shell",
);
/** Words after `--`, which the commands hand on under this name. */
const commandWords = new Option('--command <words...>');

const command: FieldFlags<string[] | null> = {
  group,
  options: [commandOption],
  read: (reader, old) => {
    const words = reader.texts(commandWords) ?? [];
    const text = reader.text(commandOption);
    if (words.length > 0 && text !== undefined)
      reader.problem(commandOption, 'give the command either this way or after --, not both');
    if (words.length > 0) return words;
    const [value = old] = text === undefined ? [] : reader.value(commandOption, wordsOrNone(text));
    return value;
  },
};

const labelOption = repeatable('--label <name=value>', 'label of the containers');

const labels: FieldFlags<Record<string, string>> = {
  group,
  options: [labelOption],
  read: (reader, old) => {
    const given = reader.texts(labelOption)?.flatMap((text) => reader.value(labelOption, parseLabel(text)));
    return given ? Object.fromEntries(given) : old;
  },
};

const secretOption = repeatable('--secret <name>', 'variable whose value links tell to nobody');

const secrets: FieldFlags<string[]> = {
  group,
  options: [secretOption],
  read: (reader, old) => reader.texts(secretOption) ?? old,
};

export const whatRuns = {
  image: { group, options: [], read: (reader, old) => reader.text(imageOption) ?? old } as FieldFlags<string>,
  count: one(new Option('-t, --target-num-containers <n>', 'how many containers (slots)'), (text) =>
    parseWholeNumber(text, 1),
  ),
  env,
  secrets,
  command,
  entrypoint: one(new Option('--entrypoint <words>', "entrypoint instead of the image's own"), wordsOrNone),
  labels,
};
