import { existsSync, mkdirSync, watch } from 'node:fs';
import { messageOf } from '@restow/shared/base/errors';
import type { Logger } from 'pino';
import { type EndpointsFile, type NodeFile, readEndpointsFile, readNodeFile } from './name-files.ts';
import { type Asker, type Zone, zoneOf } from './zone.ts';

/** Where the kernel cannot tell of changes, they are looked for so often. Milliseconds. */
const lookEveryMs = 1000;

/** What the agent wrote last, ready to be asked. Follows its files as they change. */
export class NameBook {
  readonly #dir: string;
  readonly #log: Logger;
  #node: NodeFile | null = null;
  #endpoints: EndpointsFile | null = null;
  #askers = new Map<string, Asker>();
  #zone: Zone = zoneOf({ nodeId: '', overlaySubnet: null }, []);
  #told: string | null = null;
  readonly #onChange = new Set<() => void>();

  constructor(dir: string, log: Logger) {
    this.#dir = dir;
    this.#log = log;
  }

  /** Reads, and follows until the signal is aborted. Throws when the directory cannot be made. */
  open(signal: AbortSignal): void {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    // Before it reads, so that nothing that is written in between is missed.
    this.#watch(signal);
    this.#read();
  }

  #watch(signal: AbortSignal): void {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const lookNowAndThen = (error: unknown) => {
      this.#log.warn({ err: error }, `${this.#dir} cannot be watched: it is looked at every second`);
      const timer = setInterval(() => this.#read(), lookEveryMs);
      signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    };
    try {
      watch(this.#dir, { signal: either }, (_, name) => {
        if (existsSync(this.#dir)) {
          // What is being written is not there yet.
          if (!name?.endsWith('.new')) this.#read();
          return;
        }
        // Somebody took it away, and what comes in its place is another one.
        over.abort();
        this.open(signal);
      }).on('error', (error) => {
        if (!either.aborted) lookNowAndThen(error);
      });
    } catch (error) {
      lookNowAndThen(error);
    }
  }

  /** `null`: no agent has written yet, or it left. */
  get node(): NodeFile | null {
    return this.#node;
  }

  get zone(): Zone {
    return this.#zone;
  }

  /** Of the table the zone was made of; 0: none. */
  get version(): number {
    return this.#endpoints?.version ?? 0;
  }

  asker(nodeAddress: string): Asker | null {
    return this.#askers.get(nodeAddress) ?? null;
  }

  /** Calls `changed` after every change, until the signal is aborted. */
  listen(changed: () => void, signal: AbortSignal): void {
    this.#onChange.add(changed);
    signal.addEventListener('abort', () => this.#onChange.delete(changed), { once: true });
  }

  /** Resolves with the asker once it is known; `null` when it is not within `ms`. */
  whenKnown(nodeAddress: string, ms: number): Promise<Asker | null> {
    const known = this.asker(nodeAddress);
    if (known) return Promise.resolve(known);
    return new Promise((resolve) => {
      const end = (asker: Asker | null) => {
        clearTimeout(timer);
        this.#onChange.delete(look);
        resolve(asker);
      };
      const look = () => {
        const now = this.asker(nodeAddress);
        if (now) end(now);
      };
      const timer = setTimeout(() => end(null), ms);
      this.#onChange.add(look);
    });
  }

  /** A file that cannot be read is said once; what was read before counts on. */
  #read(): void {
    try {
      this.#node = readNodeFile(this.#dir);
      this.#endpoints = readEndpointsFile(this.#dir);
      this.#told = null;
    } catch (error) {
      if (this.#told !== messageOf(error)) this.#log.error({ err: error }, 'the names cannot be read; trying on');
      this.#told = messageOf(error);
      return;
    }
    this.#askers = new Map(this.#node?.askers.map((asker) => [asker.nodeAddress, asker]));
    this.#zone = zoneOf(
      { nodeId: this.#node?.nodeId ?? '', overlaySubnet: this.#node?.overlaySubnet ?? null },
      this.#endpoints?.endpoints ?? [],
    );
    for (const changed of [...this.#onChange]) changed();
  }
}
