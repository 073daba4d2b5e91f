/**
 * A program that a test starts inside a network namespace and talks to by messages: it serves, and it asks. Requests
 * and answers are those of `PeerRequest`; every request gets one answer with its number.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type PeerRequest =
  /** Answers every line with its own name, on every address. */
  | { do: 'serve'; protocol: 'tcp' | 'udp'; port: number; name: string; host?: string }
  /** A new connection: who answers, or why nobody does. */
  | { do: 'ask'; protocol: 'tcp' | 'udp'; host: string; port: number; waitMs: number; from?: string }
  /** A connection, or for UDP a socket, that stays. */
  | { do: 'open'; protocol: 'tcp' | 'udp'; host: string; port: number }
  /** Says something on the connection that stays: who answers now. */
  | { do: 'say'; waitMs: number };

let tcp: Socket | null = null;
let udp: { socket: UdpSocket; host: string; port: number } | null = null;

const nextLine = async (socket: Socket, signal: AbortSignal): Promise<string> => {
  const [chunk] = await once(socket, 'data', { signal });
  return String(chunk).trim();
};

const askTcp = async (host: string, port: number, from: string | undefined, signal: AbortSignal): Promise<string> => {
  const socket = connect({ host, port, localAddress: from });
  try {
    await once(socket, 'connect', { signal });
    socket.write('who\n');
    return await nextLine(socket, signal);
  } finally {
    socket.destroy();
  }
};

const askUdp = async (socket: UdpSocket, host: string, port: number, signal: AbortSignal): Promise<string> => {
  socket.send('who\n', port, host);
  const [message] = await once(socket, 'message', { signal });
  return String(message).trim();
};

const answer = async (request: PeerRequest): Promise<string> => {
  switch (request.do) {
    case 'serve': {
      if (request.protocol === 'udp') {
        const socket = createSocket('udp4');
        socket.on('message', (_, from) => socket.send(`${request.name}\n`, from.port, from.address));
        socket.bind(request.port, request.host);
        await once(socket, 'listening');
        return 'ready';
      }
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.on('data', () => socket.write(`${request.name}\n`));
      });
      server.listen(request.port, request.host ?? '0.0.0.0');
      await once(server, 'listening');
      return 'ready';
    }
    case 'ask': {
      const signal = AbortSignal.timeout(request.waitMs);
      if (request.protocol === 'tcp') return askTcp(request.host, request.port, request.from, signal);
      const socket = createSocket('udp4');
      try {
        return await askUdp(socket, request.host, request.port, signal);
      } finally {
        socket.close();
      }
    }
    case 'open': {
      if (request.protocol === 'udp') {
        udp = { socket: createSocket('udp4'), host: request.host, port: request.port };
        return 'ready';
      }
      udp?.socket.close();
      udp = null;
      tcp?.destroy();
      tcp = connect(request.port, request.host);
      await once(tcp, 'connect', { signal: AbortSignal.timeout(3000) });
      return 'ready';
    }
    case 'say': {
      const signal = AbortSignal.timeout(request.waitMs);
      if (udp) return askUdp(udp.socket, udp.host, udp.port, signal);
      if (!tcp) throw new Error('open first');
      tcp.write('who\n');
      return nextLine(tcp, signal);
    }
  }
};

process.on('message', async ({ id, request }: { id: number; request: PeerRequest }) => {
  let text: string;
  try {
    text = await answer(request);
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    text = name === 'AbortError' ? 'nobody' : (code ?? String(error));
  }
  process.send?.({ id, text });
});
process.on('disconnect', () => process.exit());
