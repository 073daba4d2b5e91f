import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Lab } from '@restow/lab/lab';
import { RestowError } from '@restow/shared/base/errors';
import { now } from './answer.ts';
import { type LabChild, startChild } from './lab-child.ts';

const program = fileURLToPath(new URL('./first-answer-main.ts', import.meta.url));

/** Labels that say a container's address: of Restow's and of the bare script's. */
export const addressLabels = ['io.restow.address', 'restow-bench.address'] as const;

/** A container that does not answer by then never will. Milliseconds. */
const deadlineMs = 60_000;

/**
 * One prober for both sides. It hears from the engines which containers start and asks each of them from its own host,
 * from that moment on every 5 ms, until it answers: so nothing is asked while there is nobody to answer, and what is
 * measured is not what measuring costs.
 */
export class FirstAnswers implements AsyncDisposable {
  readonly #askers = new Map<string, LabChild>();
  readonly #over = new AbortController();
  #started: (host: string, address: string) => void = () => {};
  #answered: (url: string, at: number | null) => void = () => {};

  static async open(lab: Lab): Promise<FirstAnswers> {
    const answers = new FirstAnswers();
    await Promise.all(lab.hosts.map(({ name }) => answers.#watch(lab, name)));
    return answers;
  }

  /** Resolves when all these addresses have a newly started container that answers that version: with the last one's time. */
  async all(addresses: readonly string[], version: string): Promise<number> {
    const waited = new Set(addresses);
    const answered = Promise.withResolvers<number>();
    this.#started = (host, address) => {
      if (!waited.has(address)) return;
      const question = { url: `http://${address}/`, version, deadline: now() + deadlineMs };
      this.#askers.get(host)?.tell(question);
    };
    this.#answered = (url, at) => {
      if (at === null)
        return answered.reject(new RestowError('timeout', `${url} did not answer ${version} within ${deadlineMs} ms`));
      waited.delete(new URL(url).hostname);
      if (waited.size === 0) answered.resolve(at);
    };
    return answered.promise;
  }

  async #watch(lab: Lab, host: string): Promise<void> {
    const asker = startChild(lab, { on: 'host', host }, program, [], (line) => {
      const { url, at } = JSON.parse(line) as { url: string; at: number | null };
      this.#answered(url, at);
    });
    this.#askers.set(host, asker);
    const filters = encodeURIComponent(JSON.stringify({ type: ['container'], event: ['start'] }));
    const asked = request({
      socketPath: lab.engineSocket(host),
      path: `/events?filters=${filters}`,
      headers: { host: 'engine' },
      signal: this.#over.signal,
    });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    // Broken off when we are done with it, and that is all that may happen to it.
    for (const broken of [asked, createInterface({ input: answer }).on('line', (line) => this.#hear(host, line))])
      broken.on('error', () => undefined);
  }

  /** An event of an engine: a container has started. */
  #hear(host: string, line: string): void {
    const { Actor } = JSON.parse(line) as { Actor: { Attributes: Record<string, string> } };
    const address = addressLabels.map((label) => Actor.Attributes[label]).find((value) => value !== undefined);
    if (address !== undefined) this.#started(host, address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await Promise.all([...this.#askers.values()].map((asker) => asker[Symbol.asyncDispose]()));
  }
}
