import { spawn } from 'node:child_process';
import { RestowError } from '@restow/shared/base/errors';

export interface CommandResult {
  stdout: string;
  stderr: string;
  /** Exit code; 128 + the signal's number when a signal ended it, as a shell has it. */
  code: number;
}

export interface CommandOptions {
  /** Written to standard input; none means an empty one. */
  input?: string;
  /** The whole environment; default: ours. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  signal?: AbortSignal;
  /** After this many milliseconds it is killed and a `timeout` thrown. Default 60 000. */
  deadlineMs?: number;
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs a program to its end and returns what it said. A failing exit code is a value; only a program that cannot be
 * run at all, or does not end in time, is thrown.
 */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program = '', ...args] = argv;
  const deadlineMs = options.deadlineMs ?? 60_000;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: options.env,
      cwd: options.cwd,
      signal: options.signal,
      killSignal: 'SIGKILL',
      timeout: deadlineMs,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A program that ends without reading its input is no fault of ours; its exit code says what happened.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    const begun = performance.now();
    child.on('error', (cause) => {
      if (options.signal?.aborted) return reject(options.signal.reason);
      reject(new RestowError('unavailable', `Could not run \`${argv.join(' ')}\`: ${cause.message}`, { cause }));
    });
    child.on('close', (code, signal) => {
      if (code === null && performance.now() - begun >= deadlineMs)
        return reject(new RestowError('timeout', `\`${argv.join(' ')}\` did not end within ${deadlineMs} ms`));
      resolve({
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        code: code ?? 128 + (signalNumbers[signal ?? 'SIGKILL'] ?? 0),
      });
    });
  });
}

/** Like `runCommand` for a command that has to work: returns its standard output, throws `purpose` and what it said. */
export async function mustRun(purpose: string, argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { stdout, stderr, code } = await runCommand(argv, options);
  if (code === 0) return stdout;
  const said = (stderr.trim() || stdout.trim() || 'it said nothing').split('\n').slice(-5).join('; ');
  throw new RestowError('unavailable', `Could not ${purpose}: \`${argv.join(' ')}\` ended with ${code}: ${said}`);
}
