/** One question and how it ended; times in milliseconds since the epoch. */
export interface Asked {
  asked: number;
  ended: number;
  /** `null`: nobody answered, or not with 200. */
  answer: string | null;
}

/** What a window of time was like for whoever asked. */
export interface OutageWindow {
  asked: number;
  failed: number;
  /** Answered, but later than `slowMs`. */
  slow: number;
  /** The longest time between two answers. Milliseconds. */
  longestGapMs: number;
}

/** An answer later than this is one that had to be asked for again (TCP does so after a second). Milliseconds. */
export const slowMs = 250;

/** What the questions asked from `from` to `to` came to. The gap is between answers, whenever they were asked for. Pure. */
export const judgeWindow = (all: readonly Asked[], from: number, to: number): OutageWindow => {
  const within = all.filter(({ asked }) => asked >= from && asked <= to);
  const answers = within.filter(({ answer }) => answer !== null);
  const times = answers.map(({ ended }) => ended).sort((a, b) => a - b);
  return {
    asked: within.length,
    failed: within.length - answers.length,
    slow: answers.filter(({ asked, ended }) => ended - asked > slowMs).length,
    longestGapMs: Math.max(0, ...times.slice(1).map((at, before) => at - times[before]!)),
  };
};
