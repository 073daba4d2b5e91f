import { mkdirSync } from 'node:fs';
import { backoffMs } from '@restow/shared/base/backoff';
import type { Clock } from '@restow/shared/base/clock';
import { messageOf } from '@restow/shared/base/errors';
import type { EndpointTable } from '@restow/shared/domain/order';
import type { Logger } from 'pino';
import type { InspectedInstance } from '../engine/container-engine.ts';
import { nodeGateway } from '../engine/network-options.ts';
import { askState } from './ask-state.ts';
import { type EndpointsFile, endpointsFileName, type NodeFile, nodeFileName, writeNameFile } from './name-files.ts';
import type { Asker } from './zone.ts';

/** Whoever answers is given so long to start beside the agent, or to read what it wrote. Milliseconds. */
const startsWithinMs = 3000;

/** What of an instance makes it an asker. */
export type NamedInstance = Pick<InspectedInstance, 'instanceId' | 'nodeAddress' | 'serviceId' | 'stack' | 'links'>;

/**
 * Tells the program that answers DNS on this node what it must know, as soon as it is known: where names lead, and which
 * container asks from which address. That program is not the agent's child: it goes on with what it was told.
 */
export class NameFeed {
  readonly #node: Pick<NodeFile, 'nodeId' | 'address' | 'subnet'>;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #askers = new Map<string, Asker>();
  readonly #nodeFile: LatestFile<NodeFile>;
  readonly #endpointsFile: LatestFile<EndpointsFile>;
  readonly #over = new AbortController();
  #overlaySubnet: string | null = null;
  #version: number | null = null;
  #answers: boolean | null = null;

  /** `dir`: where the two meet (`namesDir`). Throws when it cannot be made. */
  constructor(parts: { dir: string; nodeId: string; nodeSubnet: string; clock: Clock; log: Logger }) {
    const { dir, nodeId, nodeSubnet, clock, log } = parts;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#node = { nodeId, address: nodeGateway(nodeSubnet), subnet: nodeSubnet };
    this.#log = log;
    this.#clock = clock;
    const file = { dir, clock, log, signal: this.#over.signal };
    this.#nodeFile = new LatestFile({ ...file, name: nodeFileName });
    this.#endpointsFile = new LatestFile({ ...file, name: endpointsFileName });
  }

  /** The node's bridge stands, and names lead where this table says. Of containers those count that were seen so far. */
  use({ overlaySubnet, endpoints }: { overlaySubnet: string; endpoints: EndpointTable }): void {
    const isFirst = this.#overlaySubnet === null;
    this.#overlaySubnet = overlaySubnet;
    this.#writeNode();
    this.useTable(endpoints);
    if (isFirst)
      void this.#clock.sleep(startsWithinMs, this.#over.signal).then(
        () => this.look(),
        () => undefined,
      );
  }

  /** Names lead where this table says, from now on. */
  useTable({ version, endpoints }: EndpointTable): void {
    this.#version = version;
    this.#endpointsFile.put({
      version,
      endpoints: endpoints.map(
        ({ slotIndex, serviceId, serviceName, stack, named, everyNode, address, nodeId }) =>
          ({ slotIndex, serviceId, serviceName, stack, named, everyNode, address, nodeId }) as const,
      ),
    });
  }

  /** There is such a container; it may ask from its first instruction on. */
  see(instance: NamedInstance): void {
    const asker = askerOf(instance);
    if (!asker) return;
    this.#askers.set(instance.instanceId, asker);
    this.#writeNode();
  }

  /** These are all there are. */
  seeAll(instances: readonly NamedInstance[]): void {
    this.#askers.clear();
    for (const instance of instances) {
      const asker = askerOf(instance);
      if (asker) this.#askers.set(instance.instanceId, asker);
    }
    this.#writeNode();
  }

  gone(instanceId: string): void {
    if (this.#askers.delete(instanceId)) this.#writeNode();
  }

  /** Looks whether the containers of this node are answered, from what was written last. Says so when not. Never rejects. */
  async look(): Promise<void> {
    if (this.#version === null) return;
    const { address } = this.#node;
    let state = await askState(address);
    if (state && state.endpoints !== this.#version) {
      await this.#clock.sleep(startsWithinMs, this.#over.signal).catch(() => undefined);
      state = await askState(address);
    }
    if (this.#over.signal.aborted) return;
    const answers = state?.endpoints === this.#version;
    if (!state)
      this.#log.error(
        `nobody answers DNS at ${address}: no name resolves in this node's containers, ours or others'. Run restow-names beside the agent, with the same data directory`,
      );
    else if (!answers)
      this.#log.error(
        { answered: state.endpoints, newest: this.#version },
        `whoever answers DNS at ${address} does not follow this agent: run restow-names with the same data directory, and one of them`,
      );
    else if (this.#answers !== true) this.#log.info({ address }, 'the containers of this node are answered by name');
    this.#answers = answers;
  }

  /** Resolves when all is written that can be. */
  async close(): Promise<void> {
    await Promise.all([this.#nodeFile.flush(), this.#endpointsFile.flush()]);
    this.#over.abort();
  }

  #writeNode(): void {
    const overlaySubnet = this.#overlaySubnet;
    if (overlaySubnet !== null)
      this.#nodeFile.put({ ...this.#node, overlaySubnet, askers: [...this.#askers.values()] });
  }
}

/** One with the node's own network asks from the node's own address, as all such do: nobody can tell who it is. */
const askerOf = ({ nodeAddress, serviceId, stack, links }: NamedInstance): Asker | null =>
  nodeAddress === null ? null : { nodeAddress, serviceId, stack, links };

/** Writes a file, of several in a row the last, and goes on trying when it cannot. What is so already is not written again. */
class LatestFile<Content extends NodeFile | EndpointsFile> {
  readonly #parts: { dir: string; name: string; clock: Clock; log: Logger; signal: AbortSignal };
  #unwritten: Content | null = null;
  #written = '';
  #isWriting = false;
  #attempt: Promise<unknown> = Promise.resolve();

  constructor(parts: { dir: string; name: string; clock: Clock; log: Logger; signal: AbortSignal }) {
    this.#parts = parts;
  }

  put(content: Content): void {
    this.#unwritten = content;
    if (!this.#isWriting) void this.#write();
  }

  /** Resolves after the attempt under way. */
  async flush(): Promise<void> {
    await this.#attempt;
  }

  async #write(): Promise<void> {
    const { dir, name, clock, log, signal } = this.#parts;
    this.#isWriting = true;
    for (let failures = 0; this.#unwritten && !signal.aborted; ) {
      const content = this.#unwritten;
      this.#unwritten = null;
      const text = JSON.stringify(content);
      if (text === this.#written) continue;
      try {
        const attempt = writeNameFile(dir, name, content);
        this.#attempt = attempt.catch(() => undefined);
        await attempt;
        this.#written = text;
        failures = 0;
      } catch (error) {
        if (failures === 0)
          log.error(
            { err: error },
            `${dir}/${name} cannot be written (${messageOf(error)}): names stay as they were; trying on`,
          );
        this.#unwritten ??= content;
        await clock.sleep(backoffMs(++failures), signal).catch(() => undefined);
      }
    }
    this.#isWriting = false;
  }
}
