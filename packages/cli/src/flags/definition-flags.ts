import type { DefinitionField, ServiceDefinition } from '@restow/shared/domain/service';
import type { Command, Option } from 'commander';
import type { FieldFlags, Flags, GivenFlags } from './field-flags.ts';
import { container } from './fields/container.ts';
import { ending } from './fields/ending.ts';
import { health } from './fields/health.ts';
import { network } from './fields/network.ts';
import { redeploying } from './fields/redeploying.ts';
import { storage } from './fields/storage.ts';
import { whatRuns } from './fields/what-runs.ts';
import { whereItRuns } from './fields/where-it-runs.ts';

/**
 * How the command line says each field of a definition, in the order help shows them: those of Docker Cloud's client
 * under the names it gave them, the rest under Docker's. A field without an entry does not compile.
 */
export const definitionFlags: { readonly [Field in DefinitionField]: FieldFlags<ServiceDefinition[Field]> } = {
  ...whatRuns,
  ...whereItRuns,
  ...network,
  ...storage,
  ...health,
  ...redeploying,
  ...ending,
  ...container,
};

const allFlags: readonly Flags[] = Object.values(definitionFlags);

/** Declares them all, under their headings. */
export const addDefinitionFlags = (command: Command): Command => {
  for (const { group, options } of allFlags)
    for (const option of options) {
      option.helpGroupHeading ??= group;
      command.addOption(option);
    }
  return command;
};

const wasGiven = (given: GivenFlags, option: Option): boolean => {
  const value = given[option.attributeName()];
  // Commander has true for a --no-x that nobody gave.
  return option.negate ? value === false : value !== undefined && value !== false;
};

/** Whether any flag says something about the definition. */
export const saysDefinition = (given: GivenFlags): boolean =>
  given.image !== undefined || allFlags.some(({ options }) => options.some((option) => wasGiven(given, option)));
