import { type Command, Option } from 'commander';

/** How a command's result is printed. */
export interface OutputFlags {
  output: 'table' | 'json';
  quiet?: boolean;
  /** `false` with --no-trunc: ids, digests and reasons at full length. */
  trunc?: boolean;
}

export const addOutputFlags = (
  command: Command,
  { quiet, trunc = false }: { quiet?: string; trunc?: boolean } = {},
): Command => {
  command.addOption(
    new Option('-o, --output <form>', 'table for people, json for programs')
      .choices(['table', 'json'])
      .default('table'),
  );
  if (quiet !== undefined) command.option('-q, --quiet', quiet);
  if (trunc) command.option('--no-trunc', 'ids, digests and reasons at full length');
  return command;
};
