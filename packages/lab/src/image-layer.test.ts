import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { digestOf, packLayer } from './image-layer.ts';

const entries = [
  { path: '/etc', directory: true as const },
  { path: 'etc/motd', content: 'hello\n' },
  { path: 'bin/sh', linkTo: 'busybox' },
];

describe('a layer', () => {
  it('is the same bytes for the same entries', async () => {
    const [once, again] = [await packLayer(entries), await packLayer(entries)];
    expect(again.digest).toBe(once.digest);
    expect(again.blob.equals(once.blob)).toBe(true);
  });

  it('is named by its compressed bytes and listed by its archive', async () => {
    const layer = await packLayer(entries);
    expect(layer.digest).toBe(digestOf(layer.blob));
    expect(layer.diffId).toBe(digestOf(gunzipSync(layer.blob)));
  });

  it('holds what it was given, by paths that begin at the root', async () => {
    const found: string[] = [];
    for await (const entry of Readable.from([gunzipSync((await packLayer(entries)).blob)]).pipe(extract())) {
      found.push(`${entry.header.type} ${entry.header.name} ${entry.header.linkname ?? ''}`.trim());
      entry.resume();
    }
    expect(found).toEqual(['directory etc', 'file etc/motd', 'symlink bin/sh busybox']);
  });

  it('keeps owners, and further names of a file', async () => {
    const found: unknown[] = [];
    const layer = await packLayer([
      { path: 'srv', directory: true, mode: 0o700, uid: 70, gid: 71 },
      { path: 'srv/one', content: 'x', uid: 70 },
      { path: 'srv/two', sameFileAs: '/srv/one' },
    ]);
    for await (const { header } of Readable.from([gunzipSync(layer.blob)]).pipe(extract())) {
      found.push([header.type, header.name, header.uid, header.gid, header.linkname]);
    }
    expect(found).toEqual([
      ['directory', 'srv', 70, 71, null],
      ['file', 'srv/one', 70, 0, null],
      ['link', 'srv/two', 0, 0, 'srv/one'],
    ]);
  });

  it('differs as soon as a file does', async () => {
    const other = await packLayer([...entries, { path: 'more', content: '' }]);
    expect(other.digest).not.toBe((await packLayer(entries)).digest);
  });
});
