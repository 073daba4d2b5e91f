import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageEntry } from '@restow/lab/image-layer';
import { type LayerFile, writeLayer } from '@restow/lab/layer-file';
import type { Apt } from './apt.ts';
import { type DebianPackage, fileOf } from './offered-packages.ts';
import { unpackPackage } from './unpack-package.ts';

/** What a layer holds. */
export interface LayerRecipe {
  /** Below the packages. */
  ground?: readonly ImageEntry[];
  packages: readonly DebianPackage[];
  /** Paths of the packages that stay out. */
  leaveOut?: RegExp;
}

/** To be counted up when the same packages are to give another layer than they did before. */
const way = 1;

const nameOf = ({ ground = [], packages, leaveOut }: LayerRecipe): string =>
  createHash('sha256')
    .update(JSON.stringify([way, ground, packages.map(fileOf), leaveOut?.source]))
    .digest('hex')
    .slice(0, 32);

async function* entriesOf({ ground = [], packages, leaveOut }: LayerRecipe, files: string): AsyncGenerator<ImageEntry> {
  yield* ground;
  // Every package brings the directories it uses, most of them the same.
  const directories = new Set(ground.map(({ path }) => path));
  for (const one of packages)
    for await (const entry of unpackPackage(join(files, fileOf(one)), leaveOut)) {
      if ('directory' in entry && directories.has(entry.path)) continue;
      if ('directory' in entry) directories.add(entry.path);
      yield entry;
    }
}

const keptIn = async (record: string): Promise<Omit<LayerFile, 'file'> | null> => {
  try {
    return JSON.parse(await readFile(record, 'utf8')) as LayerFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/**
 * A layer made of Debian's packages. It is kept in `dir`, under a name made of what is in it, with the packages it was
 * made of, and made only once; two who make it at the same time do not meet.
 */
export async function packageLayer(dir: string, apt: Apt, recipe: LayerRecipe): Promise<LayerFile> {
  const name = nameOf(recipe);
  const file = join(dir, 'layers', `${name}.tar.gz`);
  const record = join(dir, 'layers', `${name}.json`);
  const kept = await keptIn(record);
  if (kept !== null) return { ...kept, file };
  await mkdir(join(dir, 'layers'), { recursive: true });
  const packages = join(dir, 'packages');
  await apt.download(recipe.packages, packages);
  const mine = `${file}.${process.pid}`;
  const { file: written, ...measured } = await writeLayer(mine, entriesOf(recipe, packages));
  await rename(written, file);
  await writeFile(`${record}.${process.pid}`, JSON.stringify(measured));
  await rename(`${record}.${process.pid}`, record);
  return { ...measured, file };
}
