import { backoffMs } from '@restow/shared/base/backoff';
import type { Clock } from '@restow/shared/base/clock';
import { messageOf } from '@restow/shared/base/errors';
import { LogBatch, type LogEntry, type LogOrigin, type LogPosition } from '@restow/shared/bus/log-batch';
import type { NatsLink, NatsSession } from '@restow/shared/bus/nats-link';
import { logSubject } from '@restow/shared/bus/subjects';
import { slotOf } from '@restow/shared/domain/slot';
import type { Logger } from 'pino';
import type { ContainerEngine, InspectedInstance } from '../engine/container-engine.ts';
import { LineSender } from './line-sender.ts';
import { type FirstSeen, isAtEnd, isFull, type Output, readFiles, type TakeLine } from './read-files.ts';
import { type LiveEnd, readLive } from './read-live.ts';
import type { SubjectTail } from './subject-tail.ts';

/** What shipping needs of an engine. */
export type LogEngine = Pick<ContainerEngine, 'find' | 'list' | 'logs'>;

export interface ShipmentWorld {
  engine: LogEngine;
  link: NatsLink;
  tailOf(session: NatsSession, subject: string): SubjectTail;
  nodeId: string;
  nodeName: string;
  /** What the engine's files of one container hold at least before the oldest of them is dropped. */
  spoolBytes: number;
  log: Logger;
  clock: Clock;
}

/** How a turn ended: there was output, so look `again`; there was none, and there `may-come` more; it `ended`; no container. */
type Turn = 'again' | 'may-come' | 'ended' | 'gone';

/** Where so many lines came in one reading of the files, more have come meanwhile: too many to follow yet. */
const aFew = 500;

/** Until when a look at a container that is silent now is worth repeating, if nobody wakes us. */
const longestIdleMs = 60_000;

/**
 * One container's output on its way to NATS, from its birth until the container is gone. It goes in turns: ask the
 * stream how far it is, ask the engine how the container is, send what its files hold after that place, then what comes,
 * and look again. A turn is given up when NATS is lost, or anything fails, and nothing is kept of it: the engine's own
 * files are the spool, and the stream is the truth. So a stream that lost acknowledged lines in a power cut gets them
 * again.
 */
export class Shipment {
  readonly #instanceId: string;
  readonly #world: ShipmentWorld;
  readonly #stop = new AbortController();
  readonly #run: Promise<void>;
  #waiters = new Set<() => void>();
  #wake: AbortController = new AbortController();
  #first: FirstSeen | null = null;
  #gone = false;
  /** As it was found last. */
  #known: InspectedInstance | null = null;
  /** The end of the files is not where reading them since the last place led to. */
  #hidden = false;
  /** The session, and the end of the container's run, up to which everything is known to be shipped. */
  #shipped: { session: NatsSession; finishedAt: number | null } | null = null;

  constructor(instanceId: string, world: ShipmentWorld) {
    this.#instanceId = instanceId;
    this.#world = world;
    this.#run = this.#turns();
  }

  /** Resolves when there is no such container any more, or after `stop`. */
  get over(): Promise<void> {
    return this.#run;
  }

  /** Something may have changed: look now. */
  wake(): void {
    this.#wake.abort();
  }

  /** Resolves when the container has ended, everything it wrote before this call included is acknowledged. */
  shipped(signal: AbortSignal): Promise<void> {
    if (this.#gone) return Promise.resolve();
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#waiters.delete(done);
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiters.delete(done);
        reject(signal.reason);
      };
      this.#waiters.add(done);
      signal.addEventListener('abort', giveUp, { once: true });
      this.wake();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#run;
  }

  async #turns(): Promise<void> {
    const { link, clock } = this.#world;
    const stop = this.#stop.signal;
    let failures = 0;
    let idle = 0;
    while (!stop.aborted) {
      const session = link.session ?? (await this.#nextSession(stop));
      if (!session) return;
      this.#wake = new AbortController();
      const began = clock.now();
      let turn: Turn;
      try {
        turn = await this.#turn(session, AbortSignal.any([stop, session.lost]));
        failures = 0;
      } catch (error) {
        if (stop.aborted) return;
        // The link has said so, and waits for the next session.
        if (session.lost.aborted) continue;
        failures++;
        this.#say(error, failures);
        await this.#pause(backoffMs(failures), session, clock, false);
        continue;
      }
      if (turn === 'gone') return;
      if (turn === 'again') {
        idle = 0;
        continue;
      }
      if (clock.now() - began > 5000) idle = 0;
      idle++;
      const pauseMs = turn === 'ended' ? longestIdleMs : backoffMs(idle, { firstMs: 500, mostMs: longestIdleMs });
      if (await this.#pause(pauseMs, session, clock, true)) idle = 0;
    }
  }

  /** While there is no way to NATS only the start is looked at, so that it is known when that was rotated away. */
  async #nextSession(stop: AbortSignal): Promise<NatsSession | null> {
    const connected = new AbortController();
    const looking = this.#lookAtTheStart(AbortSignal.any([stop, connected.signal]));
    try {
      return await this.#world.link.connected(stop).catch(() => null);
    } finally {
      connected.abort();
      await looking;
    }
  }

  async #lookAtTheStart(signal: AbortSignal): Promise<void> {
    const { engine, clock } = this.#world;
    for (let looks = 1; !this.#first && !signal.aborted; looks++) {
      this.#wake = new AbortController();
      try {
        const instance = await engine.find(this.#instanceId);
        if (instance === null) return;
        const output = this.#outputOf(instance);
        const mayLack = await isFull(output, signal);
        for await (const { time, stream } of output.read({ follow: instance.state === 'running' }, signal)) {
          this.#first = { time, stream, mayLack };
          return;
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#say(error, looks);
      }
      const pauseMs = backoffMs(looks, { firstMs: 500, mostMs: longestIdleMs });
      await clock.sleep(pauseMs, AbortSignal.any([signal, this.#wake.signal])).catch(() => undefined);
    }
  }

  async #turn(session: NatsSession, signal: AbortSignal): Promise<Turn> {
    const { engine, nodeId } = this.#world;
    const asked = [...this.#waiters];
    const instance = await engine.find(this.#instanceId);
    if (instance === null) {
      await this.#isGone(session);
      this.#gone = true;
      for (const done of [...this.#waiters]) done();
      return 'gone';
    }
    this.#known = instance;
    const { state, finishedAt } = instance;
    if (state !== 'running' && this.#shipped?.session === session && this.#shipped.finishedAt === finishedAt) {
      for (const done of asked) done();
      return this.#afterEnd(instance);
    }
    this.#shipped = null;
    const { serviceId, deploymentId, slotIndex } = instance;
    const tail = this.#world.tailOf(session, logSubject({ nodeId, serviceId, deploymentId, slotIndex }));
    const after = await tail.positionOf(this.#instanceId);
    const output = this.#outputOf(instance);
    if (state === 'running') return this.#whileItRuns(instance, output, tail, after, signal);
    const whole = after !== null && (await isAtEnd(output, after, signal));
    // Where there was more, look once more whether that was all.
    if (!whole && (await this.#sendFiles(instance, output, tail, after, signal)) > 0) return 'again';
    this.#shipped = { session, finishedAt };
    for (const done of asked) done();
    return this.#afterEnd(instance);
  }

  /** Files first; what comes only when there is little left to come. */
  async #whileItRuns(
    instance: InspectedInstance,
    output: Output,
    tail: SubjectTail,
    after: LogPosition | null,
    signal: AbortSignal,
  ): Promise<Turn> {
    // A clock that was set back hides new lines from who asks for lines since a time: then all of the files is read.
    const from = this.#hidden && after ? { ...after, run: null } : after;
    const filed = await this.#sendFiles(instance, output, tail, from, signal);
    if (filed > aFew) return 'again';
    const { clock } = this.#world;
    const place = await tail.positionOf(this.#instanceId);
    let end = 'ended' as LiveEnd;
    const heard = await this.#send(instance, tail, signal, async (take, until) => {
      end = await readLive(output, place, take, () => clock.now(), until);
    });
    const none = filed + heard === 0;
    this.#hidden = none && end === 'behind';
    return none ? 'may-come' : 'again';
  }

  #sendFiles(
    instance: InspectedInstance,
    output: Output,
    tail: SubjectTail,
    after: LogPosition | null,
    signal: AbortSignal,
  ): Promise<number> {
    return this.#send(instance, tail, signal, (take, until) => readFiles(output, after, this.#first, take, until));
  }

  /** Sends what is read; resolves with the number of lines when all of it is acknowledged. */
  async #send(
    instance: InspectedInstance,
    tail: SubjectTail,
    signal: AbortSignal,
    read: (take: TakeLine, signal: AbortSignal) => Promise<unknown>,
  ): Promise<number> {
    const failed = new AbortController();
    const origin = this.#originOf(instance);
    const sender = new LineSender(
      (batch) => {
        const { seq, time, stream } = batch.first;
        if (seq === 1 && stream !== 'gap') this.#first ??= { time, stream, mayLack: false };
        return tail.append(origin, batch);
      },
      (why) => failed.abort(why),
    );
    try {
      const until = AbortSignal.any([signal, failed.signal]);
      await read((entry, at) => sender.take(entry, at), until);
      return await sender.end();
    } finally {
      await sender.stop();
    }
  }

  #afterEnd({ state, serving }: InspectedInstance): Turn {
    return state === 'created' || serving ? 'may-come' : 'ended';
  }

  /** A container somebody took away before its end was read: nobody can tell whether lines are missing, so say that. */
  async #isGone(session: NatsSession): Promise<void> {
    const instance = this.#known;
    if (instance === null || this.#shipped !== null) return;
    const { nodeId, clock } = this.#world;
    const { serviceId, deploymentId, slotIndex } = instance;
    const tail = this.#world.tailOf(session, logSubject({ nodeId, serviceId, deploymentId, slotIndex }));
    const after = await tail.positionOf(this.#instanceId);
    const seq = (after?.seq ?? 0) + 1;
    const time = new Date(clock.now()).toISOString().replace('Z', '000000Z');
    const gap: LogEntry = {
      seq,
      time,
      stream: 'gap',
      line: 'the container was removed before its output was read to the end; its last lines may be missing',
      partial: false,
    };
    const batch = new LogBatch();
    batch.add(gap, { ...(after ?? { time, stream: 'stdout', sameTime: 0, run: null }), seq });
    await tail.append(this.#originOf(instance), batch);
  }

  #outputOf({ containerId, startedAt }: InspectedInstance): Output {
    const { engine, spoolBytes } = this.#world;
    return {
      read: (options, signal) => engine.logs(containerId, options, signal),
      run: startedAt,
      spoolBytes,
    };
  }

  #originOf(instance: InspectedInstance): LogOrigin {
    return {
      instanceId: instance.instanceId,
      containerId: instance.containerId,
      nodeName: this.#world.nodeName,
      serviceName: instance.serviceName,
      slotName: slotOf(instance),
    };
  }

  #say(error: unknown, failures: number): void {
    const { log } = this.#world;
    const about = { instanceId: this.#instanceId, containerId: this.#known?.containerId, attempt: failures };
    const text = `Output could not be shipped (${messageOf(error)}); it waits in the engine, and is tried again.`;
    // One refusal is how overtaken batches are found out; more of them are trouble.
    if (failures === 3) log.warn(about, text);
    else log.debug(about, text);
  }

  /** Waits; less long when the session is lost, or somebody wakes us (then `true`). */
  async #pause(ms: number, session: NatsSession, clock: Clock, wakeable: boolean): Promise<boolean> {
    const woken = this.#wake.signal;
    const ends = [this.#stop.signal, session.lost, ...(wakeable ? [woken] : [])];
    await clock.sleep(ms, AbortSignal.any(ends)).catch(() => undefined);
    return woken.aborted;
  }
}
