import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { addEntry, type ImageEntry } from './image-layer.ts';

/** A layer that lies in a file: for what is too large to be held in memory, or to be packed on every run. */
export interface LayerFile {
  /** The tar archive, compressed. */
  file: string;
  /** Bytes of the file. */
  size: number;
  /** Of the compressed bytes: the registry's name for it. */
  digest: string;
  /** Of the archive itself: what the image's configuration lists. */
  diffId: string;
}

/** Lets bytes through and has counted and hashed them at the end. */
const measuring = () => {
  const hash = createHash('sha256');
  let size = 0;
  const through = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  return { through, result: () => ({ size, digest: `sha256:${hash.digest('hex')}` }) };
};

/**
 * Packs entries into a layer in `file` as they come, in the given order, with no more than one of them in memory. Pressed
 * lightly: it travels no further than to a registry on this machine. The same entries give the same bytes. What a failure
 * leaves in the file is no layer.
 */
export async function writeLayer(
  file: string,
  entries: Iterable<ImageEntry> | AsyncIterable<ImageEntry>,
): Promise<LayerFile> {
  const archive = pack();
  const [plain, pressed] = [measuring(), measuring()];
  const fill = async () => {
    try {
      for await (const entry of entries) await addEntry(archive, entry);
      archive.finalize();
    } catch (error) {
      archive.destroy(error as Error);
      throw error;
    }
  };
  const written = pipeline(archive, plain.through, createGzip({ level: 1 }), pressed.through, createWriteStream(file));
  await Promise.all([fill(), written]);
  return { file, ...pressed.result(), diffId: plain.result().digest };
}
