import { type Problem, RestowError } from '@restow/shared/base/errors';
import { checkDefinition } from '@restow/shared/domain/check-definition';
import type { DefinitionField, ServiceDefinition } from '@restow/shared/domain/service';
import { definitionFlags } from './definition-flags.ts';
import { type FlagWorld, type GivenFlags, type Reader, readerOf } from './field-flags.ts';

/**
 * The definition with what the flags say put in its place; a list that is named is replaced as a whole, as Docker
 * Cloud's `set` did it. Throws `invalid` with every flag that means nothing, and then with all else that is wrong with the
 * definition too, so that nobody hears of it only after the next attempt; `beside` is what is wrong elsewhere. Where every
 * flag can be read, whether that can be meant is the coordinator's to say. Pure but for the files that flags name.
 */
export const applyDefinitionFlags = (
  base: ServiceDefinition,
  given: GivenFlags,
  world: FlagWorld,
  beside: Problem[] = [],
): ServiceDefinition => {
  const problems: Problem[] = [];
  const reader = readerOf(given, world, problems);
  const fields = Object.keys(definitionFlags) as DefinitionField[];
  const read = fields.map((field) => [field, readField(field, reader, base)]);
  const definition = Object.fromEntries(read) as unknown as ServiceDefinition;
  if (problems.length > 0)
    throw new RestowError('invalid', 'The command line cannot be meant; nothing was asked for.', {
      problems: [...problems, ...beside, ...checkDefinition(definition).filter(isSure(problems))],
    });
  return definition;
};

const readField = <Field extends DefinitionField>(
  field: Field,
  reader: Reader,
  base: ServiceDefinition,
): ServiceDefinition[Field] => definitionFlags[field].read(reader, base[field]);

/** Fields that may be wrong only because a flag about another could not be read, which is then as it was. */
const restsOn: Readonly<Record<string, string>> = {
  memorySwapBytes: '--memory',
  'update.minRunningMs': '--health-deadline',
};

const isSure =
  (unread: readonly Problem[]) =>
  ({ field }: Problem): boolean =>
    !unread.some((each) => each.field === restsOn[field]);
