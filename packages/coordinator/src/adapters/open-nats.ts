import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@restow/shared/base/clock';
import { readLogs } from '@restow/shared/bus/log-tail';
import { NatsLink } from '@restow/shared/bus/nats-link';
import { defaultStreamLimits, ensureStreams, type StreamLimits } from '@restow/shared/bus/streams';
import type { Logger } from 'pino';
import type { CoordinatorConfig } from '../config.ts';
import type { DataDir } from '../data-dir.ts';
import type { Announcer } from '../ports/announcer.ts';
import type { LogArchive } from '../ports/log-archive.ts';
import { announceToNats } from './nats-events.ts';
import { startNatsServer } from './nats-server.ts';

/** The coordinator's NATS: its own server, or the one it was given. */
export interface CoordinatorNats {
  token: string;
  /** Where an agent reaches it, that reaches the coordinator at `host`. */
  urlFor(host: string): string;
  archive: LogArchive;
  /** Tells NATS what is announced from now on; returns how to stop. */
  announce(announcer: Announcer): () => void;
  close(): Promise<void>;
}

/** How long the server we have just started may take to answer. Milliseconds. */
const answerWithinMs = 10_000;

/**
 * Opens NATS and makes its streams. With a URL given that server is used, and one that does not answer now is dialled
 * until it does: losing NATS may blind us, never stop us. Throws where our own cannot be started.
 */
export const openNats = async (config: CoordinatorConfig, data: DataDir, log: Logger): Promise<CoordinatorNats> => {
  const own = config.nats
    ? null
    : await startNatsServer({ dir: join(data.path, 'nats'), host: config.host, token: data.token, log });
  const link = new NatsLink({ name: 'restow-coordinator', log });
  const near = config.host === '0.0.0.0' ? '127.0.0.1' : config.host;
  const address = config.nats ?? { url: `nats://${near}:${own!.port}`, token: data.token };
  link.use(address);
  const closing = new AbortController();
  const streams = keepStreams(link, own ? limitsFor(data.path) : {}, log, closing.signal);
  const close = async (): Promise<void> => {
    closing.abort();
    await streams.ended;
    await link.close();
    await own?.stop();
  };
  try {
    if (own) await Promise.race([streams.first, rejectAfter(answerWithinMs)]);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    token: address.token,
    urlFor: (host) => config.nats?.url ?? `nats://${host}:${own!.port}`,
    archive: { read: (query, signal) => readLogs(link, query, signal), away: absenceOf(link) },
    announce: (announcer) => announceToNats(announcer, link, log),
    close,
  };
};

/** One that reconnects within this was not away: nobody is told of it. Milliseconds. */
const blinkMs = 1000;

/** For those who wait for lines and get none: that NATS is away, and that it is back. */
const absenceOf = (link: NatsLink): LogArchive['away'] => ({
  begins: async (signal) => {
    do {
      if (link.session) await over(AbortSignal.any([link.session.lost, signal]));
      await systemClock.sleep(blinkMs, signal);
    } while (link.session);
  },
  ends: async (signal) => {
    await link.connected(signal);
  },
});

const over = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Our own server shares its disk with the store: container output gets at most half of what is free. */
const limitsFor = (dir: string): Partial<StreamLimits> => {
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  return {
    logBytes: Math.floor(Math.min(defaultStreamLimits.logBytes, free / 2)),
    eventBytes: Math.floor(Math.min(defaultStreamLimits.eventBytes, free / 20)),
  };
};

/** Makes the streams each time NATS is reached: a server that was replaced has none. */
const keepStreams = (link: NatsLink, limits: Partial<StreamLimits>, log: Logger, signal: AbortSignal) => {
  const first = Promise.withResolvers<void>();
  const keep = async (): Promise<void> => {
    while (!signal.aborted) {
      const session = await link.connected(signal);
      try {
        await ensureStreams(session.connection, limits);
        first.resolve();
      } catch (error) {
        if (session.lost.aborted) continue;
        log.error({ err: error }, 'NATS keeps no container output');
        first.reject(error);
      }
      await over(AbortSignal.any([session.lost, signal]));
    }
  };
  first.promise.catch(() => undefined);
  const ended = keep().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return { first: first.promise, ended };
};

const rejectAfter = (ms: number): Promise<never> => {
  const late = AbortSignal.timeout(ms);
  return new Promise((_, reject) => late.addEventListener('abort', () => reject(late.reason), { once: true }));
};
