import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { LayerFile } from '@restow/lab/layer-file';
import { readEntries } from '@restow/lab/tar-entries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Apt, DownloadFailed } from './apt.ts';
import { type DebianPackage, fileOf, readOffered } from './offered-packages.ts';
import { makeReleases, type Release, type Releases, type Software } from './releases.ts';

const hasDpkg = spawnSync('dpkg-deb', ['--version']).status === 0;

const ship: Software = {
  askFor: 'ship',
  packageIn: (offered) => (offered.has('ship') ? 'ship' : undefined),
  image: (name) => ({ cmd: [`/usr/sbin/${name}`] }),
};

describe.skipIf(!hasDpkg)('images of Debian packages (needs dpkg-deb)', () => {
  let dir: string;
  let downloaded: string[];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'restow-releases-'));
    downloaded = [];
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const paragraph = (name: string, version: string, needs: string) =>
    `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: nobody\nDepends: ${needs}\nFilename: pool/${name}.deb\nDescription: a ship\n`;

  /** A package that holds one file that names it. */
  const buildPackage = ({ name, version }: DebianPackage, file: string) => {
    const tree = mkdtempSync(join(dir, 'tree-'));
    mkdirSync(join(tree, 'DEBIAN'));
    mkdirSync(join(tree, 'usr/sbin'), { recursive: true });
    writeFileSync(join(tree, 'DEBIAN/control'), paragraph(name, version, 'libc6'));
    writeFileSync(join(tree, 'usr/sbin', name), `${name} ${version}`);
    expect(spawnSync('dpkg-deb', ['--build', '--root-owner-group', tree, file]).status).toBe(0);
    rmSync(tree, { recursive: true });
  };

  /** An apt that offers `ship` in these versions, newest first, and a library. */
  const aptOffering = (...versions: string[]): Apt => ({
    offers: async () =>
      readOffered(
        [...versions.map((version) => paragraph('ship', version, 'libhull')), paragraph('libhull', '7', 'ship')].join(
          '\n',
        ),
      ),
    download: async (packages, into) => {
      mkdirSync(into, { recursive: true });
      for (const one of packages) {
        downloaded.push(fileOf(one));
        buildPackage(one, join(into, fileOf(one)));
      }
    },
  });
  const cannotDownload = (apt: Apt): Apt => ({
    ...apt,
    download: async () => {
      throw new DownloadFailed('404 Not Found');
    },
  });

  const make = (...apts: Apt[]) =>
    makeReleases(
      ship,
      join(dir, 'kept'),
      apts.map((apt) => async () => apt),
    );
  const made = async (...apts: Apt[]): Promise<Releases> => {
    const found = await make(...apts);
    if (typeof found === 'string') throw new Error(found);
    return found;
  };
  const layersOf = ({ image }: Release) => (image.layers ?? []) as LayerFile[];
  const filesOf = async (release: Release): Promise<Record<string, string>> => {
    const files: Record<string, string> = {};
    for (const { file } of layersOf(release))
      for await (const entry of readEntries(Readable.from([gunzipSync(readFileSync(file))])))
        if ('content' in entry) files[entry.path] = String(entry.content);
    return files;
  };

  it('are the oldest and the newest on offer, on the same libraries', async () => {
    const { older, newer, versionsDiffer, told } = await made(aptOffering('3', '2', '1'));
    expect([older.version, newer.version, versionsDiffer]).toEqual(['1', '3', true]);
    expect(told).toBe('ship 1 -> 3');
    expect(await filesOf(older)).toEqual({ 'usr/sbin/libhull': 'libhull 7', 'usr/sbin/ship': 'ship 1' });
    expect(await filesOf(newer)).toEqual({ 'usr/sbin/libhull': 'libhull 7', 'usr/sbin/ship': 'ship 3' });
    expect(layersOf(newer)[0]).toEqual(layersOf(older)[0]);
    expect(layersOf(newer)[1]!.digest).not.toBe(layersOf(older)[1]!.digest);
    expect(newer.image.cmd).toEqual(['/usr/sbin/ship']);
  });

  it('are made once: the next time nothing is downloaded nor packed', async () => {
    const first = await made(aptOffering('2', '1'));
    expect(downloaded.sort()).toEqual(['libhull_7_all.deb', 'ship_1_all.deb', 'ship_2_all.deb']);
    const again = await made(cannotDownload(aptOffering('2', '1')));
    expect([layersOf(again.older), layersOf(again.newer)]).toEqual([layersOf(first.older), layersOf(first.newer)]);
    expect(readdirSync(join(dir, 'kept/layers')).filter((name) => !/\.(tar\.gz|json)$/.test(name))).toEqual([]);
    // Another version on offer is another layer.
    expect(layersOf((await made(aptOffering('3', '1'))).newer)[1]).not.toEqual(layersOf(first.newer)[1]);
  });

  it('of one version on offer are two images all the same, and it is said', async () => {
    const { older, newer, versionsDiffer, told } = await made(aptOffering('2'));
    expect([older.version, newer.version, versionsDiffer]).toEqual(['2', '2', false]);
    expect(newer.image.labels).not.toEqual(older.image.labels);
    expect(told).toContain('no second version');
  });

  it('come of the next lists where the first offer nothing, or what is listed is gone', async () => {
    expect((await made(aptOffering(), aptOffering('2', '1'))).told).toBe('ship 1 -> 2');
    expect((await made(cannotDownload(aptOffering('4', '1')), aptOffering('5', '4'))).told).toBe('ship 4 -> 5');
  });

  it('that cannot be had are a reason', async () => {
    expect(await make(aptOffering())).toContain('apt offers no ship here');
    expect(await make(aptOffering(), cannotDownload(aptOffering('2', '1')))).toBe('404 Not Found');
  });

  it('of a damaged package are an error, not a reason to go without', async () => {
    const damaged: Apt = {
      ...aptOffering('2', '1'),
      download: async (packages, into) => {
        mkdirSync(into, { recursive: true });
        for (const one of packages) writeFileSync(join(into, fileOf(one)), 'half of a package');
      },
    };
    await expect(make(damaged)).rejects.toThrow('cannot be unpacked');
  });
});
