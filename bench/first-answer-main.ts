import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, now } from './answer.ts';

/** Milliseconds between two questions: how exact the figure is. */
const everyMs = 5;
/** A question that found nobody is forgotten; the next ones find whoever has come meanwhile. */
const patienceMs = 200;

/** Asks until that version answers. */
const firstAnswer = async (url: string, version: string, deadline: number): Promise<number | null> => {
  let answeredAt: number | null = null;
  while (answeredAt === null && now() < deadline) {
    void ask(url, patienceMs).then((answer) => {
      if (answer === version) answeredAt ??= now();
    });
    await pause(everyMs);
  }
  return answeredAt;
};

// One question a line, `{"url", "version", "deadline"}`; one answer a line, `{"url", "at"}`. Ends with its input.
for await (const line of createInterface({ input: process.stdin })) {
  const { url, version, deadline } = JSON.parse(line) as { url: string; version: string; deadline: number };
  void firstAnswer(url, version, deadline).then((at) => process.stdout.write(`${JSON.stringify({ url, at })}\n`));
}
process.exit();
