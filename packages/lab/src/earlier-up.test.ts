import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimUpPlace } from './earlier-up.ts';
import { identify } from './pids.ts';

let dir: string;
const said: string[] = [];
const say = (line: string) => void said.push(line);
beforeEach(async () => {
  said.length = 0;
  dir = await mkdtemp(join(tmpdir(), 'restow-up-test-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A program that does nothing, for as long as it is let. */
const startIdle = async (env: Record<string, string>) => {
  const child = spawn('sleep', ['60'], { env: { ...process.env, ...env }, stdio: 'ignore' });
  await once(child, 'spawn');
  return child;
};

test('what a killed `up` left running is ended, and said so; what another directory has is not', async () => {
  const { env } = await claimUpPlace(dir, say);
  const other = await claimUpPlace(join(dir, 'other'), say);
  const [left, kept] = [await startIdle(env), await startIdle(other.env)];
  const ended = once(left, 'exit');
  await writeFile(join(dir, 'up.json'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));

  await claimUpPlace(dir, say);
  expect(await ended).toEqual([null, 'SIGTERM']);
  expect(said).toEqual([expect.stringContaining(`(pid ${left.pid}): ending them`)]);
  expect(kept.exitCode ?? kept.signalCode).toBeNull();
  kept.kill();
});

test('a directory is held by one `up` at a time, and free once it is let go', async () => {
  const first = await startIdle({});
  await writeFile(join(dir, 'up.json'), JSON.stringify(await identify(first.pid!)));
  await expect(claimUpPlace(dir, say)).rejects.toMatchObject({
    code: 'failed-precondition',
    message: expect.stringContaining(`\`up\` runs already (pid ${first.pid})`),
  });
  const ended = once(first, 'exit');
  first.kill();
  await ended;
  await (await claimUpPlace(dir, say))[Symbol.asyncDispose]();
  expect(await readdir(dir)).toEqual([]);
});
