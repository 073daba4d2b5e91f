import { type SubCommand, wrongUsage } from './command-line.ts';
import { labCheck, labDown } from './lab-down.ts';
import { labEnv } from './lab-env.ts';
import { labExec } from './lab-exec.ts';
import { labFaults } from './lab-faults.ts';
import { labStatus } from './lab-status.ts';
import { labUp } from './lab-up.ts';

const subCommands: Record<string, SubCommand> = {
  up: labUp,
  env: labEnv,
  exec: labExec,
  status: labStatus,
  ...labFaults,
  down: labDown,
  check: labCheck,
};

/** `lab ...`: hosts on this machine to try things on. */
export const lab: SubCommand = {
  usage: `lab ${Object.keys(subCommands).join(' | ')}`,
  async run([name = '', ...words]) {
    const subCommand = Object.hasOwn(subCommands, name) ? subCommands[name] : undefined;
    if (subCommand === undefined)
      throw wrongUsage(
        name === '' ? '`lab` needs to know what to do.' : `\`lab\` does not know "${name}".`,
        this.usage,
      );
    if (words[0] === '-h' || words[0] === '--help') {
      process.stdout.write(`usage: ./restow ${subCommand.usage}\n`);
      return 0;
    }
    return subCommand.run(words);
  },
};
