import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ImageEntry } from '@restow/lab/image-layer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackPackage } from './unpack-package.ts';

const hasDpkg = spawnSync('dpkg-deb', ['--version']).status === 0;

describe.skipIf(!hasDpkg)('what of a package goes into an image (needs dpkg-deb)', () => {
  let dir: string;
  let file: string;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'restow-package-'));
    const put = (path: string, content: string) => {
      mkdirSync(dirname(join(dir, 'tree', path)), { recursive: true });
      writeFileSync(join(dir, 'tree', path), content);
    };
    put(
      'DEBIAN/control',
      'Package: ship\nVersion: 1:2.0-1\nArchitecture: all\nMaintainer: nobody\nDescription: a ship\n',
    );
    put('lib/a-machine/libship.so.1', 'library');
    put('usr/sbin/ship', 'program');
    put('usr/lib/ship/bitcode/ship.bc', 'bitcode');
    put('usr/share/doc/ship/changelog.Debian.gz', 'ship (1:2.0-1)');
    put('usr/share/doc/ship/copyright', 'nobody');
    put('usr/share/man/man8/ship.8.gz', 'manual');
    put('usr/share/locale/de/LC_MESSAGES/ship.mo', 'Schiff');
    symlinkSync('libship.so.1', join(dir, 'tree/lib/a-machine/libship.so'));
    linkSync(join(dir, 'tree/lib/a-machine/libship.so.1'), join(dir, 'tree/lib/a-machine/libvessel.so.1'));
    file = join(dir, 'ship.deb');
    const built = spawnSync('dpkg-deb', ['--build', '--root-owner-group', join(dir, 'tree'), file]);
    expect(built.status, built.stderr.toString()).toBe(0);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const unpacked = async (from: string, leaveOut?: RegExp): Promise<ImageEntry[]> => {
    const entries: ImageEntry[] = [];
    for await (const entry of unpackPackage(from, leaveOut)) entries.push(entry);
    return entries;
  };
  const paths = async (leaveOut?: RegExp) => {
    const entries = await unpacked(file, leaveOut);
    return entries.filter((entry) => !('directory' in entry)).map(({ path }) => path);
  };

  it('is what programs read, and the changelog; all of /lib in /usr/lib', async () => {
    expect((await paths()).sort()).toEqual([
      'usr/lib/a-machine/libship.so',
      'usr/lib/a-machine/libship.so.1',
      'usr/lib/a-machine/libvessel.so.1',
      'usr/lib/ship/bitcode/ship.bc',
      'usr/sbin/ship',
      'usr/share/doc/ship/changelog.Debian.gz',
    ]);
  });

  it('is not what the software is said to do without', async () => {
    const [all, fewer] = [await paths(), await paths(/\/bitcode\//)];
    expect(all.filter((path) => !fewer.includes(path))).toEqual(['usr/lib/ship/bitcode/ship.bc']);
  });

  it('keeps two names of a file two names of one, wherever it went', async () => {
    const entries = await unpacked(file);
    const links = entries.flatMap((entry) => ('sameFileAs' in entry ? [[entry.path, entry.sameFileAs].sort()] : []));
    expect(links).toEqual([['usr/lib/a-machine/libship.so.1', 'usr/lib/a-machine/libvessel.so.1']]);
  });

  it('of a file that is no package says which file, and what dpkg-deb said', async () => {
    writeFileSync(join(dir, 'half.deb'), 'not a package');
    await expect(unpacked(join(dir, 'half.deb'))).rejects.toThrow(/half\.deb cannot be unpacked: .*dpkg-deb: error/);
  });
});
