import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ImageEntry, packLayer } from './image-layer.ts';
import { readEntries } from './tar-entries.ts';

const entries: ImageEntry[] = [
  { path: 'srv', directory: true, mode: 0o700, uid: 70, gid: 71 },
  { path: 'srv/one', content: Buffer.from('one\n'), mode: 0o640, uid: 70, gid: 71 },
  { path: 'srv/link', linkTo: '../one', uid: 0, gid: 0 },
  { path: 'srv/two', sameFileAs: 'srv/one', uid: 0, gid: 0 },
];

const allOf = async (source: Readable): Promise<ImageEntry[]> => {
  const found: ImageEntry[] = [];
  for await (const entry of readEntries(source)) found.push(entry);
  return found;
};

describe('reading an archive', () => {
  it('gives the entries it was packed of', async () => {
    const { blob } = await packLayer(entries);
    expect(await allOf(Readable.from([gunzipSync(blob)]))).toEqual(entries);
  });

  it('knows paths however they are written, and leaves out the root', async () => {
    const { blob } = await packLayer([
      { path: './', directory: true },
      { path: './etc/', directory: true },
      { path: './etc/motd', content: '' },
    ]);
    const found = await allOf(Readable.from([gunzipSync(blob)]));
    expect(found.map(({ path }) => path)).toEqual(['etc', 'etc/motd']);
  });

  it('of an archive that ends too early says so', async () => {
    const tar = gunzipSync((await packLayer(entries)).blob);
    await expect(allOf(Readable.from([tar.subarray(0, 700)]))).rejects.toThrow(/end/i);
  });

  it('whose source fails fails with it', async () => {
    const source = new Readable({ read() {} });
    source.push(gunzipSync((await packLayer(entries)).blob).subarray(0, 512));
    setImmediate(() => source.destroy(new Error('dpkg-deb went away')));
    await expect(allOf(source)).rejects.toThrow('dpkg-deb went away');
  });
});
