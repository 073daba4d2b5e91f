import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { insideHost } from '@restow/lab/hosts';
import type { Lab } from '@restow/lab/lab';
import { labPlace, memberEnvironment } from '@restow/lab/lab-place';
import type { EngineContainer } from './cluster.ts';

/** What a container heard when it asked for a name. */
export interface Heard {
  /** When it asked and when it heard, milliseconds since the epoch. */
  at: number;
  until: number;
  name: string;
  /** In the order they came. */
  addresses: string[];
  /** Seconds; `null` without an address. */
  ttl: number | null;
  /** `ENOTFOUND`: there is no such name; `null` with addresses. */
  error: string | null;
}

const program = fileURLToPath(new URL('./name-watch-main.ts', import.meta.url));

type Asker = Pick<EngineContainer, 'host' | 'State'>;

/** A program in a container's network that asks as its container asks. */
const startAsking = (lab: Lab, { host, State }: Asker, times: string, names: readonly string[]) => {
  const asking = ['nsenter', `--net=/proc/${State.Pid}/ns/net`, process.execPath, program, times, ...names];
  const [command = '', ...args] = insideHost(lab.host(host), asking);
  const child = spawn(command, args, {
    env: memberEnvironment(labPlace(lab.dir)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const heard: Heard[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => heard.push(JSON.parse(line) as Heard));
  return { heard, stdin: child.stdin, ended };
};

/** What a container hears when it asks for each of these once: its addresses sorted, or why there are none. */
export const namesSeenBy = async <Name extends string>(
  lab: Lab,
  asker: Asker,
  ...names: Name[]
): Promise<Record<Name, string[] | string>> => {
  const { heard, ended } = startAsking(lab, asker, '1', names);
  await ended;
  return Object.fromEntries(heard.map(({ name, addresses, error }) => [name, error ?? addresses.toSorted()])) as Record<
    Name,
    string[] | string
  >;
};

/** A container that asks for names without end. */
export interface NameWatch {
  /** What it heard so far, in the order it asked. */
  of(name: string): Heard[];
  /** Resolves when it has asked for each name so many times more. */
  more(times: number): Promise<void>;
  /** Resolves when it has asked for each name after that time, milliseconds since the epoch. */
  past(time: number): Promise<void>;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Starts one; the lab takes it along should the test never stop it. */
export const startNameWatch = (lab: Lab, asker: Asker, ...names: string[]): NameWatch => {
  const { heard, stdin, ended } = startAsking(lab, asker, 'on', names);
  const of = (name: string) => heard.filter((each) => each.name === name);
  const untilAll = async (isSo: (heard: Heard[], at: number) => boolean) => {
    while (!names.every((name, at) => isSo(of(name), at))) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  return {
    of,
    more: (times) => {
      const had = names.map((name) => of(name).length);
      return untilAll(({ length }, at) => length >= had[at]! + times);
    },
    past: (time) => untilAll((each) => (each.at(-1)?.at ?? 0) > time),
    stop: async () => {
      stdin.end();
      await ended;
    },
  };
};

/** What a name led to, and from when to when something was done that made it lead elsewhere. */
export interface NameChange {
  from: number;
  to: number;
  before: readonly string[];
  after: readonly string[];
}

/**
 * What was heard that was so at no moment from when it was asked, less as long as an answer may be kept, to when it was
 * heard. While a change goes on, what was before it is so and what is after it. Changes in their order, at least one.
 */
export const staleAnswers = (heard: readonly Heard[], changes: readonly NameChange[], ttlSeconds = 1): Heard[] => {
  const key = (addresses: readonly string[]) => addresses.toSorted().join(' ');
  const states = [
    { is: key(changes[0]!.before), from: Number.NEGATIVE_INFINITY, to: changes[0]!.to },
    ...changes.map(({ from, after }, index) => ({
      ...{ is: key(after), from, to: changes[index + 1]?.to ?? Number.POSITIVE_INFINITY },
    })),
  ];
  return heard.filter(
    ({ at, until, addresses }) =>
      !states.some(({ is, from, to }) => is === key(addresses) && from <= until && to >= at - ttlSeconds * 1000),
  );
};
