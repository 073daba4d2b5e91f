import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { measuredVolumeList, volumeList } from '../render/volume-list.ts';

/** `restow volume ls` */
export const addVolumeLs = (volume: Command, cli: Cli): void => {
  const command = volume
    .command('ls')
    .description('list the volumes, those that are detached too')
    .option('-s, --size', 'ask every node how large they are and which containers mount them');
  // Two nodes may have a volume of one name; only the id says which.
  addOutputFlags(command, { quiet: 'ids only', trunc: true }).action(
    async (flags: OutputFlags & { size?: boolean }) => {
      const volumes = await cli.client().listVolumes({ ...cli.call, measure: flags.size === true });
      print(cli.io, flags, volumes, { id: ({ id }) => id, text: flags.size ? measuredVolumeList : volumeList });
    },
  );
};
