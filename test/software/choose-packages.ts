import type { DebianPackage, Offered } from './offered-packages.ts';

/** The packages of one image, each list by name. */
export interface ChosenPackages {
  /** What was built of the same source in the same version: what makes this image another one than the next version's. */
  own: DebianPackage[];
  /** The libraries they need, in their newest version: the same for all versions of the software, most of the time. */
  libraries: DebianPackage[];
}

/**
 * What of a dependency goes into an image: shared libraries. The rest (debconf, adduser, perl, init scripts) is for
 * installing and administering, which an image is past. LLVM is left out by its size; PostgreSQL does without.
 */
const isLibrary = (name: string): boolean =>
  (name.startsWith('lib') || name === 'zlib1g') && !/^libllvm|^libperl|-perl$/.test(name);

const byName = (a: DebianPackage, b: DebianPackage): number => (a.name < b.name ? -1 : 1);

/**
 * Chooses what an image of `software` in one of its offered versions is made of: itself and, of everything it needs, what
 * is offered in exactly that version, then the libraries all of them need, and what is named in `also`, newest. Names that
 * are on no offer are left out, as virtual packages are. Pure.
 */
export function choosePackages(
  offered: Offered,
  software: string,
  version: string,
  also: readonly string[] = [],
): ChosenPackages {
  const chosen = new Map<string, DebianPackage>();
  const own = new Set<string>();
  const waiting = [software, ...also];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (chosen.has(name)) continue;
    const versions = offered.get(name) ?? [];
    const ofTheSame = versions.find((candidate) => candidate.version === version);
    const wanted = ofTheSame ?? (isLibrary(name) || also.includes(name) ? versions[0] : undefined);
    if (wanted === undefined) continue;
    chosen.set(name, wanted);
    if (ofTheSame !== undefined) own.add(name);
    waiting.push(...wanted.needs.map((group) => group.find((one) => offered.has(one)) ?? ''));
  }
  const all = [...chosen.values()].sort(byName);
  return { own: all.filter(({ name }) => own.has(name)), libraries: all.filter(({ name }) => !own.has(name)) };
}
