import type { Availability } from '@restow/shared/domain/node';
import type { NodeView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { forEachName } from '../report.ts';

const addCommand = (
  node: Command,
  cli: Cli,
  {
    name,
    description,
    availability,
    means,
  }: Record<'name' | 'description' | 'means', string> & {
    availability: Availability;
  },
): void => {
  const command = node.command(name).description(description).argument('<node...>');
  addOutputFlags(command, { quiet: 'print the names and say nothing else' }).action(
    async (names: string[], flags: OutputFlags) => {
      const changed: NodeView[] = [];
      await forEachName(cli, names, async (reference) => {
        const view = await cli.client().setNodeAvailability(reference, availability, cli.call);
        changed.push(view);
        cli.note(`${view.name} ${means}`);
      });
      print(cli.io, flags, changed, {
        id: ({ name }) => name,
        text: (nodes) => nodes.map(({ name }) => `${name}\n`).join(''),
      });
    },
  );
};

/** `restow node cordon NODE...` */
export const addNodeCordon = (node: Command, cli: Cli): void =>
  addCommand(node, cli, {
    name: 'cordon',
    description: 'keep what runs on nodes and place nothing new there',
    availability: 'cordoned',
    means: 'is cordoned: what runs there goes on, the next redeploy places nothing there.',
  });

/** `restow node uncordon NODE...` */
export const addNodeUncordon = (node: Command, cli: Cli): void =>
  addCommand(node, cli, {
    name: 'uncordon',
    description: 'let nodes take slots again',
    availability: 'active',
    means: 'takes slots again.',
  });
