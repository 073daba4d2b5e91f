import { request } from 'node:http';
import { systemClock } from '@restow/shared/base/clock';

/** One question to the service and what came of it. Times in milliseconds of a steady clock. */
export interface ProbeAnswer {
  askedAt: number;
  endedAt: number;
  /** What it answered; `null` when it did not. */
  version: string | null;
}

/** What a person wants to know of a swap. */
export interface ProbeSummary {
  asked: number;
  failed: number;
  /** The longest time between two answers, in milliseconds. */
  longestGapMs: number;
  /** Each version in the order it first answered. */
  versions: string[];
}

/** Pure. */
export const summarize = (answers: ProbeAnswer[]): ProbeSummary => {
  const answered = answers.filter(({ version }) => version !== null).sort((a, b) => a.endedAt - b.endedAt);
  const gaps = answered.slice(1).map((answer, index) => answer.endedAt - answered[index]!.endedAt);
  return {
    asked: answers.length,
    failed: answers.length - answered.length,
    longestGapMs: Math.round(Math.max(0, ...gaps)),
    versions: [...new Set(answered.map(({ version }) => version!))],
  };
};

const patienceMs = 2000;

const ask = (url: string): Promise<string | null> =>
  new Promise((resolve) => {
    const asked = request(url, { agent: false, timeout: patienceMs }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve(response.statusCode === 200 ? body.trim() : null));
      response.on('error', () => resolve(null));
    });
    asked.on('timeout', () => asked.destroy());
    // Not answering is what is being measured.
    asked.on('error', () => resolve(null));
    asked.end();
  });

/** Asks the service every `everyMs` until the signal, each time on a new connection, and returns all answers. */
export async function probe(url: string, everyMs: number, signal: AbortSignal): Promise<ProbeAnswer[]> {
  const answers: ProbeAnswer[] = [];
  const open: Promise<void>[] = [];
  while (!signal.aborted) {
    const askedAt = performance.now();
    open.push(
      ask(url).then((version) => {
        answers.push({ askedAt, endedAt: performance.now(), version });
      }),
    );
    await systemClock.sleep(everyMs, signal).catch(() => undefined);
  }
  await Promise.all(open);
  return answers;
}
