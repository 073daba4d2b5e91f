import { checkServiceName, checkStackName } from '@restow/shared/domain/check-service-name';
import { defaultDefinition, referenceTo, type ServiceDefinition } from '@restow/shared/domain/service';
import type { ServiceView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { readFileIfThere } from '../connection.ts';
import { applyDefinitionFlags } from '../flags/apply-definition-flags.ts';
import type { FlagWorld, GivenFlags } from '../flags/field-flags.ts';
import { nameFromImage } from '../flags/service-name.ts';

/** Flags of `service create` and `service run`; `command` is an argument there. */
export type CreateFlags = GivenFlags & { name?: string; stack?: string };

/** Declares the flags that say what a service is called. */
export const addNameFlags = (command: Command): Command =>
  command
    .option('-n, --name <name>', "a DNS label (default: the last part of the image's name)")
    .option('--stack <stack>', 'stack it belongs to, a DNS label; with it its whole name is NAME.STACK');

export const flagWorld = (cli: Cli): FlagWorld => ({ environment: cli.io.env, readFile: readFileIfThere });

/** What the flags describe, and its name. Throws `invalid` with every flag that means nothing. */
export const describedService = (
  cli: Cli,
  image: string,
  words: string[],
  flags: CreateFlags,
): Pick<ServiceView, 'name' | 'stack' | 'definition'> => {
  const name = flags.name ?? nameFromImage(image);
  const stack = flags.stack ?? null;
  const given = { ...flags, image, command: words };
  const beside = [...checkServiceName(name), ...checkStackName(stack)];
  return { name, stack, definition: applyDefinitionFlags(defaultDefinition(image), given, flagWorld(cli), beside) };
};

/** Defines the service that the flags describe. Throws `invalid` with all that is wrong, or `already-exists`. */
export const defineService = async (
  cli: Cli,
  image: string,
  words: string[],
  flags: CreateFlags,
): Promise<ServiceView> => {
  const { name, stack, definition } = describedService(cli, image, words, flags);
  const view = await cli.client().createService(name, definition, { ...cli.call, stack });
  await warnOfTags(cli, referenceTo(view), definition);
  return view;
};

/** A tag on no node is more often a slip than a plan; said at once, not only when the redeploy is refused. */
export const warnOfTags = async (cli: Cli, name: string, { tags }: ServiceDefinition): Promise<void> => {
  if (tags.length === 0) return;
  const carried = new Set((await cli.client().listNodes(cli.call)).flatMap((node) => node.tags));
  for (const tag of tags) if (!carried.has(tag)) cli.note(`Warning: ${name}: no node carries the tag ${tag}.`);
};
