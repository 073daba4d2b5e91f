import { type Clock, systemClock } from '@restow/shared/base/clock';
import type { NatsLink, NatsSession } from '@restow/shared/bus/nats-link';
import type { Logger } from 'pino';
import type { LogShipper } from './log-shipper.ts';
import { type LogEngine, Shipment, type ShipmentWorld } from './shipment.ts';
import { SubjectTail } from './subject-tail.ts';

/** Ships the output of this node's containers to JetStream, whenever there is a way to it. */
export class NatsLogShipper implements LogShipper {
  readonly #world: ShipmentWorld;
  readonly #shipments = new Map<string, Shipment>();
  /** Known ends of subjects; what was known of a session is forgotten with it. */
  readonly #tails = new WeakMap<NatsSession, Map<string, SubjectTail>>();

  constructor(options: {
    engine: LogEngine;
    link: NatsLink;
    nodeId: string;
    nodeName: string;
    /**
     * Bytes the engine's files of one container hold at least before the oldest of them is dropped: all files but one,
     * full. Default: never dropped.
     */
    spoolBytes?: number;
    log: Logger;
    clock?: Clock;
  }) {
    this.#world = {
      ...options,
      spoolBytes: options.spoolBytes ?? Number.POSITIVE_INFINITY,
      clock: options.clock ?? systemClock,
      tailOf: (session, subject) => this.#tailOf(session, subject),
    };
  }

  follow(instanceId: string): void {
    const shipment = this.#shipments.get(instanceId);
    if (shipment) shipment.wake();
    else this.#begin(instanceId);
  }

  async whenShipped(instanceId: string, signal: AbortSignal): Promise<void> {
    const shipment = this.#shipments.get(instanceId) ?? this.#begin(instanceId);
    await shipment.shipped(signal);
  }

  /** Follows every container of ours there is, running or not: after a start, and whenever the engine was away. */
  async resumeAll(): Promise<void> {
    for (const { instanceId } of await this.#world.engine.list()) this.follow(instanceId);
  }

  /** Stops reading. What is not acknowledged by then is shipped after the next start. */
  async stop(): Promise<void> {
    await Promise.all([...this.#shipments.values()].map((shipment) => shipment.stop()));
  }

  #begin(instanceId: string): Shipment {
    const shipment = new Shipment(instanceId, this.#world);
    this.#shipments.set(instanceId, shipment);
    void shipment.over.then(() => this.#shipments.delete(instanceId));
    return shipment;
  }

  #tailOf(session: NatsSession, subject: string): SubjectTail {
    const tails = this.#tails.get(session) ?? new Map<string, SubjectTail>();
    this.#tails.set(session, tails);
    const tail = tails.get(subject) ?? new SubjectTail(session, subject);
    tails.set(subject, tail);
    return tail;
  }
}
