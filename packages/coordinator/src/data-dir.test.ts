import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataDir } from './data-dir.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'restow-data-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('of two that start at once on a fresh directory one has it, and the token in its file', async () => {
  const opened = await Promise.allSettled([openDataDir(dir), openDataDir(dir)]);
  const [mine, ...more] = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(more).toEqual([]);
  expect(opened.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))).toEqual(['busy']);
  expect(readFileSync(join(dir, 'token'), 'utf8').trim()).toBe(mine!.token);
  await mine!.release();
  const again = await openDataDir(dir);
  expect(again.token).toBe(mine!.token);
  await again.release();
});

test('one that is refused leaves no token behind, and lets the directory go', async () => {
  const first = await openDataDir(dir);
  rmSync(join(dir, 'token'));
  await expect(openDataDir(dir)).rejects.toMatchObject({ code: 'busy' });
  expect(() => readFileSync(join(dir, 'token'))).toThrow('ENOENT');
  await first.release();
});

test('an empty token opens no door: the file is named, and the directory let go', async () => {
  writeFileSync(join(dir, 'token'), '\n');
  await expect(openDataDir(dir)).rejects.toMatchObject({
    code: 'failed-precondition',
    message: expect.stringContaining('is empty'),
  });
  rmSync(join(dir, 'token'));
  await (await openDataDir(dir)).release();
});
