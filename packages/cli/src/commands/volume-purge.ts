import { RestowError } from '@restow/shared/base/errors';
import type { VolumeView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { repeatable } from '../flags/options.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { lookOf, print } from '../output.ts';
import { volumeDetails } from '../render/volume-details.ts';
import { forEachName } from '../report.ts';

type Flags = OutputFlags & { confirm?: string[] };

/** `restow volume purge VOLUME...`, the one command that deletes data. */
export const addVolumePurge = (volume: Command, cli: Cli): void => {
  const command = volume
    .command('purge')
    .description('delete detached volumes and all their data, for good')
    .argument('<volume...>', 'name, or id where several nodes have one of that name')
    .addOption(repeatable('--confirm <name>', 'the name once more, instead of being asked for it'));
  addOutputFlags(command, { quiet: 'print the names and say nothing else' })
    .addHelpText(
      'after',
      `
Each is shown first, and its name asked for once more. Where nobody can be asked, as in a script, --confirm\nhas to repeat the name to the letter; an id does not count.`,
    )
    .action(async (names: string[], flags: Flags) => {
      const purged: VolumeView[] = [];
      await forEachName(cli, names, async (name) => {
        purged.push(await purge(cli, await cli.client().getVolume(name, cli.call), flags));
      });
      print(cli.io, flags, purged, {
        id: ({ name }) => name,
        text: (volumes) => volumes.map(({ name, nodeName }) => `${name} on ${nodeName} is deleted\n`).join(''),
      });
    });
};

const purge = async (cli: Cli, volume: VolumeView, { confirm }: Flags): Promise<VolumeView> => {
  const typed = confirm ? (confirm.find((name) => name === volume.name) ?? confirm[0]!) : await askForName(cli, volume);
  return cli.client().purgeVolume(volume.id, typed, cli.call);
};

/** The name as the person types it. Throws where it is another one, or nobody can be asked. */
const askForName = async (cli: Cli, volume: VolumeView): Promise<string> => {
  const { io } = cli;
  const { name, nodeName } = volume;
  if (!io.canAsk)
    throw new RestowError(
      'invalid',
      `${name} on ${nodeName} was not deleted: its name has to be typed once more, and there is no terminal to type it at. Repeat it with --confirm where that is meant.`,
    );
  io.stderr.write(volumeDetails(volume, lookOf(io, io.stderr)));
  const typed = await io.ask('Type its name to delete it with all its data: ');
  if (typed.trim() !== name)
    throw new RestowError('failed-precondition', `${name} on ${nodeName} was not deleted: that was not its name.`);
  return name;
};
