import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alone } from '../lib/alone.ts';

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('an engine of our own, where none runs (needs root)', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-engine-test-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  // Its disk is a directory of a larger file system: there an engine leaves a mount behind.
  it('is started, said so, shared, ended, and leaves links, mounts, firewall and settings as they were', async () => {
    const { stdout, stderr, code } = await alone(dir, 'test/engine/own-engine-machine.ts', '/mnt/disk');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const saw = JSON.parse(stdout);
    expect(saw).toMatchObject({ isOurs: true, second: true, answer: 'v1' });
    expect(saw.said).toEqual([
      'no Docker Engine answers and no service manager can start one: starting one of our own, data in /mnt/disk',
      'ending our own Docker Engine',
    ]);
    expect(saw.stillRuns).not.toBe('');
    expect(saw.during.links.join('\n')).toMatch(/^docker0 .*^rs-try /ms);
    expect(saw.during).toMatchObject({ forwarding: '1' });
    expect(saw.during.firewall).toContain('DOCKER-USER');
    expect(saw.after).toEqual(saw.before);
  });
});
