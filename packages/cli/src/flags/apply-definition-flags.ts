import { type Problem, RestowError } from '@restow/shared/base/errors';
import type { DefinitionField, ServiceDefinition } from '@restow/shared/domain/service';
import { definitionFlags } from './definition-flags.ts';
import { type FlagWorld, type GivenFlags, type Reader, readerOf } from './field-flags.ts';

/**
 * The definition with what the flags say put in its place; a list that is named is replaced as a whole, as Docker
 * Cloud's `set` did it. Throws `invalid` with every flag that means nothing. Pure but for the files that flags name.
 */
export const applyDefinitionFlags = (
  base: ServiceDefinition,
  given: GivenFlags,
  world: FlagWorld,
): ServiceDefinition => {
  const problems: Problem[] = [];
  const reader = readerOf(given, world, problems);
  const fields = Object.keys(definitionFlags) as DefinitionField[];
  const definition = Object.fromEntries(fields.map((field) => [field, readField(field, reader, base)]));
  if (problems.length > 0)
    throw new RestowError('invalid', 'The command line cannot be meant; nothing was asked for.', { problems });
  return definition as unknown as ServiceDefinition;
};

const readField = <Field extends DefinitionField>(
  field: Field,
  reader: Reader,
  base: ServiceDefinition,
): ServiceDefinition[Field] => definitionFlags[field].read(reader, base[field]);
