import { createSocket, Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, Socket } from 'node:net';
import { systemClock } from '@restow/shared/base/clock';
import { isRestowError } from '@restow/shared/base/errors';
import { openLog } from '@restow/shared/base/log';
import { decode, encode, type Packet } from 'dns-packet';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type DnsServer, openDnsServer } from './dns-server.ts';
import type { Zone } from './zone-of.ts';

const here = '127.0.0.1';
const zone = (address: string): Zone => ({
  ...{ domain: 'example.test', namespace: 'main', ttlSeconds: 5, serial: 1 },
  nameServers: [{ name: 'ns1.example.test', addresses: [here] }],
  names: new Map([['web.example.test', { a: [address], aaaa: [] }]]),
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const open = async (current: () => Zone = () => zone('192.0.2.1'), listen = [{ host: here, port: 0 }]) => {
  const server = await openDnsServer({ listen, zone: current, clock: systemClock, log: openLog('test', 'silent') });
  cleanups.push(() => server.close());
  return server;
};
const portOf = ({ addresses }: DnsServer): number => Number(addresses[0]!.split(':').at(-1));
const question = (id = 1) => encode({ type: 'query', id, questions: [{ name: 'web.example.test', type: 'A' }] });
const told = ({ answers }: Packet) => answers?.map((record) => ('data' in record ? record.data : null));

const byUdp = async (port: number, packet: Buffer): Promise<Packet> => {
  const socket = createSocket('udp4');
  try {
    socket.send(packet, port, here);
    const [reply] = (await once(socket, 'message')) as [Buffer];
    return decode(reply);
  } finally {
    socket.close();
  }
};

const dial = async (port: number): Promise<Socket> => {
  const socket = connect(port, here);
  cleanups.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
};
const framed = (packet: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length);
  return Buffer.concat([length, packet]);
};
/** So many replies, in the order they came. */
const replies = async (socket: Socket, count: number): Promise<Packet[]> => {
  const heard: Packet[] = [];
  let rest = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      heard.push(decode(rest.subarray(2, end)));
      rest = rest.subarray(end);
    }
    if (heard.length >= count) break;
  }
  return heard;
};

test('UDP and TCP are answered at one port, each question by the zone of its moment', async () => {
  let current = zone('192.0.2.1');
  const server = await open(() => current);
  const port = portOf(server);
  expect(told(await byUdp(port, question()))).toEqual(['192.0.2.1']);
  const tcp = await dial(port);
  tcp.write(framed(question()));
  expect((await replies(tcp, 1)).map(told)).toEqual([['192.0.2.1']]);
  current = zone('192.0.2.2');
  expect(told(await byUdp(port, question()))).toEqual(['192.0.2.2']);
  tcp.write(framed(question()));
  expect((await replies(tcp, 1)).map(told)).toEqual([['192.0.2.2']]);
});

test('what no answer is due to does not end it', async () => {
  const port = portOf(await open());
  const socket = createSocket('udp4');
  cleanups.push(() => socket.close());
  for (const packet of [Buffer.alloc(0), Buffer.from('hello'), Buffer.alloc(3000, 0xff)])
    socket.send(packet, port, here);
  expect(told(await byUdp(port, question()))).toEqual(['192.0.2.1']);
});

test('a packet from port 0, where no answer can be sent, does not end it', async () => {
  const doors: UdpSocket[] = [];
  const bind = vi.spyOn(UdpSocket.prototype, 'bind').mockImplementation(function (this: UdpSocket, ...place) {
    doors.push(this);
    bind.mockRestore();
    return this.bind(...place);
  });
  const port = portOf(await open());
  // Such a packet takes a raw socket, which takes root.
  const packet = question();
  for (const from of [0, port])
    doors[0]!.emit('message', packet, { address: here, family: 'IPv4', port: from, size: packet.length });
  expect(told(await byUdp(port, packet))).toEqual(['192.0.2.1']);
});

describe('a TCP client', () => {
  test('that reads nothing is asked to wait, however much it asks in one piece, and hears all of it later', async () => {
    const many = Array.from({ length: 256 }, (_, at) => `192.0.2.${at}`);
    const names = new Map([['web.example.test', { a: many, aaaa: [] }]]);
    const socket = await dial(portOf(await open(() => ({ ...zone(here), names }))));
    let most = 0;
    const write = vi.spyOn(Socket.prototype, 'write');
    cleanups.push(() => write.mockRestore());
    const asked = 1500;
    const watch = setInterval(() => {
      for (const each of write.mock.contexts as Socket[])
        if (each !== socket) most = Math.max(most, each.writableLength);
    }, 1);
    cleanups.push(() => clearInterval(watch));
    socket.write(Buffer.concat(Array.from({ length: asked }, (_, at) => framed(question(at)))));
    await vi.waitFor(() => expect(most).toBeGreaterThan(0), { timeout: 5000 });
    expect((await replies(socket, asked)).map(({ id }) => id)).toEqual(Array.from({ length: asked }, (_, at) => at));
    // The kernel has its part; what waits in here is what may wait, and one answer more.
    expect(most).toBeLessThan(512 * 1024);
  });

  test('may ask several at once, in pieces, and hears the answers in their order', async () => {
    const socket = await dial(portOf(await open()));
    const all = Buffer.concat([1, 2, 3].map((id) => framed(question(id))));
    socket.write(all.subarray(0, 41));
    await new Promise((resolve) => setImmediate(resolve));
    socket.write(all.subarray(41));
    expect((await replies(socket, 3)).map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  test('is let go when it announces more than a question has, or sends none', async () => {
    const port = portOf(await open());
    for (const words of [Buffer.from([0xff, 0xff]), framed(Buffer.from('hello'))]) {
      const socket = await dial(port);
      socket.write(words);
      socket.resume();
      await once(socket, 'close');
    }
  });

  test('gives its place to the next when there are very many and it is silent longest', async () => {
    const port = portOf(await open());
    const first = await dial(port);
    const second = await dial(port);
    // It is the second that has been silent longest.
    first.write(framed(question()));
    await replies(first, 1);
    const gone = once(second, 'close');
    second.resume();
    for (let left = 127; left > 0; left--) await dial(port);
    await gone;
    first.write(framed(question()));
    expect(await replies(first, 1)).toHaveLength(1);
  });

  test('does not keep the server from ending', async () => {
    const server = await open();
    const socket = await dial(portOf(server));
    socket.resume();
    const gone = once(socket, 'close');
    await server.close();
    await gone;
  });
});

describe('a port that cannot be had', () => {
  const refusal = async (host: string, port: number) => {
    const error = await open(undefined, [{ host, port }]).catch((thrown: unknown) => thrown);
    if (!isRestowError(error, 'failed-precondition')) throw error;
    return error.message;
  };

  test('is refused by the name of who has it, for UDP as for TCP', async () => {
    const tcp = createServer().listen(0, here);
    await once(tcp, 'listening');
    cleanups.push(() => tcp.close());
    const { port } = tcp.address() as { port: number };
    expect(await refusal(here, port)).toMatch(
      new RegExp(`by TCP: \\S+ \\(pid ${process.pid}\\) has that port\\. Choose.*--dns-listen`),
    );
    const udp = createSocket('udp4').bind(0, here);
    await once(udp, 'listening');
    cleanups.push(() => udp.close());
    expect(await refusal(here, udp.address().port)).toMatch(
      new RegExp(`by UDP: \\S+ \\(pid ${process.pid}\\) has that port`),
    );
  });

  test('is refused where the machine has no such address', async () =>
    expect(await refusal('192.0.2.1', 5353)).toContain('this machine has no such address'));

  test('and what was opened before it is closed again', async () => {
    const taken = portOf(await open());
    const free = createServer().listen(0, here);
    await once(free, 'listening');
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    await expect(
      open(undefined, [
        { host: here, port },
        { host: here, port: taken },
      ]),
    ).rejects.toThrow('has that port');
    const again = await open(undefined, [{ host: here, port }]);
    expect(portOf(again)).toBe(port);
  });
});
