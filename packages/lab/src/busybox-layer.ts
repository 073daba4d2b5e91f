import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { RestowError } from '@restow/shared/base/errors';
import { mustRun } from './command.ts';
import { type ImageLayer, packLayer } from './image-layer.ts';

const findBusybox = (): string => {
  const found = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new RestowError(
    'failed-precondition',
    'No /bin/busybox here to make images of: apt-get install busybox-static',
  );
};

const pack = async (): Promise<ImageLayer> => {
  const busybox = findBusybox();
  const program = await readFile(busybox);
  // A program that is not static names its loader in the first page, and would find none in an image of its own.
  if (program.subarray(0, 4096).includes('/ld-'))
    throw new RestowError('failed-precondition', `${busybox} is not static: apt-get install busybox-static`);
  const applets = (await mustRun('list what busybox can do', [busybox, '--list'])).split('\n');
  return packLayer([
    ...['bin', 'etc', 'proc', 'sys', 'dev', 'root', 'run', 'var'].map((path) => ({ path, directory: true as const })),
    { path: 'tmp', directory: true, mode: 0o1777 },
    { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\n' },
    { path: 'etc/group', content: 'root:x:0:\n' },
    { path: 'bin/busybox', content: program, mode: 0o755 },
    ...applets
      .filter((applet) => applet !== '' && applet !== 'busybox')
      .map((applet) => ({ path: `bin/${applet}`, linkTo: 'busybox' })),
  ]);
};

let packed: Promise<ImageLayer> | undefined;

/** A small Unix to build images on: this machine's static busybox with all it can do in /bin. Packed once. */
export const busyboxLayer = (): Promise<ImageLayer> => {
  packed ??= pack();
  return packed;
};
