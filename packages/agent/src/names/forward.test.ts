import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { freePort } from '@restow/shared/base/free-port';
import { decode, encode } from 'dns-packet';
import { expect, test } from 'vitest';
import { Forwarder } from './forward.ts';
import { readQuery } from './wire.ts';

const query = (name: string) => {
  const { query } = readQuery(encode({ type: 'query', id: 7, flags: 256, questions: [{ name, type: 'A' }] }));
  if (!query) throw new Error('It was not read.');
  return query;
};

/** Resolvers at addresses of this machine, all at one port; `says` makes the messages each answers with. */
const resolvers = async (says: Record<string, (message: Buffer) => Buffer[]>) => {
  const port = await freePort('127.0.0.1');
  const asked: string[] = [];
  const sockets = await Promise.all(
    Object.entries(says).map(async ([address, answersOf]) => {
      const socket = createSocket('udp4', (message, from) => {
        asked.push(address);
        for (const answer of answersOf(message)) socket.send(answer, from.port, from.address);
      });
      socket.bind(port, address);
      await once(socket, 'listening');
      return socket;
    }),
  );
  return { port, asked, [Symbol.dispose]: () => sockets.forEach((socket) => void socket.close()) };
};

const answering =
  (data: string, change: (answer: Buffer) => void = () => {}) =>
  (message: Buffer) => {
    const { id, questions } = decode(message);
    const answer = encode({
      type: 'response',
      id,
      questions,
      answers: [{ type: 'A', name: questions![0]!.name, data }],
    });
    change(answer);
    return [answer];
  };
const refusing = (message: Buffer) => [
  encode({ type: 'response', id: decode(message).id, flags: 2, questions: decode(message).questions }),
];

const addressOf = (forwarded: Awaited<ReturnType<Forwarder['ask']>>) => {
  if (!forwarded.ok) return forwarded.because;
  const { answers, id } = decode(forwarded.message);
  return [id, ...answers!.map((record) => ('data' in record ? record.data : null))];
};

test('the first that answers is taken, after one where nobody listens and one that cannot', async () => {
  using set = await resolvers({ '127.0.0.3': refusing, '127.0.0.4': answering('192.0.2.4') });
  const forwarder = new Forwarder({ servers: () => ['127.0.0.2', '127.0.0.3', '127.0.0.4'], port: set.port });
  expect(addressOf(await forwarder.ask(query('a.example'), 'udp'))).toEqual([7, '192.0.2.4']);
  expect(set.asked).toEqual(['127.0.0.3', '127.0.0.4']);
});

test('one that did not answer is asked last for a while', async () => {
  using set = await resolvers({ '127.0.0.4': answering('192.0.2.4'), '127.0.0.5': answering('192.0.2.5') });
  const servers = ['127.0.0.2', '127.0.0.4'];
  const forwarder = new Forwarder({ servers: () => servers, port: set.port, now: () => 0 });
  await forwarder.ask(query('a.example'), 'udp');
  // Somebody listens at the second now, but the first was well a moment ago.
  servers.splice(0, 2, '127.0.0.2', '127.0.0.5');
  await forwarder.ask(query('a.example'), 'udp');
  expect(set.asked).toEqual(['127.0.0.4', '127.0.0.5']);
});

test('what answers another question, or has another number, is not taken', async () => {
  using set = await resolvers({
    '127.0.0.3': (message) => [
      ...answering('192.0.2.66', (answer) => answer.writeUInt16BE(answer.readUInt16BE(0) ^ 1, 0))(message),
      ...answering('192.0.2.67', (answer) => answer.write('b', 13))(message),
      message,
      ...answering('192.0.2.3')(message),
    ],
  });
  const forwarder = new Forwarder({ servers: () => ['127.0.0.3'], port: set.port });
  expect(addressOf(await forwarder.ask(query('a.example'), 'udp'))).toEqual([7, '192.0.2.3']);
});

test('when all refuse, that is the answer; when none is there, it says why', async () => {
  using set = await resolvers({ '127.0.0.3': refusing });
  const forwarder = new Forwarder({ servers: () => ['127.0.0.3'], port: set.port });
  const refused = await forwarder.ask(query('a.example'), 'udp');
  expect(refused.ok && refused.message[3]! & 15).toBe(2);
  const nobody = new Forwarder({ servers: () => ['127.0.0.2'], port: set.port });
  for (const transport of ['udp', 'tcp'] as const)
    expect(addressOf(await nobody.ask(query('a.example'), transport))).toMatch(/127\.0\.0\.2: .*ECONNREFUSED/);
  const none = new Forwarder({ servers: () => [] });
  expect(addressOf(await none.ask(query('a.example'), 'udp'))).toMatch(/names no resolver/);
});
