import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DockerEngine } from './docker-engine.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'restow-engine-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** An engine that answers these paths, and never any other. */
const engineWith = async (answers: Record<string, unknown>) => {
  const socketPath = join(dir, 'engine.sock');
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').split('?')[0]!];
    if (answer !== undefined) return void response.end(JSON.stringify(answer));
    open.add(response);
    response.on('close', () => open.delete(response));
  }).listen(socketPath);
  await once(server, 'listening');
  return {
    engine: new DockerEngine({ socketPath, nodeId: 'n1', answerWithinMs: 200 }),
    open,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

test('a question that the engine never answers comes to its end, and holds nobody up for ever', async () => {
  await using node = await engineWith({ '/containers/json': [{ Id: 'stuck' }] });
  const refusal = { failure: 'engine-unavailable', message: expect.stringContaining('did not answer') };
  await expect(node.engine.list()).rejects.toMatchObject(refusal);
  await expect(node.engine.facts()).rejects.toMatchObject(refusal);
  await expect.poll(() => node.open.size).toBe(0);
});

test('what takes as long as it takes is waited for', async () => {
  await using node = await engineWith({});
  const enough = new AbortController();
  const ended = node.engine.whenEnded('stuck', enough.signal);
  const outcome = await Promise.race([
    ended.catch(() => 'ended'),
    new Promise((resolve) => setTimeout(() => resolve('still waiting'), 600)),
  ]);
  expect(outcome).toBe('still waiting');
  enough.abort(new Error('enough'));
  await expect(ended).rejects.toThrow('enough');
});
