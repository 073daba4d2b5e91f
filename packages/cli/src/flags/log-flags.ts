import { type Command, Option } from 'commander';
import type { Io } from '../io.ts';
import type { LogLook } from '../render/log-line.ts';
import { paintFor } from '../render/paint.ts';

export interface LogFlags {
  follow?: boolean;
  timestamps?: boolean;
  output: 'text' | 'json';
}

export const addLogFlags = (command: Command, follow: string): Command =>
  command
    .option('-f, --follow', follow)
    .option('-t, --timestamps', 'when the engine read each line')
    .addOption(
      new Option('-o, --output <form>', 'text for people, json for programs: one object a line')
        .choices(['text', 'json'])
        .default('text'),
    );

export const logLookOf = (io: Io, flags: LogFlags): LogLook => ({
  timestamps: flags.timestamps === true,
  paint: paintFor(io.stdout, io.env),
});
