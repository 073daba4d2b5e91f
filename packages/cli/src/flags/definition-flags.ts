import { strategies, updateOrders } from '@restow/shared/domain/service';
import { type Command, Option } from 'commander';
import { offering } from './offering.ts';
import { refuseFlags } from './refused-flags.ts';

/** The flags that make a definition, as they were typed. */
export interface DefinitionFlags {
  image?: string;
  targetNumContainers?: string;
  tag?: string[];
  deploymentStrategy?: string;
  publish?: string[];
  env?: string[];
  envFile?: string[];
  runCommand?: string;
  /** Words after `--`: a command that needs no quoting. */
  command?: string[];
  entrypoint?: string;
  volume?: string[];
  label?: string[];
  memory?: string;
  healthTcp?: string;
  healthHttp?: string;
  healthImage?: boolean;
  stopSignal?: string;
  stopGrace?: string;
  order?: string;
  gate?: string;
  batch?: string;
  minRunning?: string;
  healthDeadline?: string;
  watch?: string;
}

/** When the first slot goes alone. */
export const gates = ['on', 'off', 'auto'] as const;

export const each = (value: string, earlier: string[] = []): string[] => [...earlier, value];

/** Declares them all, those of Docker Cloud's client under the names it gave them. */
export const addDefinitionFlags = (command: Command): Command => {
  const many = (flags: string, description: string) =>
    command.addOption(new Option(flags, `${description} (repeatable)`).argParser(each));
  command.optionsGroup('What runs:');
  command.option('-t, --target-num-containers <n>', 'how many containers (slots)');
  many('-e, --env <name=value>', 'environment variable; a NAME alone takes its value from here');
  many('--env-file <file>', 'file of NAME=VALUE lines');
  command.option('-r, --run-command <words>', "command instead of the image's own, quoted as in a shell");
  command.option('--entrypoint <words>', "entrypoint instead of the image's own");
  many('-v, --volume <path[:ro]>', 'volume of each slot, such as /data; options ro, shared');
  command.option('--memory <amount>', 'hard memory limit, such as 256M; a bare number is megabytes; 0 is none');
  many('--label <name=value>', 'label of the containers');
  command.option('--stop-signal <signal>', "signal that asks a container to end (default: the image's own)");
  command.option('--stop-grace <time>', 'time to end before it is killed, such as 10s');
  command.optionsGroup('Where it runs:');
  many('-p, --publish <node:container>', 'port of the node and port of the container, such as 8080:80');
  many('--tag <tag>', 'deploy tag: only nodes that carry all of them');
  command.addOption(offering('--deployment-strategy <name>', 'how they are spread over the nodes', strategies));
  command.optionsGroup('When it is healthy:');
  command.option('--health-tcp <port>', 'when this port accepts a connection');
  command.option('--health-http <port/path>', 'when this answers 200 to 399, such as 80/healthz');
  command.option('--health-image', "when the image's own HEALTHCHECK says so (default)");
  command.option('--min-running <time>', 'without a check: after running this long (default 2s)');
  command.option('--health-deadline <time>', 'failed when it is not healthy by then (default 60s)');
  command.optionsGroup('How it is redeployed:');
  command.addOption(offering('--order <order>', 'how a new container takes the place of the old one', updateOrders));
  command.addOption(offering('--gate <when>', 'the first slot alone; the rest once it is healthy', gates));
  command.option('--batch <n|all>', 'slots swapped at a time after the gate');
  command.option('--watch <time>', 'must stay healthy this long after the last swap (default 5s)');
  command.optionsGroup('Options:');
  return refuseFlags(command);
};
