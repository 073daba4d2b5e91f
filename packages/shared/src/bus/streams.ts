import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamAPI,
  type StreamConfig,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { messageOf, RestowError } from '../base/errors.ts';
import { allEventSubjects, allLogSubjects, eventStreamName, logStreamName } from './subjects.ts';

/** How much of the past is kept. The oldest goes first, whichever limit is reached. */
export interface StreamLimits {
  /** Default 14 days. */
  maxAgeMs: number;
  /**
   * Bytes of container output. Default 8 GiB, or what a server that may store less still takes. A stream that stands
   * keeps the size it has: an operator may have changed it.
   */
  logBytes: number;
  /**
   * Messages of one slot in one deployment, so that one that talks much does not push out the others alone. A message
   * is up to 64 KiB of lines, or what came in 20 ms. Default 250,000.
   */
  logMessagesPerSlot: number;
  /** Bytes of events; the same holds. Default 256 MiB. */
  eventBytes: number;
}

export const defaultStreamLimits: StreamLimits = {
  maxAgeMs: 14 * 24 * 3600 * 1000,
  logBytes: 8 * 1024 ** 3,
  logMessagesPerSlot: 250_000,
  eventBytes: 256 * 1024 ** 2,
};

/** Makes both streams as they should be, or makes them so. Safe to repeat. Throws `unavailable` when NATS refuses. */
export const ensureStreams = async (connection: NatsConnection, limits: Partial<StreamLimits> = {}): Promise<void> => {
  const { maxAgeMs, logBytes, logMessagesPerSlot, eventBytes } = { ...defaultStreamLimits, ...limits };
  const common = {
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_age: nanos(maxAgeMs),
    duplicate_window: nanos(Math.min(15 * 60_000, maxAgeMs)),
    allow_direct: true,
  };
  await ensure(connection, {
    ...common,
    name: logStreamName,
    subjects: [allLogSubjects],
    max_bytes: logBytes,
    max_msgs_per_subject: logMessagesPerSlot,
  });
  await ensure(connection, { ...common, name: eventStreamName, subjects: [allEventSubjects], max_bytes: eventBytes });
};

type Wanted = Partial<StreamConfig> & { name: string; max_bytes: number };

const ensure = async (connection: NatsConnection, wanted: Wanted): Promise<void> => {
  try {
    const { streams } = await jetstreamManager(connection);
    const stands = await streams.info(wanted.name).catch((error: unknown) => {
      if (hasCode(error, JetStreamApiCodes.StreamNotFound)) return null;
      throw error;
    });
    if (stands === null) return await add(streams, wanted);
    const whole = { ...wanted, max_bytes: stands.config.max_bytes };
    if (differs(stands.config, whole)) await streams.update(wanted.name, whole);
  } catch (error) {
    throw new RestowError(
      'unavailable',
      `NATS would not keep the stream ${wanted.name} (${messageOf(error)}); JetStream must be on there, with room on its disk.`,
      { cause: error },
    );
  }
};

/** Makes the stream as large as wanted, or half of that, and so on, where the server has no room for more. */
const add = async (streams: StreamAPI, wanted: Wanted): Promise<void> => {
  for (let bytes = wanted.max_bytes; ; bytes = Math.floor(bytes / 2)) {
    try {
      await streams.add({ ...wanted, max_bytes: bytes });
      return;
    } catch (error) {
      if (!hasCode(error, insufficientStorage) || bytes / 2 < leastBytes) throw error;
    }
  }
};

/** Less than this is no room at all. */
const leastBytes = 16 * 1024 ** 2;

/** The server's own limit, and that of an account. */
const insufficientStorage = [10_047, 10_002];

const hasCode = (error: unknown, ...codes: (number | number[])[]): boolean =>
  error instanceof JetStreamApiError && codes.flat().includes(error.code);

const differs = (stands: StreamConfig, wanted: Partial<StreamConfig>): boolean =>
  Object.entries(wanted).some(
    ([key, value]) => JSON.stringify(stands[key as keyof StreamConfig]) !== JSON.stringify(value),
  );
