import type { VolumeView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { volumeDetails } from '../render/volume-details.ts';
import { forEachName } from '../report.ts';

/** `restow volume inspect VOLUME...` */
export const addVolumeInspect = (volume: Command, cli: Cli): void => {
  const command = volume
    .command('inspect')
    .description('whose a volume is, how large, and which containers mount it')
    .argument('<volume...>', 'name, or id where several nodes have one of that name');
  addOutputFlags(command).action(async (names: string[], flags: OutputFlags) => {
    const found: VolumeView[] = [];
    await forEachName(cli, names, async (name) => {
      found.push(await cli.client().getVolume(name, cli.call));
    });
    print(cli.io, flags, found, { text: (volumes, look) => volumes.map((one) => volumeDetails(one, look)).join('\n') });
  });
};
