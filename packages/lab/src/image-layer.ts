import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';

/** Who owns an entry, by number; root unless said. */
interface Owned {
  path: string;
  uid?: number;
  gid?: number;
}

/** Something in an image: a file, a directory, a symbolic link, or one more name of a file that came before. */
export type ImageEntry = Owned &
  (
    | { content: string | Buffer; mode?: number }
    | { directory: true; mode?: number }
    | { linkTo: string }
    | { sameFileAs: string }
  );

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

const fromTheRoot = (path: string): string => path.replace(/^\/+/, '');

const headerOf = (entry: ImageEntry): Parameters<Pack['entry']>[0] => {
  const header = { name: fromTheRoot(entry.path), mtime: longAgo, uid: entry.uid ?? 0, gid: entry.gid ?? 0 };
  if ('content' in entry) return { ...header, type: 'file', mode: entry.mode ?? 0o644 };
  if ('directory' in entry) return { ...header, type: 'directory', mode: entry.mode ?? 0o755 };
  if ('linkTo' in entry) return { ...header, type: 'symlink', mode: 0o777, linkname: entry.linkTo };
  return { ...header, type: 'link', mode: 0o644, linkname: fromTheRoot(entry.sameFileAs) };
};

/** Adds an entry to an archive; resolves when whoever reads the archive has taken it. */
export const addEntry = (archive: Pack, entry: ImageEntry): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve());
    const header = headerOf(entry);
    const written = 'content' in entry ? archive.entry(header, entry.content, done) : archive.entry(header, done);
    written.on('error', reject);
  });

/** Packs entries into a layer, in the given order; missing parent directories are the engine's to make. */
export async function packLayer(entries: readonly ImageEntry[]): Promise<ImageLayer> {
  const archive = pack();
  const collected = buffer(archive);
  for (const entry of entries) await addEntry(archive, entry);
  archive.finalize();
  const tar = await collected;
  const blob = await compress(tar, { level: 4 });
  return { blob, digest: digestOf(blob), diffId: digestOf(tar) };
}
