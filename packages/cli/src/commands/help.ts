import type { Command } from 'commander';

/** `restow help [TOPIC...]`, as deep as commands go: `restow help service redeploy`. */
export const addHelp = (program: Command): void => {
  program
    .helpCommand(false)
    .command('help')
    .description('what a command does')
    .argument('[topic...]', 'a command, such as service redeploy')
    .action((path: string[]) => {
      const found = path.reduce<Command>((at, name) => {
        const next = at.commands.find((command) => command.name() === name || command.aliases().includes(name));
        if (!next) at.error(`error: there is no command "${[...path].join(' ')}"; \`restow help\` lists them`);
        return next!;
      }, program);
      found.help();
    });
};
