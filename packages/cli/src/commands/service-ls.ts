import { referenceTo } from '@restow/shared/domain/service';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { isMarked, serviceList, unsynchronizedNote } from '../render/service-list.ts';

/** `restow service ls` */
export const addServiceLs = (service: Command, cli: Cli): void => {
  const command = service.command('ls').description('list the services, their state and what runs');
  addOutputFlags(command, { quiet: 'names only' }).action(async (flags: OutputFlags) => {
    const services = await cli.client().listServices(cli.call);
    print(cli.io, flags, services, { id: referenceTo, text: serviceList });
    if (flags.output === 'table' && services.some(isMarked)) cli.note(unsynchronizedNote);
  });
};
