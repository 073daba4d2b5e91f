import type { SlotView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { unsynchronizedNote } from '../render/service-list.ts';
import { isMarked, slotList } from '../render/slot-list.ts';
import { forEachName } from '../report.ts';

/** `restow service ps [SERVICE...]` */
export const addServicePs = (service: Command, cli: Cli): void => {
  const command = service
    .command('ps')
    .description('list the slots: node, address, state, what runs in them')
    .argument('[service...]', 'all services, if none is named');
  addOutputFlags(command, { quiet: 'names of the slots only', trunc: true }).action(
    async (names: string[], flags: OutputFlags) => {
      const client = cli.client();
      const slots: SlotView[] = [];
      let found = names.length === 0;
      if (names.length === 0) slots.push(...(await client.listServices(cli.call)).flatMap((view) => view.slots));
      await forEachName(cli, names, async (name) => {
        slots.push(...(await client.getService(name, cli.call)).slots);
        found = true;
      });
      // Where none of those named was found, that was said already.
      print(cli.io, flags, slots, { id: ({ name }) => name, text: found ? slotList : () => '' });
      if (flags.output === 'table' && slots.some(isMarked)) cli.note(unsynchronizedNote);
    },
  );
};
