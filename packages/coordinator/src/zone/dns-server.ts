import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { Clock } from '@restow/shared/base/clock';
import { messageOf, RestowError } from '@restow/shared/base/errors';
import type { Logger } from 'pino';
import { AnswerRate } from './answer-rate.ts';
import { largestQuestion, replyTo } from './packets.ts';
import { portHolder } from './port-holder.ts';
import type { Zone } from './zone-of.ts';

/** A TCP client that asks nothing for so long is let go. Milliseconds. */
const idleMs = 10_000;
/** So many TCP clients at a time; one more, and the one that has been silent longest is let go. */
const mostConnections = 128;
/** A client that does not read what it asked for is asked nothing more beyond so many bytes. */
const mostUnread = 256 * 1024;

/** The zone being answered, by UDP and TCP. */
export interface DnsServer {
  /** `ADDRESS:PORT` of each place. */
  readonly addresses: string[];
  /** Answers nobody any more, and lets go of its ports. */
  close(): Promise<void>;
}

interface Place {
  host: string;
  port: number;
}

/**
 * Answers for the zone as `zone()` has it at the moment of a question, at each place by UDP and TCP. Throws
 * `failed-precondition` where a port cannot be had, naming who has it.
 */
export const openDnsServer = async ({
  listen,
  zone,
  clock,
  log,
}: {
  listen: readonly Place[];
  zone: () => Zone;
  clock: Clock;
  log: Logger;
}): Promise<DnsServer> => {
  await using opened = new AsyncDisposableStack();
  const rate = new AnswerRate(clock);
  const addresses: string[] = [];
  for (const place of listen) {
    // An IPv6 wildcard has IPv4 in it, unless IPv4 has a place of its own.
    const ipv6Only =
      isIPv6(place.host) && listen.some(({ host, port }) => port === place.port && port !== 0 && !isIPv6(host));
    const { udp, tcp, port } = await bindBoth({ ...place, ipv6Only });
    opened.defer(() => closed(udp));
    const connections = new Set<Socket>();
    opened.defer(() => {
      for (const connection of connections) connection.destroy();
      return closed(tcp);
    });
    udp.on('message', (packet, { address, port: from }) => {
      // Forged, or of somebody who wants no reply: none can be sent there, and Node throws at who tries.
      if (from === 0) return;
      const due = rate.of(address);
      if (due === 'silence') return;
      const reply = replyTo(packet, zone(), 'udp', { cut: due === 'cut' });
      if (!reply) return;
      udp.send(reply, from, address, (error) => {
        if (error) log.debug({ err: error, to: address }, 'an answer of the zone could not be sent');
      });
    });
    udp.on('error', (error) => log.warn({ err: error }, 'the UDP door of the zone had a fault'));
    tcp.on('connection', (connection) => serve(connection, connections, zone));
    tcp.on('error', (error) => log.warn({ err: error }, 'the TCP door of the zone had a fault'));
    addresses.push(isIPv6(place.host) ? `[${place.host}]:${port}` : `${place.host}:${port}`);
  }
  const everything = opened.move();
  return { addresses, close: () => everything.disposeAsync() };
};

/** Answers a TCP client: questions with their length before them, one after the other, each answered in its turn. */
const serve = (connection: Socket, connections: Set<Socket>, zone: () => Zone): void => {
  let heard = Buffer.alloc(0);
  let idle: NodeJS.Timeout | undefined;
  // Only a whole question counts: one that comes a byte at a time holds its place no longer than silence does.
  const stir = () => {
    clearTimeout(idle);
    idle = setTimeout(() => connection.destroy(), idleMs);
    connections.delete(connection);
    connections.add(connection);
  };
  stir();
  if (connections.size > mostConnections) connections.values().next().value?.destroy();
  connection.on('close', () => {
    clearTimeout(idle);
    connections.delete(connection);
  });
  // Whoever hangs up in the middle has no more to say.
  connection.on('error', () => connection.destroy());
  /** All that was heard in whole, as far as the client reads what it asked for. */
  const answerAll = () => {
    while (heard.length >= 2) {
      if (connection.writableLength > mostUnread) return connection.pause();
      const length = heard.readUInt16BE(0);
      if (length > largestQuestion) return connection.destroy();
      if (heard.length < 2 + length) return connection.resume();
      const reply = replyTo(heard.subarray(2, 2 + length), zone(), 'tcp');
      heard = heard.subarray(2 + length);
      if (!reply) return connection.destroy();
      stir();
      const before = Buffer.alloc(2);
      before.writeUInt16BE(reply.length);
      connection.write(Buffer.concat([before, reply]));
    }
    return connection.resume();
  };
  connection.on('drain', answerAll);
  connection.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
    answerAll();
  });
};

/** A free port for TCP may be taken for UDP: so often another one is tried. */
const tries = 20;

const bindBoth = async (
  place: Place & { ipv6Only: boolean },
): Promise<{ udp: UdpSocket; tcp: Server; port: number }> => {
  for (let left = tries; ; left--) {
    const tcp = createServer();
    const port = await bindTcp(tcp, place);
    try {
      return { udp: await bindUdp({ ...place, port }), tcp, port };
    } catch (error) {
      await closed(tcp);
      if (place.port !== 0 || left === 0 || codeOf(error) !== 'EADDRINUSE')
        throw await unbound('UDP', { ...place, port }, error);
    }
  }
};

const bindTcp = async (tcp: Server, place: Place & { ipv6Only: boolean }): Promise<number> => {
  try {
    tcp.listen({ ...place });
    await once(tcp, 'listening');
  } catch (error) {
    throw await unbound('TCP', place, error);
  }
  return (tcp.address() as { port: number }).port;
};

const bindUdp = async ({ host, port, ipv6Only }: Place & { ipv6Only: boolean }): Promise<UdpSocket> => {
  const udp = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', ipv6Only });
  try {
    udp.bind(port, host);
    await once(udp, 'listening');
    return udp;
  } catch (error) {
    udp.close();
    throw error;
  }
};

const closed = (door: { close(then: () => void): unknown }): Promise<void> =>
  new Promise((resolve) => {
    door.close(() => resolve());
  });

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const unbound = async (protocol: 'TCP' | 'UDP', { host, port }: Place, cause: unknown): Promise<RestowError> => {
  const holder = codeOf(cause) === 'EADDRINUSE' ? await portHolder(protocol === 'TCP' ? 'tcp' : 'udp', port) : null;
  const why =
    codeOf(cause) === 'EADDRINUSE'
      ? `${holder ?? 'another program'} has that port`
      : codeOf(cause) === 'EACCES'
        ? 'ports below 1024 take root, or the capability CAP_NET_BIND_SERVICE'
        : codeOf(cause) === 'EADDRNOTAVAIL'
          ? 'this machine has no such address'
          : messageOf(cause);
  return new RestowError(
    'failed-precondition',
    `The zone cannot be answered at ${host}:${port} by ${protocol}: ${why}. Choose another place with --dns-listen, or end what listens there.`,
    { cause },
  );
};
