import { isRestowError } from '@restow/shared/base/errors';
import { referenceTo } from '@restow/shared/domain/service';
import type { TagsView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { repeatable } from '../flags/options.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { tagList, tagsOf, tagUses } from '../render/tag-list.ts';
import { forEachName } from '../report.ts';

type Tagged = Pick<TagsView, 'kind' | 'name' | 'tags'>;

/** As a service first, then as a node, the same way `tag add` looks. */
const findTagged = async (cli: Cli, reference: string): Promise<Tagged> => {
  const client = cli.client();
  try {
    const service = await client.getService(reference, cli.call);
    return { kind: 'service', name: referenceTo(service), tags: service.definition.tags };
  } catch (error) {
    if (!isRestowError(error, 'not-found')) throw error;
    const { name, tags } = await client.getNode(reference, cli.call);
    return { kind: 'node', name, tags };
  }
};

/** `restow tag ls [-t TAG...] [TARGET...]` */
export const addTagLs = (tag: Command, cli: Cli): void => {
  const command = tag
    .command('ls')
    .description('tags of what is named, or every tag and who has it')
    .argument('[service-or-node...]')
    .addOption(repeatable('-t, --tag <tag>', 'only this tag'));
  addOutputFlags(command, { quiet: 'tags only' }).action(
    async (targets: string[], flags: OutputFlags & { tag?: string[] }) => {
      const wanted = (name: string) => flags.tag === undefined || flags.tag.includes(name);
      if (targets.length === 0) {
        const client = cli.client();
        const uses = tagUses(await client.listNodes(cli.call), await client.listServices(cli.call));
        const shown = uses.filter(({ tag }) => wanted(tag));
        return print(cli.io, flags, shown, { id: ({ tag }) => tag, text: tagList });
      }
      const found: Tagged[] = [];
      await forEachName(cli, targets, async (target) => {
        const tagged = await findTagged(cli, target);
        found.push({ ...tagged, tags: tagged.tags.filter(wanted) });
      });
      print(cli.io, flags, found, { id: ({ tags }) => tags.join('\n'), text: tagsOf });
    },
  );
};
