import type { OutputFlags } from './flags/output-flags.ts';
import type { Io, Out } from './io.ts';
import type { Look } from './render/look.ts';
import { paintFor } from './render/paint.ts';

export const printJson = (io: Io, value: unknown): void => io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

/** How text is to look on one of the outputs. */
export const lookOf = (io: Io, out: Out, { trunc = true }: Pick<OutputFlags, 'trunc'> = {}): Look => ({
  now: io.now(),
  trunc,
  paint: paintFor(out, io.env),
});

/** Prints values as asked for: JSON whole, with --quiet ids one a line (or nothing, for `null`), or as people read them. */
export const print = <Value>(
  io: Io,
  flags: OutputFlags,
  values: Value[],
  as: { id?: ((value: Value) => string | number) | null; text: (values: Value[], look: Look) => string },
): void => {
  const { id, text } = as;
  if (flags.output === 'json') printJson(io, values);
  else if (!flags.quiet || id === undefined) io.stdout.write(text(values, lookOf(io, io.stdout, flags)));
  else if (id !== null) io.stdout.write(values.map((value) => `${id(value)}\n`).join(''));
};

/** One value a line, for streams that may have no end. */
export const printJsonLine = (io: Io, value: unknown): void => io.stdout.write(`${JSON.stringify(value)}\n`);
