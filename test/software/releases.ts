import { join } from 'node:path';
import { checkout } from '@restow/lab/lab-place';
import type { ImageSpec } from '@restow/lab/push-image';
import { type Apt, DownloadFailed, freshApt, machineApt } from './apt.ts';
import { choosePackages } from './choose-packages.ts';
import type { Offered } from './offered-packages.ts';
import { packageLayer } from './package-layer.ts';
import { debianGround } from './unpack-package.ts';

/** Software of Debian's, and how it becomes an image. */
export interface Software {
  /** What apt is asked about. */
  askFor: string;
  /** The package that is the software, such as `postgresql-15`; `undefined` where it is not on offer. */
  packageIn(offered: Offered): string | undefined;
  /** Packages it needs that are no libraries. */
  also?: readonly string[];
  /** Paths of its packages that stay out. */
  leaveOut?: RegExp;
  /** The image but for its layers. */
  image(packageName: string): ImageSpec;
}

/** One version of it, as an image that can be pushed. */
export interface Release {
  /** As Debian counts it, such as `15.20-0+deb12u1`. */
  version: string;
  image: ImageSpec;
}

/** The oldest and the newest version that apt offers here. */
export interface Releases {
  older: Release;
  newer: Release;
  /** False where one version only is on offer: then `newer` is the same with another label, an image of its own. */
  versionsDiffer: boolean;
  /** For people: what was found. */
  told: string;
  /** For people: how large it is and how long that took. */
  made: string;
}

const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

const releasesBy = async (apt: Apt, dir: string, software: Software): Promise<Releases | string> => {
  const begun = performance.now();
  const offered = await apt.offers(software.askFor, software.also);
  const name = software.packageIn(offered);
  const versions = (name === undefined ? undefined : offered.get(name))?.map(({ version }) => version) ?? [];
  const [newest, oldest] = [versions[0], versions.at(-1)];
  if (name === undefined || newest === undefined || oldest === undefined)
    return `apt offers no ${software.askFor} here, or no package lists are to be had`;
  const sizes = new Map<string, number>();
  const release = async (version: string): Promise<Release> => {
    const { own, libraries } = choosePackages(offered, name, version, software.also);
    const layers = [
      await packageLayer(dir, apt, { ground: debianGround, packages: libraries }),
      await packageLayer(dir, apt, { packages: own, leaveOut: software.leaveOut }),
    ];
    for (const { digest, size } of layers) sizes.set(digest, size);
    return { version, image: { ...software.image(name), layers, labels: { version } } };
  };
  const older = await release(oldest);
  const versionsDiffer = newest !== oldest;
  const newer = versionsDiffer
    ? await release(newest)
    : { version: newest, image: { ...older.image, labels: { version: newest, built: 'again' } } };
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  return {
    older,
    newer,
    versionsDiffer,
    told: versionsDiffer
      ? `${name} ${oldest} -> ${newest}`
      : `${name} ${newest} -> another image of the same, as apt offers no second version here`,
    made: `${sizes.size} layers, ${inMegabytes([...sizes.values()].reduce((sum, size) => sum + size, 0))}, in ${seconds} s`,
  };
};

/** In the order they are tried: the lists of this machine, and lists fetched beside them. */
const aptsHere = (dir: string): (() => Promise<Apt>)[] => [async () => machineApt, () => freshApt(join(dir, 'apt'))];

/**
 * Makes two images of software from the packages apt offers, or says why that cannot be. Layers and packages are kept in
 * `dir`; with them it takes a second or two. Where this machine's package lists are missing, or so old that the packages
 * are gone, fresh ones are fetched beside them.
 */
export async function makeReleases(
  software: Software,
  dir = join(checkout, '.restow/software'),
  apts = aptsHere(dir),
): Promise<Releases | string> {
  let reason = '';
  for (const apt of apts) {
    try {
      const found = await releasesBy(await apt(), dir, software);
      if (typeof found !== 'string') return found;
      reason = found;
    } catch (error) {
      if (!(error instanceof DownloadFailed)) throw error;
      reason = error.message;
    }
  }
  return reason;
}
