import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { insideHost } from '@restow/lab/hosts';
import type { Lab } from '@restow/lab/lab';
import { labPlace, memberEnvironment } from '@restow/lab/lab-place';
import type { EngineContainer } from './cluster.ts';

/** One question a client asked and who answered it. */
export interface Asked {
  /** When it was asked, milliseconds since the epoch. */
  at: number;
  target: string;
  /** The host name of the container that answered with 200; `null` when none did. */
  by: string | null;
}

/** A client in a host that asks without end, each target in turn with itself, every question on a new connection. */
export interface ClientLoop {
  /** What was asked so far, each target's questions in their order. */
  of(target: string): Asked[];
  /** Ends it. */
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('./client-loop-main.ts', import.meta.url));

/** Where a client asks from: a host, or the network of a container there. */
type Place = string | Pick<EngineContainer, 'host' | 'State'>;

/**
 * Starts a client; the lab takes it along should the test never stop it. `timeoutMs`: a question that is not answered by
 * then was asked of nobody.
 */
export const startClientLoop = (
  lab: Lab,
  from: Place,
  targets: string[],
  { timeoutMs = 2_000 }: { timeoutMs?: number } = {},
): ClientLoop => {
  const asking = [process.execPath, program, String(timeoutMs), ...targets];
  const [command = '', ...args] =
    typeof from === 'string'
      ? insideHost(lab.host(from), asking)
      : insideHost(lab.host(from.host), ['nsenter', `--net=/proc/${from.State.Pid}/ns/net`, ...asking]);
  const client = spawn(command, args, {
    env: memberEnvironment(labPlace(lab.dir)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(client, 'close');
  const asked: Asked[] = [];
  createInterface({ input: client.stdout }).on('line', (line) => asked.push(JSON.parse(line) as Asked));
  return {
    of: (target) => asked.filter((each) => each.target === target),
    stop: async () => {
      client.stdin.end();
      await ended;
    },
  };
};

/** Who answered, one after another, each named once for as long as nobody else did; `null` where nobody did. */
export const answeredBy = (asked: readonly Asked[]): (string | null)[] =>
  asked.map(({ by }) => by).filter((by, at, all) => at === 0 || by !== all[at - 1]);

/** The times of the first and the last question that nobody answered. Throws when all were. */
export const silence = (asked: readonly Asked[]): { from: number; to: number } => {
  const unanswered = asked.filter(({ by }) => by === null);
  const [first, last] = [unanswered[0], unanswered.at(-1)];
  if (!first || !last) throw new Error('Every question was answered, so there was no silence');
  return { from: first.at, to: last.at };
};

/** The longest time from the beginning of a question that was answered to the end of silence after it. Milliseconds. */
export const longestGap = (asked: readonly Asked[]): number => {
  const answered = asked.filter(({ by }) => by !== null).map(({ at }) => at);
  return Math.max(0, ...answered.slice(1).map((at, before) => at - answered[before]!));
};
