import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { insideHost } from '@restow/lab/hosts';
import type { Lab } from '@restow/lab/lab';
import { labPlace, memberEnvironment } from '@restow/lab/lab-place';

/** Where a program of a bench runs: on the machine, in a host of the lab, or in the network of a container there. */
export type Where = { on: 'machine' } | { on: 'host'; host: string } | { on: 'container'; host: string; pid: number };

/** A program that is told and tells in lines of JSON; it ends when its input does. */
export interface LabChild extends AsyncDisposable {
  tell(what: unknown): void;
}

const lineFor = (lab: Lab, where: Where, argv: string[]): string[] => {
  if (where.on === 'machine') return argv;
  const inside = where.on === 'host' ? argv : ['nsenter', `--net=/proc/${where.pid}/ns/net`, ...argv];
  return insideHost(lab.host(where.host), inside);
};

/** Starts a program of this folder. The lab takes it along, should nobody end it. */
export const startChild = (
  lab: Lab,
  where: Where,
  program: string,
  args: string[],
  heard: (line: string) => void,
): LabChild => {
  const [command = '', ...rest] = lineFor(lab, where, [process.execPath, program, ...args]);
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(command, rest, {
    env: memberEnvironment(labPlace(lab.dir)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  createInterface({ input: child.stdout }).on('line', heard);
  return {
    tell: (what) => child.stdin.write(`${JSON.stringify(what)}\n`),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
    },
  };
};
