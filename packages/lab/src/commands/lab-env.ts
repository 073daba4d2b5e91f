import { openLab } from '../start-lab.ts';
import { type SubCommand, wrongUsage } from './command-line.ts';

const quoted = (value: string): string =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;

/** `lab env`: exports for a shell's `eval`. */
export const labEnv: SubCommand = {
  usage: 'lab env',
  async run(words) {
    if (words.length > 0) throw wrongUsage('`lab env` takes no argument.', this.usage);
    const { env } = await openLab();
    for (const [name, value] of Object.entries(env)) process.stdout.write(`export ${name}=${quoted(value)}\n`);
    return 0;
  },
};
