import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@restow/lab/command';
import { checkout } from '@restow/lab/lab-place';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const isRoot = process.getuid?.() === 0;

const ownMachine = `
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /mnt
  for dir in etc opt; do
    mkdir /mnt/$dir /mnt/$dir.work
    mount -t overlay overlay -o lowerdir=/$dir,upperdir=/mnt/$dir,workdir=/mnt/$dir.work /$dir
  done
  rm -rf /etc/docker/key.json /opt/containerd
  mkdir /mnt/disk
  mount --bind "$DISK" /mnt/disk
  ip link set lo up
  exec "$@"`;

describe.runIf(isRoot)('an engine of our own, where none runs (needs root)', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-engine-test-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /**
   * Runs a program as if on a machine of its own: no links but lo, no firewall rule, nothing in /run, its own /etc. Its
   * disk is a directory of a larger file system, as in a container or a chroot: there an engine leaves a mount behind.
   */
  const alone = (program: string, ...args: string[]) =>
    runCommand(
      [
        ...['unshare', '--net', '--mount', '--propagation', 'private', 'sh', '-ec', ownMachine],
        ...['alone', process.execPath, '--conditions=source', join(checkout, program), ...args],
      ],
      { env: { ...process.env, DOCKER_HOST: '', DISK: dir } },
    );

  it('is started, said so, shared, ended, and leaves links, mounts, firewall and settings as they were', async () => {
    const { stdout, stderr, code } = await alone('test/engine/own-engine-machine.ts', '/mnt/disk');
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
