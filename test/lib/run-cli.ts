import { Interrupted, type Io } from '@restow/cli/io';
import { run } from '@restow/cli/run';
import { start } from './views.ts';

export interface CliRun {
  code: number;
  out: string;
  err: string;
}

export interface CliWorld {
  env?: Record<string, string>;
  /** What stderr is to look like. */
  terminal?: boolean;
  /** Told each text written to stdout, to stderr. */
  onOut?: (text: string) => void;
  onErr?: (text: string) => void;
  interrupted?: AbortSignal;
  /** Lines a person at the terminal answers with, one a question; without it nobody is there. */
  answers?: string[];
  now?: () => number;
}

/** Whom the CLI is to dial. */
export interface Dialled {
  address: string;
  token: string;
}

export const ctrlC = (): Interrupted => new Interrupted('SIGINT');

/** One command line of the CLI in this process, against that coordinator. */
export const runCli = async (coordinator: Dialled, argv: string[], world: CliWorld = {}): Promise<CliRun> => {
  const written = { out: '', err: '' };
  const io: Io = {
    stdout: {
      write: (text) => {
        written.out += text;
        world.onOut?.(text);
      },
      isTTY: false,
      columns: 80,
    },
    stderr: {
      write: (text) => {
        written.err += text;
        world.onErr?.(text);
      },
      isTTY: world.terminal === true,
      columns: 80,
    },
    canAsk: world.answers !== undefined,
    ask: async (question) => {
      written.err += `${question}\n`;
      const answer = world.answers?.shift();
      if (answer === undefined) throw new Error(`nobody was told what to answer to: ${question}`);
      return answer;
    },
    env: { RESTOW_HOST: coordinator.address, RESTOW_TOKEN: coordinator.token, NO_COLOR: '1', ...world.env },
    now: world.now ?? (() => start + 200_000),
    interrupted: world.interrupted ?? new AbortController().signal,
  };
  const code = await run(argv, io);
  return { code, ...written };
};
