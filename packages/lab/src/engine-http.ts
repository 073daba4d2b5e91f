import { request } from 'node:http';
import { systemClock } from '@restow/shared/base/clock';
import { RestowError } from '@restow/shared/base/errors';

/** One GET to an engine's socket; the body as text. Throws when it does not answer with 200. */
export function askEngine(socketPath: string, path: string, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, signal, headers: { host: 'engine' } }, (answer) => {
      const body: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => body.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(body).toString();
        if (answer.statusCode === 200) resolve(text);
        else
          reject(
            new RestowError(
              'unavailable',
              `The engine at ${socketPath} answered ${answer.statusCode} to ${path}: ${text}`,
            ),
          );
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Whether an engine answers at this socket within `deadlineMs`. */
export const engineAnswers = (socketPath: string, deadlineMs = 2_000): Promise<boolean> =>
  askEngine(socketPath, '/_ping', AbortSignal.timeout(deadlineMs)).then(
    () => true,
    () => false,
  );

/** Resolves as soon as an engine answers at this socket; an engine that starts announces itself in no other way. */
export async function engineToAnswer(socketPath: string, signal: AbortSignal): Promise<void> {
  while (!(await engineAnswers(socketPath))) await systemClock.sleep(25, signal);
}
