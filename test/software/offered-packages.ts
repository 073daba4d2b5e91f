/** One version of a Debian package, as apt tells of it. */
export interface DebianPackage {
  name: string;
  version: string;
  architecture: string;
  /** What it needs to run or to be installed: of each group one is enough. Names only; apt's versions fit each other. */
  needs: string[][];
}

/** Every version on offer of each package, the newest first. */
export type Offered = ReadonlyMap<string, readonly DebianPackage[]>;

/** `libc6 (>= 2.34), debconf | debconf-2.0` as names: `[['libc6'], ['debconf', 'debconf-2.0']]`. */
const namesIn = (field: string | undefined): string[][] =>
  (field ?? '')
    .split(',')
    .filter((group) => group.trim() !== '')
    .map((group) => group.split('|').map((one) => one.trim().split(/[\s:(]/, 1)[0]!));

/**
 * Reads what `apt-cache show -a NAMES...` says; apt lists the newest version of a package first. What is installed and on
 * no list any more is told of as well, without a file to download, and is no offer. Pure.
 */
export function readOffered(shown: string): Offered {
  const offered = new Map<string, DebianPackage[]>();
  for (const paragraph of shown.split(/\n{2,}/)) {
    const field = (name: string) => new RegExp(`^${name}: (.*(?:\\n[ \\t].*)*)`, 'm').exec(paragraph)?.[1];
    const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')];
    if (!name || !version || !architecture || field('Filename') === undefined) continue;
    const needs = [...namesIn(field('Pre-Depends')), ...namesIn(field('Depends'))];
    const versions = offered.get(name) ?? [];
    // The same version may come from several places.
    if (!versions.some((other) => other.version === version)) versions.push({ name, version, architecture, needs });
    offered.set(name, versions);
  }
  return offered;
}

/** The file `apt-get download` makes of a package. */
export const fileOf = ({ name, version, architecture }: DebianPackage): string =>
  `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`;
