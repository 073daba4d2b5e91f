import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { idlePlan, type LoadClient, loadNow, startLoad } from './load-client.ts';

/** A server of that version at that port, 0 being any; what it serves is ended with it by `closeAllConnections`. */
const serve = async (version: string, port = 0): Promise<Server> => {
  const server = createServer((question, answer) => {
    const takes = Number(new URL(question.url ?? '/', 'http://load').searchParams.get('ms') ?? 0);
    setTimeout(() => answer.setHeader('x-instance', `${version}-host`).end(`${version}\n`), takes);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
const portOf = (server: Server): number => (server.address() as { port: number }).port;

describe('the load client', () => {
  const clients: LoadClient[] = [];
  const servers: Server[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.stop();
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });
  const load = async (port: number) => {
    const rates = { newPerSecond: 50, slowPerSecond: 5, slowMs: 300, kept: 3, keptEveryMs: 50 };
    const client = await startLoad('client', { ...idlePlan, ...rates, target: '127.0.0.1', port });
    clients.push(client);
    return client;
  };

  test('asks what its plan says, and finds nothing wrong with a server that answers', async () => {
    const server = await serve('v1');
    servers.push(server);
    const client = await load(portOf(server));
    const from = loadNow();
    await pause(1000);
    const to = loadNow();
    await client.stop();
    const report = client.report(from, to);
    expect(report).toMatchObject({ failed: 0, cut: 0, stale: [], troubles: {}, holders: ['v1-host'] });
    expect(report.reached).toBeGreaterThan(0.5);
    expect(report.kinds.slow.attempted).toBeGreaterThan(2);
  });

  test('the control: of a server that is restarted without more ado it reports what failed and what was cut', async () => {
    const first = await serve('v1');
    servers.push(first);
    const port = portOf(first);
    const client = await load(port);
    const from = loadNow();
    await pause(500);
    first.close();
    first.closeAllConnections();
    await pause(200);
    servers.push(await serve('v2', port));
    await pause(500);
    const to = loadNow();
    await client.stop();
    const { kinds, versions, holders, troubles } = client.report(from, to);
    expect(kinds.new.failed).toBeGreaterThan(3);
    expect(kinds.slow.cut).toBeGreaterThan(0);
    expect(kinds.kept.cut).toBe(3);
    expect(kinds.new.longestGapMs).toBeGreaterThan(150);
    expect(Object.keys(versions)).toEqual(['v1', 'v2']);
    expect(holders).toEqual(['v1-host', 'v2-host']);
    expect(Object.keys(troubles)).toContain('ECONNREFUSED');
  });

  test('a server that says it will end a connection has not cut it', async () => {
    const server = await serve('v1');
    servers.push(server);
    server.prependListener('request', (_, answer) => answer.setHeader('connection', 'close'));
    const client = await load(portOf(server));
    await pause(300);
    const to = loadNow();
    await client.stop();
    expect(client.report(0, to)).toMatchObject({ failed: 0, cut: 0 });
    expect(client.records.filter(({ kind, fresh }) => kind === 'kept' && fresh).length).toBeGreaterThan(6);
  });

  test('turned to another target, it asks there from the next connection on', async () => {
    const server = await serve('v1');
    servers.push(server);
    const client = await load(portOf(server));
    client.turnTo('127.0.0.2');
    await pause(200);
    await client.stop();
    expect(client.records.findLast(({ kind }) => kind === 'new')).toMatchObject({ trouble: 'ECONNREFUSED' });
  });
});
