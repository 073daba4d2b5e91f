import type { Argument, Command, Option } from 'commander';

/** What may stand where the person types, as the grammar of the command line has it. */
export type AskedFor =
  | { kind: 'flag'; of: Command }
  /** A subcommand, or what stands in the place of `argument`; `given` are the words in its places already. */
  | { kind: 'word'; of: Command; argument: Argument | null; given: string[] }
  /** A flag's value; `glued` is what it is written behind in the same word, `--tag=`. */
  | { kind: 'value'; option: Option; glued: string }
  /** Words that are not ours, after `--`, and what no grammar knows. */
  | { kind: 'nothing' };

const takesValue = (option: Option): boolean => option.required || option.optional;

const longFlag = (command: Command, name: string): Option | undefined =>
  command.options.find(({ long, short }) => long === name || short === name);

/** The last flag of `-fq`, when it is one that waits for a value: `-ft` but not `-ft3`. */
const shortFlagWaiting = (command: Command, word: string): Option | undefined => {
  for (let at = 1; at < word.length; at++) {
    const option = command.options.find(({ short }) => short === `-${word[at]}`);
    if (!option) return undefined;
    if (takesValue(option)) return at === word.length - 1 ? option : undefined;
  }
  return undefined;
};

/** The flag that takes the next word as its value. */
const waiting = (command: Command, word: string): Option | undefined => {
  if (!word.startsWith('--')) return shortFlagWaiting(command, word);
  const option = longFlag(command, word);
  return option && takesValue(option) ? option : undefined;
};

const argumentAt = ({ registeredArguments }: Command, place: number): Argument | null => {
  const last = registeredArguments.at(-1);
  return registeredArguments[place] ?? (last?.variadic ? last : null);
};

/** Walks the words that are there already and says what the next one, or the rest of `current`, may be. Pure. */
export const askedFor = (program: Command, before: string[], current: string): AskedFor => {
  let of = program;
  let given: string[] = [];
  let option: Option | undefined;
  for (const word of before) {
    const isValue = option !== undefined && (option.required || !word.startsWith('-'));
    const isFlag = !isValue && word.startsWith('-') && word !== '-';
    if (isFlag && word === '--') return { kind: 'nothing' };
    const subcommand = isValue || isFlag || given.length > 0 ? undefined : named(of, word);
    option = isFlag ? waiting(of, word) : undefined;
    if (subcommand) of = subcommand;
    else if (!isValue && !isFlag) given = [...given, word];
  }
  if (option && (option.required || !current.startsWith('-'))) return { kind: 'value', option, glued: '' };
  const [glued, name] = /^(--[^=]+)=/.exec(current) ?? [];
  const gluedTo = name === undefined ? undefined : longFlag(of, name);
  if (gluedTo && takesValue(gluedTo)) return { kind: 'value', option: gluedTo, glued: glued! };
  if (name !== undefined) return { kind: 'nothing' };
  if (current.startsWith('-')) return { kind: 'flag', of };
  if (of.commands.length > 0 && given.length > 0) return { kind: 'nothing' };
  return { kind: 'word', of, argument: argumentAt(of, given.length), given };
};

export const named = (command: Command, word: string): Command | undefined =>
  command.commands.find((one) => one.name() === word || one.aliases().includes(word));
