import { request } from 'node:http';

/** Now, in milliseconds since the epoch with fractions: comparable between programs of one machine. */
export const now = (): number => performance.timeOrigin + performance.now();

/** One question on a connection of its own: what was answered with 200, or `null` when nothing was within `patienceMs`. */
export const ask = (url: string, patienceMs: number): Promise<string | null> =>
  new Promise((resolve) => {
    const asked = request(url, { agent: false, signal: AbortSignal.timeout(patienceMs) }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        body += chunk;
      });
      answer.on('end', () => resolve(answer.statusCode === 200 ? body.trim() : null));
      answer.on('error', () => resolve(null));
    });
    // Not answering is what is being measured.
    asked.on('error', () => resolve(null));
    asked.end();
  });
