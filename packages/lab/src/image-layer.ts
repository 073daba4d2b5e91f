import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** Something in an image: a file, a directory or a symbolic link. */
export type ImageEntry =
  | { path: string; content: string | Buffer; mode?: number }
  | { path: string; directory: true; mode?: number }
  | { path: string; linkTo: string };

/** A layer as a registry wants it. The same entries give the same bytes, on every machine and day. */
export interface ImageLayer {
  /** The tar archive, compressed. */
  blob: Buffer;
  /** Of the compressed bytes: the registry's name for it. */
  digest: string;
  /** Of the archive itself: what the image's configuration lists. */
  diffId: string;
}

export const digestOf = (bytes: Buffer | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const longAgo = new Date('2026-01-01T00:00:00Z');
const compress = promisify(gzip);

/** Packs entries into a layer, in the given order; missing parent directories are the engine's to make. */
export async function packLayer(entries: readonly ImageEntry[]): Promise<ImageLayer> {
  const archive = pack();
  const collected = buffer(archive);
  for (const entry of entries) {
    const header = { name: entry.path.replace(/^\/+/, ''), mtime: longAgo, uid: 0, gid: 0 };
    if ('content' in entry) archive.entry({ ...header, type: 'file', mode: entry.mode ?? 0o644 }, entry.content);
    else if ('linkTo' in entry) archive.entry({ ...header, type: 'symlink', mode: 0o777, linkname: entry.linkTo });
    else archive.entry({ ...header, type: 'directory', mode: entry.mode ?? 0o755 });
  }
  archive.finalize();
  const tar = await collected;
  const blob = await compress(tar, { level: 4 });
  return { blob, digest: digestOf(blob), diffId: digestOf(tar) };
}
