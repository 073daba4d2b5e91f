import { randomUUID } from 'node:crypto';
import type { EngineLogLine, InspectedInstance } from '@restow/agent/engine/container-engine';
import type { LogEngine } from '@restow/agent/logs/shipment';

/** What was read of it, so that a test can say "in the middle". */
interface Written extends InspectedInstance {
  output: EngineLogLine[];
  /** Lines before this one were rotated away. */
  oldest: number;
}

const start = Date.UTC(2026, 0, 2, 3, 4, 5);

/**
 * An engine faked only as a source of output, as Docker is one: `sinceTime` passes over each older line, a reader that
 * began before a rotation still has the old files, following ends when the container does.
 */
export class LogSource implements LogEngine {
  readonly nodeId: string = randomUUID();
  readonly #containers = new Map<string, Written>();
  readonly #events = new EventTarget();
  #stamp = 0;
  #cuts = 0;
  /** Readers open now, and lines given to readers in all. */
  reading = 0;
  given = 0;
  /** While set, the engine does not answer. */
  away = false;

  /** A container of a slot, not yet started. */
  create(given: Partial<InspectedInstance> = {}): InspectedInstance {
    const instanceId = given.instanceId ?? randomUUID();
    const written: Written = {
      ...{ instanceId, containerId: `container-${instanceId}`, containerName: 'web-1', nodeId: this.nodeId },
      ...{ serviceId: randomUUID(), serviceName: 'web', slotId: randomUUID(), slotIndex: 1, address: '10.7.0.5' },
      ...{ revisionId: randomUUID(), revisionNumber: 1, deploymentId: randomUUID(), deploymentNumber: 1 },
      ...{ state: 'created', health: 'none', exitCode: null, startedAt: null, finishedAt: null, pid: null },
      ...{
        net: 'bridge',
        ports: [],
        check: null,
        docked: true,
        nodeAddress: null,
        overlayAddress: null,
        overlayMac: null,
        restartPolicy: 'no',
        serving: false,
        autorestart: 'ALWAYS',
        autodestroy: 'OFF',
        stack: null,
        links: [],
        hasHealthcheck: false,
      },
      ...{ healthOutput: null, isComplete: true, retired: false, output: [], oldest: 0 },
      ...given,
    };
    this.#containers.set(instanceId, written);
    return written;
  }

  start(instanceId: string): void {
    Object.assign(this.#get(instanceId), { state: 'running', startedAt: start + this.#stamp++, finishedAt: null });
    this.#tell('written');
  }

  end(instanceId: string): void {
    Object.assign(this.#get(instanceId), { state: 'stopped', finishedAt: start + this.#stamp++, exitCode: 0 });
    this.#tell('written');
  }

  remove(instanceId: string): void {
    this.#get(instanceId).state = 'gone';
    this.#containers.delete(instanceId);
    this.#tell('written');
  }

  /** Writes lines, a microsecond apart. */
  write(instanceId: string, lines: string[], change: Partial<EngineLogLine> = {}): void {
    const { output } = this.#get(instanceId);
    for (const line of lines) output.push({ time: this.stamp(), stream: 'stdout', line, partial: false, ...change });
    this.#tell('written');
  }

  /** The next time. */
  stamp(): string {
    const micros = this.#stamp++;
    const seconds = new Date(start + Math.floor(micros / 1e6) * 1000).toISOString().slice(0, 19);
    return `${seconds}.${String((micros % 1e6) * 1000).padStart(9, '0')}Z`;
  }

  /** Only the newest `keep` lines stay in the files. */
  rotate(instanceId: string, keep: number): void {
    const written = this.#get(instanceId);
    written.oldest = Math.max(written.oldest, written.output.length - keep);
  }

  /** Ends what everybody reads, as an engine does that is restarted under its containers. */
  letGo(): void {
    this.#cuts++;
    this.#tell('written');
  }

  /** Resolves as soon as readers were given so many lines in all. */
  async untilGiven(lines: number): Promise<void> {
    while (this.given < lines) await this.#next('read');
  }

  /** Resolves as soon as nobody reads. */
  async untilUnread(): Promise<void> {
    while (this.reading > 0) await this.#next('read');
  }

  async find(instanceId: string): Promise<InspectedInstance | null> {
    this.#answer();
    const found = this.#containers.get(instanceId);
    return found ? { ...found } : null;
  }

  async list(): Promise<InspectedInstance[]> {
    this.#answer();
    return [...this.#containers.values()];
  }

  async *logs(
    containerId: string,
    { follow, sinceTime = '', tail }: { follow: boolean; sinceTime?: string; tail?: number },
    signal: AbortSignal,
  ): AsyncGenerator<EngineLogLine, void, undefined> {
    this.#answer();
    const written = [...this.#containers.values()].find((one) => one.containerId === containerId);
    if (!written) throw new Error(`no such container: ${containerId}`);
    const cuts = this.#cuts;
    this.reading++;
    try {
      let next = Math.max(written.oldest, tail === undefined ? 0 : written.output.length - tail);
      for (;;) {
        while (next < written.output.length) {
          if (signal.aborted) return;
          this.#answer();
          const line = written.output[next++]!;
          if (line.time < sinceTime) continue;
          if (++this.given % 1000 === 1) this.#tell('read');
          yield line;
        }
        if (!follow || written.state !== 'running' || this.#cuts > cuts) return;
        this.#tell('read');
        await this.#next('written', signal);
        if (signal.aborted) return;
      }
    } finally {
      this.reading--;
      this.#tell('read');
    }
  }

  #answer(): void {
    if (this.away) throw new Error('the engine does not answer');
  }

  #get(instanceId: string): Written {
    const found = this.#containers.get(instanceId);
    if (!found) throw new Error(`the test speaks of instance ${instanceId}, which this source has not`);
    return found;
  }

  #tell(what: 'written' | 'read'): void {
    this.#events.dispatchEvent(new Event(what));
  }

  #next(what: 'written' | 'read', signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#events.removeEventListener(what, done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#events.addEventListener(what, done);
      signal?.addEventListener('abort', done);
    });
  }
}
