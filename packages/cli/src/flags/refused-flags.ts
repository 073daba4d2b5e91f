import { RestowError } from '@restow/shared/base/errors';
import { type Command, Option } from 'commander';

/** Flags that users of Docker Cloud's client know and this version does not offer, and what to do instead. */
const refusals: readonly (readonly [flag: string, instead: string])[] = [
  ['--autodestroy [when]', ''],
  ['--autoredeploy', 'run `restow service redeploy` when an image was pushed'],
  ['--no-autoredeploy', ''],
  ['--autorestart [when]', 'a container that ends is started again by the engine'],
  ['--cpushares [n]', ''],
  ['--expose [port]', "every port of a container is open at its slot's address; -p publishes one on the node"],
  ['--link [service]', "a slot's address never changes: give it in the environment with -e"],
  ['--link-service [service]', "a slot's address never changes: give it in the environment with -e"],
  ['--net [mode]', ''],
  ['--pid [mode]', ''],
  ['--privileged', ''],
  ['--no-privileged', ''],
  ['--role [role]', ''],
  ['--sequential', '--batch 1 swaps one slot at a time'],
  ['--no-sequential', '--batch all swaps the slots together'],
  ['--volumes-from [service]', ''],
];

/** Makes the command refuse them by name, so that none is taken for granted and silently dropped. */
export const refuseFlags = (command: Command): Command => {
  for (const [flag, instead] of refusals) {
    const option = new Option(flag).hideHelp();
    const name = flag.split(' ')[0];
    command.addOption(option);
    command.on(`option:${option.name()}`, () => {
      const hint = instead === '' ? '' : `; ${instead}`;
      throw new RestowError('unsupported', `${name} is not offered by this version${hint}.`);
    });
  }
  return command;
};
