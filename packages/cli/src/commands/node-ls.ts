import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { nodeList } from '../render/node-list.ts';

/** `restow node ls` */
export const addNodeLs = (node: Command, cli: Cli): void => {
  const command = node.command('ls').description('list the nodes, their state, tags and room');
  addOutputFlags(command, { quiet: 'names only', trunc: true }).action(async (flags: OutputFlags) => {
    print(cli.io, flags, await cli.client().listNodes(cli.call), { id: ({ name }) => name, text: nodeList });
  });
};
