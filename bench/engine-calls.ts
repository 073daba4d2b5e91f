import { Agent, request } from 'node:http';
import { RestowError } from '@restow/shared/base/errors';

/** The engine's HTTP API with nothing between: connections are kept, answers are JSON or nothing. */
export class EngineCalls implements Disposable {
  readonly #agent: Agent;
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
    this.#agent = new Agent({ keepAlive: true });
  }

  /** Throws unless the answer is a success or one of `alsoFine`. */
  call<Answer = unknown>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    alsoFine: readonly number[] = [],
  ): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { host: 'engine', 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const asked = request(
        { socketPath: this.#socketPath, agent: this.#agent, method, path: `/v1.41${path}`, headers },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const said = Buffer.concat(chunks).toString();
            const status = answer.statusCode ?? 0;
            if (status < 400 || alsoFine.includes(status))
              resolve(
                (answer.headers['content-type'] === 'application/json' && said ? JSON.parse(said) : said) as Answer,
              );
            else
              reject(
                new RestowError('unavailable', `The engine answered ${status} to ${method} ${path}: ${said.trim()}`),
              );
          });
        },
      );
      asked.on('error', reject);
      asked.end(text);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
