#!/usr/bin/env -S node --
import { createInterface } from 'node:readline/promises';
import { Interrupted, type Out } from './io.ts';
import { run } from './run.ts';

const interruption = new AbortController();
// Once: a second Ctrl-C ends the program at once, as without us.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interruption.abort(new Interrupted(signal)));

// `restow service logs web | head`: the reader has enough. 141 is what a shell calls an end by SIGPIPE.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(141);
  throw error;
});

const out = (stream: NodeJS.WriteStream): Out => ({
  write: (text) => void stream.write(text),
  isTTY: stream.isTTY === true,
  get columns() {
    return stream.columns ?? 80;
  },
});

const ask = async (question: string): Promise<string> => {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // An input that ends without a line is a line of nothing.
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  lines.once('SIGINT', () => interruption.abort(new Interrupted('SIGINT')));
  try {
    return await Promise.race([lines.question(question, { signal: interruption.signal }), ended]);
  } catch (error) {
    interruption.signal.throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
};

const exitCode = await run(process.argv.slice(2), {
  stdout: out(process.stdout),
  stderr: out(process.stderr),
  canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
  ask,
  env: process.env,
  now: Date.now,
  interrupted: interruption.signal,
});

/** What was written is out. */
const flushed = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write('', () => resolve()));

// Not left to the event loop: a connection still being made to a host that swallows it would keep us for minutes.
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(exitCode);
