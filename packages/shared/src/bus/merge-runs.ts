import type { LogLine } from './log-line.ts';

/** Lines of one origin in their own order, read piece by piece; nothing is read before it is needed. */
export interface LineRun {
  /** No line is earlier. */
  begins: string;
  read(): AsyncIterable<LogLine[]>;
}

interface OpenRun {
  lines: LogLine[];
  at: number;
  more: AsyncIterator<LogLine[]>;
}

/**
 * Merges runs by time. Each keeps its own order, even where its times do not rise; of equal times the run that was given
 * first comes first. Holds one piece of each run that is open, and opens one only when its time has come: of a year of
 * deployments there are as many open as ran side by side.
 */
export async function* mergeRuns(runs: LineRun[]): AsyncGenerator<LogLine[], void, undefined> {
  const waiting = runs.toSorted((a, b) => (a.begins < b.begins ? -1 : a.begins > b.begins ? 1 : 0));
  const open: OpenRun[] = [];
  try {
    for (;;) {
      let first = earliest(open);
      while (waiting[0] && (!first || waiting[0].begins <= timeOf(first))) {
        const opened: OpenRun = { lines: [], at: 0, more: waiting.shift()!.read()[Symbol.asyncIterator]() };
        if (await refill(opened)) open.push(opened);
        first = earliest(open);
      }
      if (!first) return;
      const others = open.filter((run) => run !== first);
      const rival = earliest(others);
      const next = waiting[0]?.begins;
      const limit = rival && (next === undefined || timeOf(rival) < next) ? timeOf(rival) : next;
      let end = first.at + 1;
      while (end < first.lines.length && (limit === undefined || first.lines[end]!.time <= limit)) end++;
      yield first.lines.slice(first.at, end);
      first.at = end;
      if (end === first.lines.length && !(await refill(first))) open.splice(open.indexOf(first), 1);
    }
  } finally {
    await Promise.all(open.map(({ more }) => more.return?.()));
  }
}

const timeOf = (run: OpenRun): string => run.lines[run.at]!.time;

const earliest = (open: OpenRun[]): OpenRun | null => {
  let found: OpenRun | null = null;
  for (const run of open) if (found === null || timeOf(run) < timeOf(found)) found = run;
  return found;
};

/** The next piece that has lines; `false` when there is none. */
const refill = async (run: OpenRun): Promise<boolean> => {
  for (;;) {
    const { done, value } = await run.more.next();
    if (done) return false;
    if (value.length === 0) continue;
    run.lines = value;
    run.at = 0;
    return true;
  }
};
