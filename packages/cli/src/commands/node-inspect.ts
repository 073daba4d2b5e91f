import type { NodeView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { nodeDetails } from '../render/node-details.ts';
import { forEachName } from '../report.ts';

/** `restow node inspect NODE...` */
export const addNodeInspect = (node: Command, cli: Cli): void => {
  const command = node.command('inspect').description('all that is known of nodes').argument('<node...>');
  addOutputFlags(command).action(async (names: string[], flags: OutputFlags) => {
    const found: NodeView[] = [];
    await forEachName(cli, names, async (name) => {
      found.push(await cli.client().getNode(name, cli.call));
    });
    print(cli.io, flags, found, { text: (nodes, look) => nodes.map((node) => nodeDetails(node, look)).join('\n') });
  });
};
