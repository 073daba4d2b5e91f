import type { Option } from 'commander';
import type { ReadFile } from '../connection.ts';
import type { Environment } from './env.ts';
import type { Parsed } from './parsed.ts';

/** What commander read, by the name of the flag in camel case; absent where the flag was not given. */
export type GivenFlags = Readonly<Record<string, unknown>>;

/** The world flags may point into. */
export interface FlagWorld {
  environment: Environment;
  readFile: ReadFile;
}

/** Reads what was given, and remembers what was wrong with it. */
export interface Reader {
  world: FlagWorld;
  /** The text of a flag that takes one; `undefined` where it was not given. */
  text(option: Option): string | undefined;
  /** The texts of a flag that may be repeated; a single empty one names the empty list. */
  texts(option: Option): string[] | undefined;
  /** Whether a switch was turned on or off; `undefined` where neither. */
  turned(option: Option): boolean | undefined;
  /** The value; nothing, and a problem of that flag, where the text means nothing. */
  value<Value>(option: Option, outcome: Parsed<Value>): Value[];
  problem(option: Option, message: string): void;
}

/** Flags that belong together. */
export interface Flags {
  /** Heading they stand under in help. */
  group: string;
  options: readonly Option[];
}

/** How the command line says one field of a definition. */
export interface FieldFlags<Value> extends Flags {
  /** What the flags say, or the old value where none of them was given. */
  read(reader: Reader, old: Value): Value;
}

export const longName = ({ long, flags }: Option): string => long ?? flags;

/** Reads from what commander left; `problems` grows as it goes. */
export const readerOf = (
  given: GivenFlags,
  world: FlagWorld,
  problems: { field: string; message: string }[],
): Reader => {
  const of = (option: Option) => given[option.attributeName()];
  const problem = (option: Option, message: string) => void problems.push({ field: longName(option), message });
  return {
    world,
    text: (option) => of(option) as string | undefined,
    texts: (option) => {
      const texts = of(option) as string[] | undefined;
      return texts?.length === 1 && texts[0] === '' ? [] : texts;
    },
    turned: (option) => of(option) as boolean | undefined,
    value: (option, outcome) => {
      if (outcome.ok) return [outcome.value];
      problem(option, outcome.message);
      return [];
    },
    problem,
  };
};
