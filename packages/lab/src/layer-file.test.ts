import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, type ImageEntry, packLayer } from './image-layer.ts';
import { writeLayer } from './layer-file.ts';

describe('a layer in a file', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'restow-layer-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const entries: ImageEntry[] = [
    { path: 'opt', directory: true },
    // More than any stream holds by itself, so that the writer has to wait for the reader.
    ...[1, 2, 3].map((n) => ({ path: `opt/large-${n}`, content: Buffer.alloc(5_000_000, `${n} and more`) })),
    { path: 'opt/link', linkTo: 'large-1' },
  ];
  async function* arriving() {
    yield* entries;
  }

  it('holds the same archive as one in memory, and is named by what is in the file', async () => {
    const layer = await writeLayer(join(dir, 'a'), arriving());
    const bytes = await readFile(layer.file);
    expect(layer.diffId).toBe((await packLayer(entries)).diffId);
    expect(layer.diffId).toBe(digestOf(gunzipSync(bytes)));
    expect(layer.digest).toBe(digestOf(bytes));
    expect(layer.size).toBe(bytes.length);
  });

  it('is the same bytes for the same entries, and others for others', async () => {
    const [once, again] = [await writeLayer(join(dir, 'b'), entries), await writeLayer(join(dir, 'c'), arriving())];
    expect(again.digest).toBe(once.digest);
    const other = await writeLayer(join(dir, 'd'), [...entries, { path: 'more', content: '' }]);
    expect(other.diffId).not.toBe(once.diffId);
  });

  it('that cannot be filled says why', async () => {
    async function* breaking() {
      yield entries[0]!;
      throw new Error('the package is damaged');
    }
    await expect(writeLayer(join(dir, 'e'), breaking())).rejects.toThrow('the package is damaged');
  });

  it('that cannot be written says why', async () => {
    await expect(writeLayer(join(dir, 'no/such/place'), arriving())).rejects.toThrow('ENOENT');
  });
});
