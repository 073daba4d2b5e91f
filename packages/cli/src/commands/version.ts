import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { printJson } from '../output.ts';
import { clientVersion } from '../version.ts';

/** `restow version` */
export const addVersion = (program: Command, cli: Cli): void => {
  addOutputFlags(program.command('version').description('versions of this client and of the coordinator')).action(
    async (flags: OutputFlags) => {
      const client = clientVersion();
      if (flags.output === 'table') cli.io.stdout.write(`client       ${client}\n`);
      const server = await cli.client().server(cli.call);
      if (flags.output === 'json') printJson(cli.io, { client, server });
      else
        cli.io.stdout.write(
          `coordinator  ${server.version} at ${cli.connection()?.address}, cluster ${server.clusterId}, epoch ${server.epoch}\n`,
        );
      if (server.version !== client)
        cli.note(`Client ${client} and coordinator ${server.version} differ; use the same version of both.`);
    },
  );
};
