import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { shells } from '../completion/shells.ts';

/** `restow completion SHELL` */
export const addCompletion = (program: Command, cli: Cli): void => {
  program
    .command('completion')
    .description('print what makes a shell complete commands, flags and the names of what runs')
    .addArgument(new Argument('<shell>').choices(Object.keys(shells)))
    .addHelpText(
      'after',
      `
Now, in this shell:
  bash   source <(restow completion bash)
  zsh    source <(restow completion zsh)      after autoload -U compinit && compinit
  fish   restow completion fish | source

For every shell from now on, put that line into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish. Names are asked from
the coordinator as you type, which has 300ms to answer (RESTOW_COMPLETION_TIMEOUT where it is far away); without it,
commands and flags are completed all the same.`,
    )
    .action((shell: string) => cli.io.stdout.write(shells[shell]!.script));
};
