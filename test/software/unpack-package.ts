import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ImageEntry } from '@restow/lab/image-layer';
import { readEntries } from '@restow/lab/tar-entries';

/** Nothing a program reads when it runs; the changelog stays, it says which version this is. */
const forPeople = /^usr\/share\/(man|locale|info|lintian|bug|vim|apport|doc\/(?!.*\/changelog\.Debian\.gz$))/;

/** Older packages bring `/lib` and `/lib64`, which are links into `/usr` on today's Debian. */
const onTodaysDebian = (path: string): string => path.replace(/^lib(64)?(?=\/|$)/, 'usr/lib$1');

/** The links that `onTodaysDebian` counts on, and what a package expects of any Debian; for the lowest layer. */
export const debianGround: readonly ImageEntry[] = [
  { path: 'usr', directory: true },
  { path: 'usr/lib', directory: true },
  { path: 'usr/lib64', directory: true },
  { path: 'lib', linkTo: 'usr/lib' },
  { path: 'lib64', linkTo: 'usr/lib64' },
];

const ofInterest = (entry: ImageEntry, leaveOut: RegExp): boolean =>
  !forPeople.test(entry.path) && !leaveOut.test(entry.path) && !/^lib(64)?$/.test(entry.path);

/** What a package puts into an image, without what only people read and without what `leaveOut` matches. */
export async function* unpackPackage(file: string, leaveOut: RegExp = /$^/): AsyncGenerator<ImageEntry> {
  const unpacking = spawn('dpkg-deb', ['--fsys-tarfile', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(unpacking, 'close') as Promise<[number | null]>;
  ended.catch(() => undefined);
  let said = '';
  unpacking.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  try {
    for await (const entry of readEntries(unpacking.stdout)) {
      if (!ofInterest(entry, leaveOut)) continue;
      const path = onTodaysDebian(entry.path);
      yield 'sameFileAs' in entry
        ? { ...entry, path, sameFileAs: onTodaysDebian(entry.sameFileAs) }
        : { ...entry, path };
    }
  } catch (error) {
    unpacking.kill('SIGKILL');
    await ended;
    throw new Error(`${file} cannot be unpacked: ${said.trim() || String(error)}`, { cause: error });
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`${file} cannot be unpacked: dpkg-deb ended with ${code}: ${said.trim()}`);
}
