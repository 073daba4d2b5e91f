import { setTimeout as pause } from 'node:timers/promises';
import type { Lab } from '@restow/lab/lab';

/** An address of the overlay that no slot is ever given by the few services of a bench. */
export const bareAddress = '10.7.200.1';

const [nodeNetwork, overlay] = ['restow-node', 'restow-overlay'];

/**
 * What somebody would do by hand to keep an address: start the new container, take the old one off the network, give the
 * address to the new one, and end the old one. On one host, by `docker` alone.
 */
export class BareReconnect {
  readonly #lab: Lab;
  readonly #host: string;
  #serving: string | null = null;
  #count = 0;

  constructor(lab: Lab, host: string) {
    this.#lab = lab;
    this.#host = host;
  }

  #docker(...words: string[]): Promise<string> {
    return this.#lab.docker(this.#host, ...words);
  }

  async #healthy(container: string): Promise<void> {
    for (;;) {
      const asking = ['docker', 'exec', container, 'wget', '-q', '-O', '-', 'http://127.0.0.1/'];
      if ((await this.#lab.exec(this.#host, asking)).code === 0) return;
      await pause(20);
    }
  }

  /** The address goes from the container that has it, if there is one, to a new one of that image. */
  async swap(image: string): Promise<void> {
    const old = this.#serving;
    this.#count += 1;
    this.#serving = `bare-${this.#count}`;
    const options = ['--network', nodeNetwork, '-e', 'LINGER_MS=400', '--name', this.#serving];
    await this.#docker('run', '-d', ...options, image);
    await this.#healthy(this.#serving);
    if (old !== null) await this.#docker('network', 'disconnect', overlay, old);
    await this.#docker('network', 'connect', '--ip', bareAddress, overlay, this.#serving);
    if (old === null) return;
    await this.#docker('stop', old);
    await this.#docker('rm', old);
  }

  /** Takes the last one away. */
  async end(): Promise<void> {
    if (this.#serving !== null) await this.#docker('rm', '-f', this.#serving);
    this.#serving = null;
  }
}
