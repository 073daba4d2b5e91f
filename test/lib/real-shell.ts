import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dialled } from './run-cli.ts';

/** Shells as a person starts them, without the files of whoever runs the tests. */
const commandOf = {
  bash: 'bash --norc --noprofile -i',
  zsh: 'zsh -f -i',
  fish: 'fish --no-config -i',
} as const;

export type ShellName = keyof typeof commandOf;

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

/** It is installed, and so is what gives it a terminal. */
export const hasShell = (shell: ShellName): boolean => has(shell) && has('script');

/** A shell on a terminal, with the completion of restow loaded. */
export interface RealShell extends AsyncDisposable {
  /**
   * Types keys (`\t` is TAB) and Enter, and waits for the command line that came of them: the words `restow` was called
   * with.
   */
  types(keys: string): Promise<string[]>;
  /** All that the terminal showed so far. */
  shown(): string;
}

/** `restow` is the CLI for its completion; any other call of it is only told, not run. */
const program = (main: string) => `#!/bin/sh
case $1 in
  __complete | completion) exec '${process.execPath}' --conditions=source -- '${main}' "$@" ;;
esac
printf 'RAN'
printf ' <%s>' "$@"
printf ' NAR\\n'
`;

/** Loads the completion and says when the shell is ready to be typed to. */
const loading: Record<ShellName, string> = {
  bash: 'PS1="> "; source <(restow completion bash); echo REA""DY',
  zsh: 'PS1="> "; autoload -U compinit; compinit -D; source <(restow completion zsh); echo REA""DY',
  fish: 'function fish_prompt; echo -n "> "; end; function fish_greeting; end; restow completion fish | source; echo REA""DY',
};

export const openShell = async (shell: ShellName, coordinator: Dialled): Promise<RealShell> => {
  const home = mkdtempSync(join(tmpdir(), 'restow-shell-'));
  const path = join(home, 'restow');
  writeFileSync(path, program(join(import.meta.dirname, '../../packages/cli/src/main.ts')));
  chmodSync(path, 0o755);
  const child: ChildProcess = spawn('script', ['-qfec', commandOf[shell], '/dev/null'], {
    cwd: home,
    env: {
      PATH: `${home}:${process.env.PATH}`,
      HOME: home,
      TERM: 'xterm',
      RESTOW_HOST: coordinator.address,
      RESTOW_TOKEN: coordinator.token,
      // Long, so that a machine busy with other tests leaves no name out.
      RESTOW_COMPLETION_TIMEOUT: '20s',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let shown = '';
  let news: () => void = () => undefined;
  child.stdout!.on('data', (text) => {
    shown += text;
    news();
  });
  const until = (pattern: RegExp, from: number): Promise<RegExpExecArray> =>
    new Promise((resolve) => {
      news = () => {
        const found = pattern.exec(shown.slice(from));
        if (found) resolve(found);
      };
      news();
    });
  const type = (keys: string) => child.stdin!.write(keys);

  type(`${loading[shell]}\r`);
  await until(/READY\r?\n/, 0);
  return {
    types: async (keys) => {
      const from = shown.length;
      type(`${keys}\r`);
      const [, words = ''] = await until(/RAN (.*?) NAR/s, from);
      return [...words.matchAll(/<([^>]*)>/g)].map(([, word]) => word!);
    },
    shown: () => shown,
    [Symbol.asyncDispose]: async () => {
      child.stdin!.end('exit\r');
      const impatient = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(impatient);
      rmSync(home, { recursive: true, force: true });
    },
  };
};
