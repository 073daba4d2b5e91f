import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { RestowError } from '@restow/shared/base/errors';
import { insideHost } from '../hosts.ts';
import { labPlaceInUse, memberEnvironment } from '../lab-place.ts';
import { openLab } from '../start-lab.ts';
import { type SubCommand, wrongUsage } from './command-line.ts';

/** `lab exec HOST CMD...`: with our own input, output and terminal; its exit code is ours. */
export const labExec: SubCommand = {
  usage: 'lab exec HOST CMD [ARGUMENT...]',
  async run([name, ...argv]) {
    if (name === undefined || argv.length === 0) throw wrongUsage('`lab exec` needs a host and a command.', this.usage);
    const lab = await openLab();
    const [program = '', ...args] = insideHost(await lab.hostWithPower(name), argv);
    // A terminal sends its signals to the command as well; we stay for its exit code.
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => {});
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        stdio: 'inherit',
        env: { ...memberEnvironment(labPlaceInUse()), TERM: process.env.TERM ?? 'dumb' },
      });
      child.on('error', (cause) =>
        reject(new RestowError('unavailable', `Could not run ${program}: ${cause.message}`, { cause })),
      );
      child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
    });
  },
};
