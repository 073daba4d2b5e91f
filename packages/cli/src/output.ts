import type { OutputFlags } from './flags/output-flags.ts';
import type { Io } from './io.ts';
import type { Look } from './render/look.ts';
import { paintFor } from './render/paint.ts';

export const printJson = (io: Io, value: unknown): void => io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

export const lookOf = (io: Io, { trunc = true }: Pick<OutputFlags, 'trunc'> = {}): Look => ({
  now: io.now(),
  trunc,
  paint: paintFor(io.stdout, io.env),
});

/** Prints values as asked for: JSON whole, ids one a line, or as people read them. */
export const print = <Value>(
  io: Io,
  flags: OutputFlags,
  values: Value[],
  as: { id?: (value: Value) => string | number; text: (values: Value[], look: Look) => string },
): void => {
  if (flags.output === 'json') printJson(io, values);
  else if (flags.quiet && as.id) io.stdout.write(values.map((value) => `${as.id!(value)}\n`).join(''));
  else io.stdout.write(as.text(values, lookOf(io, flags)));
};

/** A sentence beside the data; on a terminal it stands under a table, in a pipe it is out of the way. */
export const note = (io: Io, text: string): void => io.stderr.write(`${text}\n`);

/** One value a line, for streams that may have no end. */
export const printJsonLine = (io: Io, value: unknown): void => io.stdout.write(`${JSON.stringify(value)}\n`);
