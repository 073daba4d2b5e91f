import type { Readable } from 'node:stream';
import { RestowError } from '@restow/shared/base/errors';
import { extract } from 'tar-stream';
import type { ImageEntry } from './image-layer.ts';

/** `./usr/bin/` as `usr/bin`; the root itself as the empty string. */
const plainPath = (name: string): string => name.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');

/**
 * What a tar archive holds, in its order, one at a time; times are left out. Throws `unsupported` at what an image has
 * no need of, such as a device.
 */
export async function* readEntries(tar: Readable): AsyncGenerator<ImageEntry> {
  const reading = extract();
  tar.on('error', (error) => reading.destroy(error));
  tar.pipe(reading);
  for await (const entry of reading) {
    const { name, type, mode, uid, gid, linkname } = entry.header;
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    const owned = { path: plainPath(name), uid, gid };
    if (owned.path === '') continue;
    if (type === 'file') yield { ...owned, content: Buffer.concat(chunks), mode };
    else if (type === 'directory') yield { ...owned, directory: true, mode };
    else if (type === 'symlink') yield { ...owned, linkTo: linkname };
    else if (type === 'link') yield { ...owned, sameFileAs: plainPath(linkname) };
    else throw new RestowError('unsupported', `${name} in an archive is a ${type}, which no image is made of`);
  }
}
