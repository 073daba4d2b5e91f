import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@restow/shared/base/free-port';
import { openLog } from '@restow/shared/base/log';
import { type DecodedPacket, decode, encode } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Answering } from './answering.ts';
import { askState } from './ask-state.ts';
import { Doors } from './doors.ts';
import { Forwarder, firstMessage, framed } from './forward.ts';
import { NameBook } from './name-book.ts';
import { endpointsFileName, type NodeFile, nodeFileName, writeNameFile } from './name-files.ts';
import type { NamedEndpoint } from './zone.ts';

const log = openLog('test', 'silent');

const endpoint = (slotIndex: number): NamedEndpoint => ({
  ...{ serviceId: 's', serviceName: 'web', stack: null, slotIndex, named: true, everyNode: false },
  ...{ address: `10.7.0.${slotIndex}`, nodeId: 'n1' },
});

const node = (askers: NodeFile['askers'] = []): NodeFile => ({
  ...{ nodeId: 'n1', address: '127.0.0.1', subnet: '127.0.0.0/24', overlaySubnet: '10.7.0.0/16', askers },
});

const linkTo = (serviceId: string, alias: string, nodeAddress: string) => ({
  ...{ nodeAddress, serviceId: 'client', stack: null },
  links: [{ alias, serviceId, serviceName: 'web' }],
});

/** What the node's own resolvers know: `outside.example` is 192.0.2.7; everything is counted. */
const startUpstream = async (port: number) => {
  const asked: string[] = [];
  const answer = (message: Buffer): Buffer => {
    const { id, questions } = decode(message);
    const { name } = questions![0]!;
    asked.push(name);
    const known = name === 'outside.example';
    return encode({
      ...{ type: 'response', id, questions, flags: known ? 0 : 3 },
      answers: known ? [{ type: 'A', name, ttl: 60, data: '192.0.2.7' }] : [],
    });
  };
  const datagrams: Socket = createSocket('udp4', (message, { port, address }) => {
    if (!silent.has(decode(message).questions![0]!.name)) datagrams.send(answer(message), port, address);
    else asked.push('(silent)');
  });
  const silent = new Set<string>();
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => socket.write(framed(answer(firstMessage(bytes)!))));
  });
  datagrams.bind(port, '127.0.0.1');
  await once(datagrams, 'listening');
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked,
    /** Names it says nothing to. */
    silent,
    close: () =>
      Promise.all([new Promise((done) => datagrams.close(() => done(0))), new Promise((done) => server.close(done))]),
  };
};

describe('what answers DNS on a node', () => {
  let dir: string;
  let stop: AbortController;
  let book: NameBook;
  let doors: Doors;
  let port: number;
  let upstreamPort: number;
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  const sockets: Socket[] = [];

  const write = (endpoints: NamedEndpoint[], askers: NodeFile['askers'] = []) =>
    Promise.all([
      writeNameFile(dir, endpointsFileName, { version: endpoints.length, endpoints }),
      writeNameFile(dir, nodeFileName, node(askers)),
    ]);
  const bookToHave = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const over = new AbortController();
      const look = () => {
        if (!isSo()) return;
        over.abort();
        resolve();
      };
      book.listen(look, over.signal);
      look();
    });
  /** Asks from an address of this machine, as a container asks from its own. */
  const ask = async (name: string, from = '127.0.0.1'): Promise<DecodedPacket> => {
    const socket = createSocket('udp4');
    sockets.push(socket);
    socket.bind(0, from);
    await once(socket, 'listening');
    socket.send(encode({ type: 'query', id: 99, flags: 256, questions: [{ name, type: 'A' }] }), port, '127.0.0.1');
    const [message] = (await once(socket, 'message')) as [Buffer];
    return decode(message);
  };
  const addressesIn = ({ answers }: DecodedPacket) => answers!.map((record) => ('data' in record ? record.data : null));
  const rcodeOf = ({ flags }: DecodedPacket) => flags! & 15;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-names-'));
    stop = new AbortController();
    book = new NameBook(dir, log);
    book.open(stop.signal);
    [port, upstreamPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
    upstream = await startUpstream(upstreamPort);
    const forwarder = new Forwarder({ servers: () => ['127.0.0.1'], port: upstreamPort });
    const answering = new Answering({ book, forwarder, version: '0.0.0-test', log });
    doors = await Doors.open({ answering, address: '127.0.0.1', port, subnet: '127.0.0.0/24' });
  });

  afterEach(async () => {
    stop.abort();
    for (const socket of sockets.splice(0)) socket.close();
    await Promise.all([doors.close(), upstream.close()]);
    await rm(dir, { recursive: true });
  });

  it('answers what the agent wrote, and what it writes next', async () => {
    await write([endpoint(1)]);
    await bookToHave(() => book.version === 1);
    expect(addressesIn(await ask('web'))).toEqual(['10.7.0.1']);
    await write([endpoint(1), endpoint(2)]);
    await bookToHave(() => book.version === 2);
    expect(addressesIn(await ask('web')).toSorted()).toEqual(['10.7.0.1', '10.7.0.2']);
    expect(upstream.asked).toEqual([]);
  });

  it('answers nothing of what was taken away, and what is written in its place', async () => {
    await write([endpoint(1)]);
    await bookToHave(() => book.version === 1);
    await rm(dir, { recursive: true });
    await bookToHave(() => book.version === 0);
    expect(rcodeOf(await ask('web-1'))).toBe(3);
    expect(upstream.asked).toEqual(['web-1']);
    await write([endpoint(1), endpoint(2)]);
    await bookToHave(() => book.version === 2);
    expect(addressesIn(await ask('web-2'))).toEqual(['10.7.0.2']);
  });

  it('gives another address first every time', async () => {
    await write([endpoint(1), endpoint(2), endpoint(3)]);
    await bookToHave(() => book.version === 3);
    const firsts = [];
    for (let turn = 0; turn < 6; turn++) firsts.push(addressesIn(await ask('web'))[0]);
    expect([...firsts].sort()).toEqual(['10.7.0.1', '10.7.0.1', '10.7.0.2', '10.7.0.2', '10.7.0.3', '10.7.0.3']);
  });

  it('knows an asker by its address: the alias of one is nothing to another', async () => {
    await write([endpoint(1)], [linkTo('s', 'backend', '127.0.0.5')]);
    await bookToHave(() => book.asker('127.0.0.5') !== null);
    expect(addressesIn(await ask('backend-1', '127.0.0.5'))).toEqual(['10.7.0.1']);
    expect(rcodeOf(await ask('backend-1', '127.0.0.1'))).toBe(3);
  });

  it('a container that asks before it is known is answered once it is', async () => {
    await write([endpoint(1)]);
    await bookToHave(() => book.version === 1);
    expect(addressesIn(await ask('web', '127.0.0.6'))).toEqual(['10.7.0.1']);
    const asked = ask('backend', '127.0.0.6');
    // Nobody was asked: it waits for the agent's word.
    await ask('web', '127.0.0.6');
    expect(upstream.asked).toEqual([]);
    await write([endpoint(1)], [linkTo('s', 'backend', '127.0.0.6')]);
    expect(addressesIn(await asked)).toEqual(['10.7.0.1']);
  });

  it('one that stays unknown is passed on all the same', async () => {
    await write([endpoint(1)]);
    await bookToHave(() => book.version === 1);
    expect(rcodeOf(await ask('printer', '127.0.0.7'))).toBe(3);
    expect(upstream.asked).toEqual(['printer']);
  });

  it('passes on what is not ours, by UDP and by TCP, and gives the answer as it came', async () => {
    expect(await ask('outside.example')).toMatchObject({ id: 99, answers: [{ data: '192.0.2.7', ttl: 60 }] });
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const question = encode({ type: 'query', id: 5, questions: [{ name: 'outside.example', type: 'A' }] });
    // In two parts, and two questions on one connection.
    socket.write(framed(question).subarray(0, 7));
    socket.write(Buffer.concat([framed(question).subarray(7), framed(question)]));
    let bytes = Buffer.alloc(0);
    const answers: DecodedPacket[] = [];
    for await (const part of socket as AsyncIterable<Buffer>) {
      bytes = Buffer.concat([bytes, part]);
      for (let one = firstMessage(bytes); one; one = firstMessage(bytes)) {
        answers.push(decode(one));
        bytes = bytes.subarray(one.length + 2);
      }
      if (answers.length === 2) break;
    }
    expect(answers.map(addressesIn)).toEqual([['192.0.2.7'], ['192.0.2.7']]);
  });

  it('a flood of one container leaves the others their share', async () => {
    await write([endpoint(1)], [linkTo('s', 'x', '127.0.0.8')]);
    await bookToHave(() => book.asker('127.0.0.8') !== null);
    upstream.silent.add('slow.example');
    const refused = await Promise.race(Array.from({ length: 80 }, () => ask('slow.example', '127.0.0.8')));
    // What waits is as much as it may be, so the next is refused at once, and names of ours are answered.
    expect(rcodeOf(refused)).toBe(2);
    expect(addressesIn(await ask('web', '127.0.0.8'))).toEqual(['10.7.0.1']);
    expect(addressesIn(await ask('outside.example'))).toEqual(['192.0.2.7']);
    expect(upstream.asked.filter((name) => name === '(silent)')).toHaveLength(64);
  });

  it('says what it knows to whoever looks after it, and somebody else is told from it', async () => {
    await write([endpoint(1), endpoint(2)]);
    await bookToHave(() => book.version === 2);
    expect(await askState('127.0.0.1', port)).toEqual({ program: 'restow-names', version: '0.0.0-test', endpoints: 2 });
    expect(await askState('127.0.0.1', upstreamPort)).toBeNull();
    expect(await askState('127.0.0.1', await freePort('127.0.0.1'))).toBeNull();
  });
});

describe('who is answered', () => {
  it('nobody from another network', async () => {
    const heard: string[] = [];
    const answering = {
      to: (_: Buffer, from: string) => {
        heard.push(from);
        return null;
      },
    } as unknown as Answering;
    const port = await freePort('127.0.0.1');
    // Every address of 127/8 is this machine's, and the kernel lists one of them.
    const doors = await Doors.open({ answering, address: '127.0.0.1', port, subnet: '127.0.0.0/28' });
    const socket = createSocket('udp4');
    try {
      socket.bind(0, '127.0.9.9');
      await once(socket, 'listening');
      socket.send('x', port, '127.0.0.1');
      const tcp = connect({ port, host: '127.0.0.1', localAddress: '127.0.9.9' });
      tcp.on('error', () => {});
      await once(tcp, 'close');
      const inside = createSocket('udp4');
      inside.bind(0, '127.0.0.2');
      await once(inside, 'listening');
      inside.send('x', port, '127.0.0.1');
      while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve));
      inside.close();
      expect(heard).toEqual(['127.0.0.2']);
    } finally {
      socket.close();
      await doors.close();
    }
  });
});
