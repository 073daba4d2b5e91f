import type { TagsView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { repeatable } from '../flags/options.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { tagsOf } from '../render/tag-list.ts';
import { forEachName } from '../report.ts';

type Change = (tags: string[]) => { add?: string[]; remove?: string[] };

const addCommand = (tag: Command, cli: Cli, name: string, description: string, change: Change): void => {
  const command = tag
    .command(name)
    .description(description)
    .argument('<service-or-node...>', 'looked up as a service first, then as a node')
    .addOption(repeatable('-t, --tag <tag>', 'the tag').makeOptionMandatory());
  addOutputFlags(command, { quiet: 'print the names and say nothing else' })
    .addHelpText('after', `\nExample:\n  restow tag ${name} -t prod -t frontend n1 n2`)
    .action(async (targets: string[], flags: OutputFlags & { tag: string[] }) => {
      const changed: TagsView[] = [];
      await forEachName(cli, targets, async (target) => {
        const view = await cli.client().changeTags(target, change(flags.tag), cli.call);
        changed.push(view);
        for (const warning of view.warnings) cli.note(`Warning: ${view.name}: ${warning}.`);
        if (view.kind === 'service') cli.note(`The tags of ${view.name} take effect with its next redeploy.`);
      });
      print(cli.io, flags, changed, { id: ({ name }) => name, text: tagsOf });
    });
};

/** `restow tag add -t TAG... TARGET...` */
export const addTagAdd = (tag: Command, cli: Cli): void =>
  addCommand(tag, cli, 'add', 'give tags to nodes, or deploy tags to services', (tags) => ({ add: tags }));

/** `restow tag rm -t TAG... TARGET...` */
export const addTagRm = (tag: Command, cli: Cli): void =>
  addCommand(tag, cli, 'rm', 'take tags from nodes or services', (tags) => ({ remove: tags }));
