import type { ServiceView } from '@restow/shared/domain/view';
import type { Cli } from '../cli.ts';
import { applyDefinitionFlags } from '../flags/apply-definition-flags.ts';
import type { GivenFlags } from '../flags/field-flags.ts';
import { note } from '../output.ts';
import { definitionChanges } from '../render/definition.ts';
import { flagWorld, warnOfTags } from './define-service.ts';

/**
 * Reads a service, puts what the flags say in its place, and sends it back if nobody changed it meanwhile. Says on
 * stderr what changed. What runs is not touched.
 */
export const changeService = async (cli: Cli, name: string, flags: GivenFlags): Promise<ServiceView> => {
  const client = cli.client();
  const before = await client.getService(name, cli.call);
  const definition = applyDefinitionFlags(before.definition, flags, flagWorld(cli));
  const after = await client.updateService(before.id, definition, { ...cli.call, ifVersion: before.version });
  const changes = definitionChanges(before.definition, after.definition);
  if (changes.length === 0) note(cli.io, `${after.name} is defined so already; nothing changed.`);
  for (const change of changes) note(cli.io, `${after.name}: ${change}`);
  await warnOfTags(cli, after.name, definition);
  return after;
};
