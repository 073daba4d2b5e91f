import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, readAnswer } from './load-client-answer.ts';
import { Pace } from './load-client-pace.ts';
import type { LoadKind, LoadPlan, LoadRecord } from './load-client-report.ts';

// `PLAN`, as JSON: asks by it until its input ends, and then until every question has come to its end. One line of JSON a
// question; a line of input is another target from now on, as JSON too.
const plan = JSON.parse(process.argv[2] ?? '') as LoadPlan;
let target = plan.target;

/** Later than that nobody waits, and it is known to be a failure long before. Milliseconds. */
const patienceMs = 5_000;
/** Output goes in pieces: a write for each question would cost more than the question. Milliseconds. */
const tellEveryMs = 40;

const over = new AbortController();
const now = (): number => performance.timeOrigin + performance.now();

let told = '';
const tell = (): void => {
  if (told !== '') process.stdout.write(told);
  told = '';
};
const telling = setInterval(tell, tellEveryMs);
const record = (one: LoadRecord): void => {
  told += `${JSON.stringify(one)}\n`;
};

const resolver = new Resolver({ timeout: 900, tries: 1 });
if (plan.resolver !== null) resolver.setServers([plan.resolver]);
const addressNow = async (): Promise<string> => {
  if (plan.resolver === null) return target;
  const [address] = await resolver.resolve4(target);
  return address ?? '';
};

/** What became of a question: an answer, or why there is none. */
type Outcome = { answer: Answer } | { trouble: string; cut: boolean };

/** One connection to the target, for one question at a time. */
class Connection {
  readonly #socket;
  #text = '';
  #connected = false;
  #ended: string | null = null;
  #settle: ((outcome: Outcome) => void) | null = null;
  /** Called when the other side ends it while nothing is asked. */
  readonly #endedIdle: () => void;

  constructor(address: string, endedIdle: () => void) {
    this.#endedIdle = endedIdle;
    this.#socket = connect({ host: address, port: plan.port, noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('connect', () => {
      this.#connected = true;
    });
    this.#socket.on('data', (text) => {
      this.#text += text;
      this.#look(false);
    });
    this.#socket.on('end', () => this.#over('EOF'));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#over(error.code ?? error.message));
  }

  /** Asks, and waits for the whole answer. */
  ask(path: string, keep: boolean, withinMs: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end({ trouble: 'no answer', cut: false }), withinMs);
      this.#settle = (outcome) => {
        this.#settle = null;
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#text = '';
      const closing = keep ? '' : 'Connection: close\r\n';
      if (this.#ended !== null) this.#end({ trouble: this.#ended, cut: true });
      else this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: load\r\n${closing}\r\n`);
    });
  }

  close(): void {
    this.#ended ??= 'closed';
    this.#socket.destroy();
  }

  #look(ended: boolean): void {
    const answer = readAnswer(this.#text, ended);
    if (answer !== null) this.#end({ answer });
  }

  #end(outcome: Outcome): void {
    this.#settle?.(outcome);
  }

  #over(why: string): void {
    if (this.#ended !== null) return;
    this.#ended = why;
    if (this.#settle === null) this.#endedIdle();
    else {
      this.#look(true);
      this.#end({ trouble: why, cut: this.#connected });
    }
    this.#socket.destroy();
  }
}

const noEnd = (): void => undefined;

/** Opens a connection; a name that cannot be resolved is a trouble like any other. */
const open = (endedIdle: () => void): Promise<Connection | { trouble: string; cut: boolean }> =>
  addressNow().then(
    (address) => new Connection(address, endedIdle),
    (error: NodeJS.ErrnoException) => ({ trouble: `DNS ${error.code ?? error.message}`, cut: false }),
  );

const recordOf = (about: Pick<LoadRecord, 'kind' | 'fresh' | 'due' | 'begun'>, outcome: Outcome): void => {
  const common = { ...about, ended: now() };
  if ('trouble' in outcome) record({ ...common, version: null, by: null, ...outcome });
  else {
    const { status, body, by } = outcome.answer;
    const trouble = status === 200 ? null : `status ${status}`;
    record({ ...common, version: trouble === null ? body : null, by, trouble, cut: false });
  }
};

const askOnce = async (kind: Exclude<LoadKind, 'kept'>, due: number): Promise<void> => {
  const about = { kind, fresh: true, due, begun: now() };
  const opened = await open(noEnd);
  if (!(opened instanceof Connection)) {
    recordOf(about, opened);
    return;
  }
  const [path, takesMs] = kind === 'slow' ? [`/slow?ms=${plan.slowMs}`, plan.slowMs] : ['/', 0];
  recordOf(about, await opened.ask(path, false, takesMs + patienceMs));
  opened.close();
};

/** Asks on one connection for as long as it may be used, and then on the next. */
const askOnAndOn = async (firstDue: number): Promise<void> => {
  const pace = new Pace(1000 / plan.keptEveryMs, firstDue);
  let connection: Connection | null = null;
  const lost = (): void => {
    connection = null;
    const at = now();
    const about = { kind: 'kept' as const, fresh: false, due: at, begun: at, ended: at, version: null, by: null };
    record({ ...about, trouble: 'ended between two questions', cut: true });
  };
  for (;;) {
    await pause(Math.max(0, pace.next - now()));
    if (over.signal.aborted) break;
    const [due = 0] = pace.take(pace.next);
    const about = { kind: 'kept' as const, fresh: connection === null, due, begun: now() };
    const opened: Connection | { trouble: string; cut: boolean } = connection ?? (await open(lost));
    if (!(opened instanceof Connection)) {
      recordOf(about, opened);
      continue;
    }
    connection = opened;
    const outcome = await opened.ask('/', true, patienceMs);
    recordOf(about, outcome);
    if ('answer' in outcome && !outcome.answer.closes) continue;
    opened.close();
    connection = null;
  }
  (connection as Connection | null)?.close();
};

const askedOnce = new Set<Promise<void>>();
const askAtPace = async (kind: Exclude<LoadKind, 'kept'>, perSecond: number): Promise<void> => {
  if (perSecond === 0) return;
  const pace = new Pace(perSecond, now());
  while (!over.signal.aborted) {
    for (const due of pace.take(now())) {
      const asked = askOnce(kind, due).finally(() => askedOnce.delete(asked));
      askedOnce.add(asked);
    }
    await pause(Math.max(0, pace.next - now()), undefined, { signal: over.signal }).catch(noEnd);
  }
};

createInterface({ input: process.stdin })
  .on('line', (line) => {
    target = JSON.parse(line) as string;
  })
  .on('close', () => over.abort());

await Promise.all([
  askAtPace('new', plan.newPerSecond),
  askAtPace('slow', plan.slowPerSecond),
  // Not all at the same moment.
  ...Array.from({ length: plan.kept }, (_, at) => askOnAndOn(now() + (at * plan.keptEveryMs) / plan.kept)),
]);
await Promise.all(askedOnce);
clearInterval(telling);
tell();
