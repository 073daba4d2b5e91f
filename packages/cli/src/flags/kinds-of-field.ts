import { Option } from 'commander';
import type { FieldFlags } from './field-flags.ts';
import { parseOneOf } from './one-of.ts';
import { offering, repeatable } from './options.ts';
import { type Parsed, parsed } from './parsed.ts';

/** A group's ways to say a field; each takes the heading the group stands under. */
export const fieldsUnder = (group: string) => ({
  /** One text that means a value. */
  one: <Value>(option: Option, parse: (text: string) => Parsed<Value>): FieldFlags<Value> => ({
    group,
    options: [option],
    read: (reader, old) => {
      const text = reader.text(option);
      const [value = old] = text === undefined ? [] : reader.value(option, parse(text));
      return value;
    },
  }),

  /** A text as it stands; an empty one takes it back. */
  text: (flags: string, description: string): FieldFlags<string | null> => {
    const option = new Option(flags, description);
    return { group, options: [option], read: (reader, old) => orNone(reader.text(option), old) };
  },

  /** One of some words, in capitals or not. */
  word: <Word extends string>(flags: string, description: string, words: readonly Word[]): FieldFlags<Word> => {
    const option = offering(flags, description, words);
    return {
      group,
      options: [option],
      read: (reader, old) => {
        const text = reader.text(option);
        const [word = old] = text === undefined ? [] : reader.value(option, parseOneOf(words, text));
        return word;
      },
    };
  },

  /** A list that is named as a whole, each item once and as it stands. */
  list: (flags: string, description: string): FieldFlags<string[]> => {
    const option = repeatable(flags, description);
    return {
      group,
      options: [option],
      read: (reader, old) => {
        const texts = reader.texts(option);
        return texts ? [...new Set(texts)] : old;
      },
    };
  },

  /** A list that is named as a whole, each item parsed. */
  items: <Item>(option: Option, parse: (text: string) => Parsed<Item>): FieldFlags<Item[]> => ({
    group,
    options: [option],
    read: (reader, old) => reader.texts(option)?.flatMap((text) => reader.value(option, parse(text))) ?? old,
  }),

  /** `--x` turns it on, `--no-x` off. */
  toggle: (flags: string, description: string): FieldFlags<boolean> => {
    const on = new Option(flags, description);
    const off = new Option(`--no-${on.name()}`, `takes --${on.name()} back`).hideHelp();
    return { group, options: [on, off], read: (reader, old) => reader.turned(on) ?? old };
  },
});

const orNone = (text: string | undefined, old: string | null): string | null => {
  if (text === undefined) return old;
  return text === '' ? null : text;
};

/** For a parser of what may be left out: an empty text is `null`. */
export const orNull =
  <Value>(parse: (text: string) => Parsed<Value>) =>
  (text: string): Parsed<Value | null> =>
    text === '' ? parsed(null) : parse(text);
