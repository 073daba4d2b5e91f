import type { ServiceView } from '@restow/shared/domain/view';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { print } from '../output.ts';
import { serviceDetails } from '../render/service-details.ts';
import { forEachName } from '../report.ts';

/** `restow service inspect SERVICE...` */
export const addServiceInspect = (service: Command, cli: Cli): void => {
  const command = service
    .command('inspect')
    .description('all that is known of services: definition, slots, what a redeploy would change')
    .argument('<service...>');
  addOutputFlags(command, { trunc: true }).action(async (names: string[], flags: OutputFlags) => {
    const found: ServiceView[] = [];
    await forEachName(cli, names, async (name) => {
      found.push(await cli.client().getService(name, cli.call));
    });
    print(cli.io, flags, found, {
      text: (services, look) => services.map((view) => serviceDetails(view, look)).join('\n'),
    });
  });
};
