import { Option } from 'commander';

/** Collects the values of a flag that may be repeated. */
export const each = (value: string, earlier: string[] = []): string[] => [...earlier, value];

export const repeatable = (flags: string, description: string): Option =>
  new Option(flags, `${description} (repeatable)`).argParser(each);

/**
 * A flag with words that help and completion show. Unlike `.choices()` it refuses nothing while parsing: whoever reads
 * the value says what is wrong with it together with all else that is.
 */
export const offering = (flags: string, description: string, words: readonly string[]): Option => {
  const option = new Option(flags, description);
  option.argChoices = [...words];
  return option;
};
