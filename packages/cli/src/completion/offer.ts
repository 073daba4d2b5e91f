import { capabilityNames } from '@restow/shared/domain/capability-names';
import { signalNames } from '@restow/shared/domain/signal-names';
import type { Command, Option } from 'commander';
import { askedFor, named } from './asked-for.ts';
import type { Candidate, Offer } from './candidate.ts';
import { isLive, type LiveName } from './live-names.ts';

/** Asks the coordinator for names; none when it is away. */
export type AskLive = (place: LiveName) => Promise<Candidate[]>;

/** The first line of what help says of it. */
const gist = (text: string): string => text.split('\n')[0]!;

/** What a flag's value is called in its usage: `tag` of `--tag <tag>`. */
export const placeOf = ({ flags }: Pick<Option, 'flags'>): string => /[<[]([\w-]+)/.exec(flags)?.[1] ?? '';

/** Words of Linux that no usage lists, since they are many. */
const wordsOfLinux: Readonly<Record<string, ReadonlySet<string>>> = {
  capability: capabilityNames,
  signal: signalNames,
};

/** Whether anything is offered for a place of that name. */
export const isKnown = (place: string): boolean => isLive(place) || Object.hasOwn(wordsOfLinux, place);

/** Fixed words, names the coordinator knows, or files: whichever the name of the place stands for. */
const fill = async (place: string, choices: readonly string[] | undefined, ask: AskLive): Promise<Offer> => {
  const words = choices ?? (Object.hasOwn(wordsOfLinux, place) ? wordsOfLinux[place] : undefined);
  if (words) return [...words].map((word) => ({ word, about: '' }));
  if (isLive(place)) return ask(place);
  return place === 'file' ? 'files' : [];
};

const flagsOf = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, short, description }) =>
      [long, short].flatMap((word) => (word === undefined ? [] : [{ word, about: gist(description) }])),
    );

const subcommandsOf = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ word: one.name(), about: gist(one.description()) }));

/** `restow help service redeploy`: words of commands, though to the grammar they are arguments. */
const topicsUnder = (program: Command, path: string[]): Candidate[] =>
  subcommandsOf(path.reduce<Command>((at, name) => named(at, name) ?? at, program));

/** What may stand at the cursor: `before` are the words after the program's name, `current` what is typed of the next. */
export const offerFor = async (program: Command, before: string[], current: string, ask: AskLive): Promise<Offer> => {
  const asked = askedFor(program, before, current);
  switch (asked.kind) {
    case 'nothing':
      return [];
    case 'flag':
      return beginning(flagsOf(asked.of), current);
    case 'value': {
      const { option, glued } = asked;
      const offer = await fill(placeOf(option), option.argChoices, ask);
      if (offer === 'files') return offer;
      const words = offer.map(({ word, about }) => ({ word: glued + word, about }));
      return beginning(words, current);
    }
    case 'word': {
      const { of, argument, given } = asked;
      if (of.commands.length > 0) return beginning(subcommandsOf(of), current);
      if (argument?.name() === 'topic') return beginning(topicsUnder(program, given), current);
      const offer = argument ? await fill(argument.name(), argument.argChoices, ask) : [];
      if (offer === 'files') return offer;
      return beginning(
        offer.filter(({ word }) => !given.includes(word)),
        current,
      );
    }
  }
};

const beginning = (candidates: Candidate[], current: string): Candidate[] =>
  candidates.filter(({ word }) => word.startsWith(current));
