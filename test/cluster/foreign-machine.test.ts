import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alone } from '../lib/alone.ts';

// On a machine of its own, so that all of it can be compared: other labs may come and go on this one.
describe.runIf(process.getuid?.() === 0)('what somebody else runs on the machine of a lab (needs root)', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-foreign-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test('NOD-07: is to the byte as it was, and answers, after `lab down`', async () => {
    const { stdout, stderr, code } = await alone(
      dir,
      'test/cluster/foreign-machine-main.ts',
      '/mnt/disk',
      basename(dir),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { ran, before, during, after, touched } = JSON.parse(stdout);
    expect(ran.code, ran.stderr).toBe(0);
    expect(before.answers[0]).toBe('theirs\n');
    // A lab is no stranger to the machine: it has a link and a route there while it is up, but nothing else.
    const differing = (look: Record<string, unknown>, other: Record<string, unknown>) =>
      Object.keys(look).filter((part) => JSON.stringify(look[part]) !== JSON.stringify(other[part]));
    expect(differing(before, during)).toEqual(['links', 'routes', 'files']);
    expect(after).toEqual(before);
    expect(differing(after, touched)).toEqual(['nft', 'engine']);
  });
});
