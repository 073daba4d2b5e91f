import { spawn } from 'node:child_process';
import { RestowError } from '@restow/shared/base/errors';
import { faultPoint } from '../fault-point.ts';

/** What a command did. A failing exit code is a value; `must` and its kin throw on it. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Debian's package of each tool used here, for the message when one is missing. */
export const packageOf: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  bridge: 'iproute2',
  ss: 'iproute2',
  nft: 'nftables',
  iptables: 'iptables',
  'iptables-restore': 'iptables',
  conntrack: 'conntrack',
  nsenter: 'util-linux',
};

/** Exit code of `nsenter` and shells for a program that is not there. */
const programMissing = 127;

/** No call here takes the kernel longer, but for ten thousand entries on a busy machine. */
const deadlineMs = 30_000;

/**
 * Runs the tools that speak to the kernel's network: `ip`, `bridge`, `nft`, `iptables`, `conntrack`, `ss`. Starting one
 * costs some 9 ms, a line of a batch microseconds: ask once for all, change by batch.
 *
 * Links are read by `ip -j` and never from /sys, which shows the links of the namespace it was mounted in.
 */
export class Netlink {
  readonly #prefix: readonly string[];

  /** `prefix` stands before every command, such as `nsenter --net=PATH --` to act in another network namespace. */
  constructor(prefix: readonly string[] = []) {
    this.#prefix = prefix;
  }

  /** Runs a command to its end. Throws when it cannot be run at all or does not end in time. */
  run(argv: readonly string[], input = ''): Promise<Ran> {
    const [program = '', ...args] = [...this.#prefix, ...argv];
    faultPoint(() => `${argv.join(' ')} ${input}`);
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        // Messages are matched, so they have to be in English.
        env: { ...process.env, LC_ALL: 'C' },
        timeout: deadlineMs,
        killSignal: 'SIGKILL',
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      // A command that ends without reading all of its input says why by its exit code.
      child.stdin.on('error', () => {});
      child.stdin.end(input);
      child.on('error', (cause: NodeJS.ErrnoException) =>
        reject(
          cause.code === 'ENOENT'
            ? missingCommands([program])
            : new RestowError('internal', `Could not run \`${argv.join(' ')}\`: ${cause.message}`, { cause }),
        ),
      );
      child.on('close', (code, signal) => {
        if (code === null)
          return reject(
            new RestowError(
              'timeout',
              `\`${argv.join(' ')}\` was ended by ${signal} (it has ${deadlineMs / 1000} s); see whether it hangs when run by hand`,
            ),
          );
        const text = Buffer.concat(stderr).toString();
        if (code === programMissing && /No such file or directory|not found/.test(text))
          return reject(missingCommands([argv[0]!]));
        resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: text });
      });
    });
  }

  /** Runs a command that has to work, and returns what it printed. `purpose` completes "Could not ...". */
  async must(purpose: string, argv: readonly string[], input = ''): Promise<string> {
    const ran = await this.run(argv, input);
    if (ran.code !== 0) throw explain(purpose, argv, ran, input);
    return ran.stdout;
  }

  /** Runs a command that prints JSON. `Shape` is what the tool is known to print. */
  async json<Shape>(purpose: string, argv: readonly string[]): Promise<Shape> {
    const printed = await this.must(purpose, argv);
    // Some versions print nothing where others print an empty list.
    return JSON.parse(printed.trim() || '[]') as Shape;
  }

  /** Feeds lines to `ip -batch` or `bridge -batch`, which stop at the first that fails. No line, no command. */
  async batch(purpose: string, tool: 'ip' | 'bridge', lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.must(purpose, [tool, '-batch', '-'], `${lines.join('\n')}\n`);
  }

  /**
   * Feeds all lines whatever becomes of single ones. Returns the complaint, `null` when every line worked; meant for
   * callers who look afterwards whether what they wanted stands.
   */
  async batchAll(purpose: string, tool: 'ip' | 'bridge', lines: readonly string[]): Promise<RestowError | null> {
    if (lines.length === 0) return null;
    const argv = [tool, '-force', '-batch', '-'];
    const input = `${lines.join('\n')}\n`;
    const ran = await this.run(argv, input);
    return ran.code === 0 ? null : explain(purpose, argv, ran, input);
  }

  /**
   * Feeds lines to `conntrack -R -`, which carries out those it can. By a pipe of the shell's: it opens /dev/stdin by its
   * name, and what Node gives a program for its input is a socket, which cannot be opened so.
   */
  changeFlows(lines: readonly string[]): Promise<Ran> {
    return this.run(['sh', '-c', 'cat | conntrack -R -'], `${lines.join('\n')}\n`);
  }

  /** One nft transaction: all of the text or nothing. */
  async transaction(purpose: string, text: string): Promise<void> {
    await this.must(purpose, ['nft', '-f', '-'], text);
  }
}

/** The commands that are missing here, and how to get them. */
export const missingCommands = (commands: readonly string[]): RestowError => {
  const packages = [...new Set(commands.map((command) => packageOf[command] ?? command))].join(' ');
  const list = commands.map((command) => `\`${command}\``).join(', ');
  return new RestowError(
    'failed-precondition',
    `The node's network needs ${list}, which ${commands.length > 1 ? 'are' : 'is'} not installed on this machine. ` +
      `Install ${packages} (Debian, Ubuntu: apt-get install ${packages}).`,
  );
};

/** The line of a batch that failed, which the tools only number ("Command failed -:3"). */
const withLines = (message: string, input: string): string =>
  message.replace(/Command failed -:(\d+)/g, (words, number: string) => {
    const line = input.split('\n')[Number(number) - 1];
    return line === undefined ? words : `(at "${line}")`;
  });

/** What a failed command means: what was attempted, what it printed, and what to do. */
export const explain = (purpose: string, argv: readonly string[], ran: Ran, input = ''): RestowError => {
  const printed = ran.stderr.trim() || ran.stdout.trim() || 'it printed nothing';
  const lines = withLines(printed, input).split('\n');
  const said = [...lines.slice(0, 6), ...(lines.length > 6 ? [`and ${lines.length - 6} lines more`] : [])].join('; ');
  const what = `Could not ${purpose}: \`${argv.join(' ')}\` ended with ${ran.code}: ${said}.`;
  if (/Operation not permitted|Permission denied|must be root/i.test(printed))
    return new RestowError('failed-precondition', `${what} The agent has to run as root.`);
  if (/Unknown device type/.test(printed))
    return new RestowError(
      'failed-precondition',
      `${what} This kernel has no VXLAN: load it (modprobe vxlan), or install the package with the kernel's extra modules.`,
    );
  return new RestowError('internal', `${what} Run it by hand on this machine to see what stands in its way.`);
};
