import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

/** The checkout this file lies in, whether it runs from `src` or from `dist`. */
export const checkout = resolve(import.meta.dirname, '../../..');

/** Where a person's own lab lives, unless RESTOW_LAB_DIR says otherwise. */
export const defaultLabDir = join(checkout, '.restow/lab');

/** The variable by which every program of a lab can be found again, even one whose pid nobody came to write down. */
export const memberVariable = 'RESTOW_LAB_MEMBER';

/**
 * One lab's place on this machine: a directory, and an id made from it that is in the name of everything outside the
 * directory. So several labs stand side by side, and `down` finds its own without having been told.
 */
export interface LabPlace {
  dir: string;
  /** Short enough for a link's name. */
  id: string;
  stateFile: string;
  /** The one link of the lab among the machine's own: the machine's end of the cable to the lab's switch. */
  link: string;
  hostDir(host: string): string;
  /** The cgroup under which a host's containers live, as the engine is told it. */
  cgroup(host: string): string;
  registryDir: string;
  coordinatorDir: string;
  logDir: string;
}

export function labPlace(directory: string): LabPlace {
  const dir = resolve(directory);
  const id = `rlab-${createHash('sha256').update(dir).digest('hex').slice(0, 6)}`;
  return {
    dir,
    id,
    stateFile: join(dir, 'lab.json'),
    link: id,
    hostDir: (host) => join(dir, 'hosts', host),
    cgroup: (host) => `${id}-${host}`,
    registryDir: join(dir, 'registry'),
    coordinatorDir: join(dir, 'coordinator'),
    logDir: join(dir, 'log'),
  };
}

/** The place a person means: RESTOW_LAB_DIR, or `.restow/lab` of the checkout. */
export const labPlaceInUse = (): LabPlace => labPlace(process.env.RESTOW_LAB_DIR || defaultLabDir);

/** The environment of everything that belongs to the lab: nothing of the caller's but the way to its programs. */
export const memberEnvironment = (place: LabPlace): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  [memberVariable]: place.id,
});
