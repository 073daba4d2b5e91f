import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { insideHost } from '@restow/lab/hosts';
import type { Lab } from '@restow/lab/lab';
import { labPlace, memberEnvironment } from '@restow/lab/lab-place';
import { type LoadPlan, type LoadRecord, type LoadReport, reportOf } from './load-client-report.ts';

/** A client that asks without end by a plan, and never the same thing twice. */
export interface LoadClient {
  name: string;
  plan: LoadPlan;
  /** All it has told of so far: what is still under way is not among it. */
  records: readonly LoadRecord[];
  /** From the next connection on it asks there. */
  turnTo(target: string): void;
  /** What was asked from `from` until `to` came to; times in milliseconds since the epoch. Whole only after `stop()`. */
  report(from: number, to: number): LoadReport;
  /** Asks no more; resolves when the last question has come to its end. Safe to repeat. */
  stop(): Promise<void>;
}

/** Where a client asks from: the machine outside of all hosts, or the network of a program of a host. */
export type LoadPlace = 'outside' | { host: string; pid: number };

const program = fileURLToPath(new URL('./load-client-main.ts', import.meta.url));

/** The time of records: milliseconds since the epoch with fractions, the same for all programs of a machine. */
export const loadNow = (): number => performance.timeOrigin + performance.now();

/** The plan of a client that asks an address at port 80 and does nothing else; to be filled. */
export const idlePlan: Omit<LoadPlan, 'target'> = {
  port: 80,
  resolver: null,
  newPerSecond: 0,
  slowPerSecond: 0,
  slowMs: 3000,
  kept: 0,
  keptEveryMs: 50,
};

/** Starts a client; resolves when it has begun to ask. `lab`: takes it along, should nobody stop it. */
export const startLoad = async (
  name: string,
  plan: LoadPlan,
  { lab, from = 'outside' }: { lab?: Lab; from?: LoadPlace } = {},
): Promise<LoadClient> => {
  const asking = [process.execPath, program, JSON.stringify(plan)];
  const placed =
    from === 'outside' || lab === undefined
      ? asking
      : insideHost(lab.host(from.host), ['nsenter', `--net=/proc/${from.pid}/ns/net`, ...asking]);
  const [command = '', ...args] = placed;
  const client = spawn(command, args, {
    env: lab === undefined ? process.env : memberEnvironment(labPlace(lab.dir)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // Who has ended is told nothing more; that it has is known by its end.
  client.stdin.on('error', () => undefined);
  const records: LoadRecord[] = [];
  const lines = createInterface({ input: client.stdout });
  const ended = Promise.all([once(client, 'close'), once(lines, 'close')]);
  lines.on('line', (line) => records.push(JSON.parse(line) as LoadRecord));
  let asked = false;
  lines.once('line', () => {
    asked = true;
  });
  await Promise.race([once(lines, 'line'), ended]);
  if (!asked) throw new Error(`The load client ${name} ended before it had asked anything`);
  return {
    name,
    plan,
    records,
    turnTo: (target) => void client.stdin.write(`${JSON.stringify(target)}\n`),
    report: (from, to) => reportOf(plan, records, from, to),
    stop: async () => {
      client.stdin.end();
      await ended;
    },
  };
};
