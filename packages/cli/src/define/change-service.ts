import { referenceTo, type ServiceDefinition } from '@restow/shared/domain/service';
import type { ServiceView } from '@restow/shared/domain/view';
import type { Cli } from '../cli.ts';
import { applyDefinitionFlags } from '../flags/apply-definition-flags.ts';
import type { GivenFlags } from '../flags/field-flags.ts';
import { definitionChanges } from '../render/definition.ts';
import { flagWorld, warnOfTags } from './define-service.ts';

/** What the flags make of a definition. Throws `invalid` with every flag that means nothing. */
export const changeBy =
  (cli: Cli, flags: GivenFlags) =>
  (definition: ServiceDefinition): ServiceDefinition =>
    applyDefinitionFlags(definition, flags, flagWorld(cli));

/**
 * Reads a service, puts what the flags say in its place, and sends it back if nobody changed it meanwhile. Says on
 * stderr what changed. What runs is not touched.
 */
export const changeService = async (cli: Cli, name: string, flags: GivenFlags): Promise<ServiceView> => {
  const client = cli.client();
  const before = await client.getService(name, cli.call);
  const definition = changeBy(cli, flags)(before.definition);
  const after = await client.updateService(before.id, definition, { ...cli.call, ifVersion: before.version });
  const called = referenceTo(after);
  const changes = definitionChanges(before.definition, after.definition);
  if (changes.length === 0) cli.note(`${called} is defined so already; nothing changed.`);
  for (const change of changes) cli.note(`${called}: ${change}`);
  await warnOfTags(cli, called, definition);
  return after;
};
