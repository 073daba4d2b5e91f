import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { volumeList } from '../render/volume-list.ts';

/** `restow volume ls` */
export const addVolumeLs = (volume: Command, cli: Cli): void => {
  const command = volume.command('ls').description('list the volumes, those that are detached too');
  addOutputFlags(command, { quiet: 'ids only', trunc: true }).action(async (flags: OutputFlags) => {
    print(cli.io, flags, await cli.client().listVolumes(cli.call), { id: ({ id }) => id, text: volumeList });
  });
};
