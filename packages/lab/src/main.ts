import { isRestowError } from '@restow/shared/base/errors';
import { exitCodeOf, type SubCommand, say, wrongUsage } from './commands/command-line.ts';
import { demo } from './commands/demo.ts';
import { lab } from './commands/lab.ts';
import { up } from './commands/up.ts';

/** What `./restow` hands over to this program. */
const commands: Record<string, SubCommand> = { demo, lab, up };

// Whoever reads us may have seen enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const [name = '', ...words] = process.argv.slice(2);
try {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw wrongUsage(`"${name}" is none of ours.`, Object.keys(commands).join(' | '));
  process.exitCode = await command.run(words);
} catch (error) {
  // A refusal is a sentence for a person; anything else is a fault of ours and shown with where it happened.
  if (!isRestowError(error)) throw error;
  say(error.message);
  process.exitCode = exitCodeOf(error.code);
}
