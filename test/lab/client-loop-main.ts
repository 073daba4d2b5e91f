import { request } from 'node:http';
import type { Asked } from './client-loop.ts';

/** Time between an answer and the next question to the same target. Milliseconds. */
const pauseMs = 40;

const [timeout, ...targets] = process.argv.slice(2);

const over = new AbortController();
process.stdin.on('end', () => over.abort()).resume();

/** One question on a connection of its own: who answered with 200, or `null`. */
const ask = (url: string): Promise<string | null> =>
  new Promise((resolve) => {
    const asked = request(url, { agent: false, timeout: Number(timeout) }, (answer) => {
      answer.resume();
      answer.on('error', () => resolve(null));
      answer.on('end', () => resolve(answer.statusCode === 200 ? String(answer.headers['x-instance']) : null));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(null));
    asked.on('close', () => resolve(null));
    asked.end();
  });

const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, pauseMs);
  });

const askOn = async (target: string): Promise<void> => {
  while (!over.signal.aborted) {
    const at = Date.now();
    const asked: Asked = { at, target, by: await ask(target) };
    process.stdout.write(`${JSON.stringify(asked)}\n`);
    await pause();
  }
};

await Promise.all(targets.map(askOn));
