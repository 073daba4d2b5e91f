import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { messageOf, RestowError } from '../base/errors.ts';
import { allEventSubjects, allLogSubjects, eventStreamName, logStreamName } from './subjects.ts';

/** How much of the past is kept. The oldest goes first, whichever limit is reached. */
export interface StreamLimits {
  /** Default 14 days. */
  maxAgeMs: number;
  /** Bytes of container output. Default 8 GiB; a server refuses more than it may store. */
  logBytes: number;
  /**
   * Messages of one slot in one deployment, so that one that talks much does not push out the others alone. A message
   * is up to 64 KiB of lines, or what came in 20 ms. Default 250,000.
   */
  logMessagesPerSlot: number;
  /** Bytes of events. Default 256 MiB. */
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

const ensure = async (connection: NatsConnection, wanted: Partial<StreamConfig> & { name: string }): Promise<void> => {
  try {
    const manager = await jetstreamManager(connection);
    const stands = await manager.streams.info(wanted.name).catch((error: unknown) => {
      if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null;
      throw error;
    });
    if (stands === null) await manager.streams.add(wanted);
    else if (differs(stands.config, wanted)) await manager.streams.update(wanted.name, wanted);
  } catch (error) {
    throw new RestowError(
      'unavailable',
      `NATS would not keep the stream ${wanted.name} (${messageOf(error)}); JetStream must be on there, with room for ${wanted.max_bytes} bytes on its disk.`,
      { cause: error },
    );
  }
};

const differs = (stands: StreamConfig, wanted: Partial<StreamConfig>): boolean =>
  Object.entries(wanted).some(
    ([key, value]) => JSON.stringify(stands[key as keyof StreamConfig]) !== JSON.stringify(value),
  );
