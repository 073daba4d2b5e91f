import { connect, type NatsConnection } from '@nats-io/transport-node';
import { messageOf, RestowError } from '../base/errors.ts';

/** Where a NATS server is, and the word that opens it. */
export interface NatsAddress {
  /** Such as `nats://10.0.0.5:41233`; several servers of one cluster separated by commas. */
  url: string;
  /** Empty: the server asks for none. */
  token: string;
}

/**
 * Opens a connection that comes back by itself, for as long as it is not closed: a server that went away or refuses the
 * token for a while is tried again for ever. The first attempt is not repeated: throws `unavailable` when nobody answers
 * within 5 s, `unauthenticated` when the token is refused.
 */
export const connectToNats = async (address: NatsAddress, name: string): Promise<NatsConnection> => {
  try {
    return await connect({
      servers: address.url.split(',').map((url) => url.trim()),
      token: address.token === '' ? undefined : address.token,
      name,
      timeout: 5000,
      // A peer that vanished without a word is noticed after 20 to 30 s.
      pingInterval: 10_000,
      maxPingOut: 2,
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
    });
  } catch (error) {
    if (/authorization/i.test(messageOf(error)))
      throw new RestowError(
        'unauthenticated',
        `NATS at ${address.url} refuses the token of ${name}; give the token that server was started with.`,
        { cause: error },
      );
    throw new RestowError(
      'unavailable',
      `NATS at ${address.url} does not answer ${name} (${messageOf(error)}); see that it runs and can be reached from here.`,
      { cause: error },
    );
  }
};
