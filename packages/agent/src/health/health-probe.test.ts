import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { freePort } from '@restow/shared/base/free-port';
import { describe, expect, it } from 'vitest';
import { networkProbe } from './health-probe.ts';

const never = new AbortController().signal;
const here = '127.0.0.1';

const tcp = (port: number) => networkProbe.look({ kind: 'tcp', port }, here, 2000, never);
const http = (port: number, path: string, timeoutMs = 2000) =>
  networkProbe.look({ kind: 'http', port, path }, here, timeoutMs, never);

describe('a look over the network', () => {
  it('finds a port that accepts, and one that does not', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, here);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await tcp(port)).toEqual({ ok: true });
    server.close();
    const closed = await freePort(here);
    expect(await tcp(closed)).toEqual({
      ok: false,
      because: `connecting to port ${closed} failed: ECONNREFUSED`,
    });
  });

  it.each([
    [200, true],
    [204, true],
    [302, true],
    [399, true],
    [400, false],
    [503, false],
  ])('takes an answer of %i for %s', async (status, ok) => {
    const asked: (string | undefined)[] = [];
    const server = createHttpServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status).end('hello');
    }).listen(0, here);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const probed = await http(port, '/up?full');
    expect(probed).toEqual(ok ? { ok } : { ok, because: `GET /up?full on port ${port} was answered ${status}` });
    expect(asked).toEqual(['/up?full']);
    server.close();
  });

  it('does not wait for one that accepts and says nothing', async () => {
    const server = createServer(() => {}).listen(0, here);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const probed = await http(port, '/', 300);
    expect(probed).toEqual({ ok: false, because: `GET / on port ${port} failed: no answer within 300 ms` });
    server.close();
  });

  it.each([
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
    ['nothing but the end', null],
    ['what is no HTTP', 'hello\r\n\r\n'],
  ])('comes to its end whatever the answer is: %s', async (_, answer) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => (answer === null ? socket.end() : socket.write(answer)));
    }).listen(0, here);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await http(port, '/')).toMatchObject({ ok: false });
    server.close();
  });

  it('ends with the signal', async () => {
    const port = await freePort(here);
    expect(await networkProbe.look({ kind: 'tcp', port }, here, 2000, AbortSignal.abort())).toMatchObject({
      ok: false,
    });
  });
});
