/** What a load client is to do, all of it without ever trying anything a second time. */
export interface LoadPlan {
  /** An address; or a name, asked of `resolver` for each connection. */
  target: string;
  port: number;
  /** `ADDRESS:PORT` of a DNS server; `null`: the target is an address. */
  resolver: string | null;
  /** Connections opened a second, each for one question. */
  newPerSecond: number;
  /** Questions a second, each on a connection of its own, that take the server `slowMs`. */
  slowPerSecond: number;
  slowMs: number;
  /** Connections kept open, each asked at every `keptEveryMs`. */
  kept: number;
  keptEveryMs: number;
}

/** `new`: one question, one connection. `slow`: the same, and its answer takes a while. `kept`: one of many on a connection. */
export type LoadKind = 'new' | 'slow' | 'kept';

/** One question and what became of it; times in milliseconds since the epoch. */
export interface LoadRecord {
  kind: LoadKind;
  /** It was the first on its connection, which was opened for it. */
  fresh: boolean;
  /** When the schedule had it, and when it was really asked: between them is what the client's own machine made late. */
  due: number;
  begun: number;
  ended: number;
  /** What was answered with 200: the version. */
  version: string | null;
  /** Who answered: the container's host name. */
  by: string | null;
  /** Why there was no answer. */
  trouble: string | null;
  /** The other side ended a connection that stood, in the middle of a question or, unannounced, between two. */
  cut: boolean;
}

/** An answer that comes so much later than it takes to make it counts as none. Milliseconds. */
export const tooLateMs = 900;
/** An answer later than this had to be asked for again by TCP. Milliseconds. */
export const slowedMs = 250;
/** A question asked so much after its time does not count as asked at the pace that was wanted. Milliseconds. */
export const behindMs = 100;
/** Between two answers of one client, their order in the network can be another than that of the questions. Milliseconds. */
export const orderToleranceMs = 30;

/** What became of the questions of one kind. */
export interface LoadTally {
  /** As many as the plan means. */
  nominal: number;
  /** Really asked, and of those the ones asked in time. */
  attempted: number;
  inTime: number;
  /** No answer, another one than 200, or one too late. */
  failed: number;
  /** Of the failed ones, those that were answered after all. */
  tooLate: number;
  /** Answered, in time, but later than TCP needs when nothing is lost. */
  slowed: number;
  cut: number;
  /** Longest time between two answers. Milliseconds. */
  longestGapMs: number;
}

/** What a load, or a part of one, came to. */
export interface LoadReport {
  kinds: Record<LoadKind, LoadTally>;
  /** Milliseconds since the epoch. */
  from: number;
  /** Every question that failed and every connection that was cut. */
  lost: LoadRecord[];
  /** Of all kinds together. */
  failed: number;
  cut: number;
  /** The least share of its nominal count that any kind was asked in time. */
  reached: number;
  /** Questions on new connections that a container answered after one that came later had answered an earlier question. */
  stale: LoadRecord[];
  /** How often each version answered. */
  versions: Record<string, number>;
  /** Who answered, in the order of their first answers on new connections. */
  holders: string[];
  /** Each kind of trouble, and how often. */
  troubles: Record<string, number>;
}

const takesMs = (plan: LoadPlan, { kind }: LoadRecord): number => (kind === 'slow' ? plan.slowMs : 0);

/** A record of a connection that ended between two questions is about no question. */
export const isQuestion = ({ begun, ended, cut }: LoadRecord): boolean => !(cut && begun === ended);

/** How much later than it takes the answer came. Milliseconds. Pure. */
export const lateness = (plan: LoadPlan, record: LoadRecord): number =>
  record.ended - record.begun - takesMs(plan, record);

export const hasFailed = (plan: LoadPlan, record: LoadRecord): boolean =>
  isQuestion(record) && (record.trouble !== null || lateness(plan, record) > tooLateMs);

/** Longest time between two answers, whenever they were asked for. Milliseconds; 0 for less than two. Pure. */
export const longestGap = (records: readonly LoadRecord[]): number => {
  const times = records
    .filter(({ trouble }) => trouble === null)
    .map(({ ended }) => ended)
    .sort((a, b) => a - b);
  return times.reduce((longest, at, index) => Math.max(longest, at - (times[index - 1] ?? at)), 0);
};

const tally = (plan: LoadPlan, records: readonly LoadRecord[], nominal: number): LoadTally => {
  const questions = records.filter(isQuestion);
  const answered = questions.filter(({ trouble }) => trouble === null);
  const tooLate = answered.filter((record) => lateness(plan, record) > tooLateMs).length;
  return {
    nominal: Math.round(nominal),
    attempted: questions.length,
    inTime: questions.filter(({ due, begun }) => begun - due <= behindMs).length,
    failed: questions.length - answered.length + tooLate,
    tooLate,
    slowed: answered.filter((record) => lateness(plan, record) > slowedMs).length - tooLate,
    cut: records.filter(({ cut }) => cut).length,
    longestGapMs: longestGap(records),
  };
};

/** Answers on new connections, by the time they were asked. */
const freshAnswers = (records: readonly LoadRecord[]): LoadRecord[] =>
  records
    .filter(({ fresh, trouble, by }) => fresh && trouble === null && by !== null)
    .sort((a, b) => a.begun - b.begun);

/**
 * Questions on new connections of one client that were answered by a container although a newer one had answered a
 * question asked before: the address would have had two owners at a time. Pure.
 */
export const staleAnswers = (records: readonly LoadRecord[]): LoadRecord[] => {
  const answers = freshAnswers(records);
  const firstOf = new Map<string, number>();
  for (const { by, begun } of answers) if (!firstOf.has(by!)) firstOf.set(by!, begun);
  const order = [...firstOf.keys()];
  return answers.filter(({ by, begun }) => {
    const next = firstOf.get(order[order.indexOf(by!) + 1] ?? '');
    return next !== undefined && begun > next + orderToleranceMs;
  });
};

const count = (words: readonly (string | null)[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const word of words) if (word !== null) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

/** What one client's questions asked from `from` until `to` came to. Pure. */
export const reportOf = (plan: LoadPlan, all: readonly LoadRecord[], from: number, to: number): LoadReport => {
  const records = all.filter(({ begun }) => begun >= from && begun < to);
  const seconds = (to - from) / 1000;
  const of = (kind: LoadKind, perSecond: number) =>
    tally(
      plan,
      records.filter((record) => record.kind === kind),
      perSecond * seconds,
    );
  const kinds = {
    new: of('new', plan.newPerSecond),
    slow: of('slow', plan.slowPerSecond),
    kept: of('kept', (plan.kept * 1000) / plan.keptEveryMs),
  };
  const each = Object.values(kinds);
  return {
    ...{ kinds, from },
    lost: records.filter((record) => record.cut || hasFailed(plan, record)),
    failed: each.reduce((sum, { failed }) => sum + failed, 0),
    cut: each.reduce((sum, { cut }) => sum + cut, 0),
    reached: Math.min(...each.filter(({ nominal }) => nominal > 0).map(({ inTime, nominal }) => inTime / nominal)),
    stale: staleAnswers(records),
    versions: count(records.map(({ version }) => version)),
    holders: [...new Set(freshAnswers(records).map(({ by }) => by!))],
    troubles: count(records.map(({ trouble }) => trouble)),
  };
};

/** One line for each kind, and for so many of the questions and connections that were lost, for a person. Pure. */
export const tellLoad = (
  name: string,
  { kinds, stale, troubles, versions, lost, from }: LoadReport,
  mostLost = 5,
): string =>
  [
    ...Object.entries(kinds)
      .filter(([, { nominal, attempted }]) => nominal > 0 || attempted > 0)
      .map(
        ([kind, told]) =>
          `${name} ${kind}: ${told.attempted} asked (${told.inTime} in time, ${told.nominal} wanted), ` +
          `${told.failed} failed (${told.tooLate} too late), ${told.cut} cut, ${told.slowed} slowed, ` +
          `longest gap ${told.longestGapMs.toFixed(1)} ms`,
      ),
    `${name} answers: ${JSON.stringify(versions)}, ${stale.length} of an older one on a new connection` +
      (Object.keys(troubles).length > 0 ? `, troubles ${JSON.stringify(troubles)}` : ''),
    ...lost
      .slice(0, mostLost)
      .map(
        ({ kind, begun, ended, trouble, by }) =>
          `${name} lost ${kind} at ${(begun - from).toFixed(0)} ms: ${trouble ?? `answered by ${by}`} ` +
          `after ${(ended - begun).toFixed(0)} ms`,
      ),
  ].join('\n');
