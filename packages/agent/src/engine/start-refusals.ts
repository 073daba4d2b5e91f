/*
 * What an engine refuses only as it starts a container, as far as it can be told of one that is made and not started: the
 * one it is to replace may have been stopped by then. Pure. Where it cannot be told nothing is said: the engine is asked
 * in any case.
 */

/** Where a program is looked for when a container has no PATH of its own. */
const engineSearchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Paths at one of which a container's program has to be; empty when that depends on more than its name and its PATH. */
export const programPaths = (program: string, env: readonly string[]): string[] => {
  if (program.startsWith('/')) return [program];
  if (program === '' || program.includes('/')) return [];
  const own = env.findLast((variable) => variable.startsWith('PATH='))?.slice('PATH='.length);
  const folders = (own ?? engineSearchPath).split(':');
  return folders.every((folder) => folder.startsWith('/')) ? folders.map((folder) => `${folder}/${program}`) : [];
};

/** The names of a container's USER that stand in a file of its image, and in which; a number needs none. */
export const namesOfUser = (text: string): { file: '/etc/passwd' | '/etc/group'; what: string; name: string }[] => {
  const [user = '', group = ''] = text.split(':');
  const names = [
    { file: '/etc/passwd', what: 'user', name: user } as const,
    { file: '/etc/group', what: 'group', name: group } as const,
  ];
  return names.filter(({ name }) => name !== '' && !/^\d+$/.test(name));
};

/** Whether a file such as /etc/passwd has a line for that name. */
export const hasEntry = (file: string, name: string): boolean =>
  file.split('\n').some((line) => line.split(':')[0]?.trim() === name);

const tarBlock = 512;
const sizeAt = 124;
const typeAt = 156;

/** The one regular file that an archive holds, as text; `null` for anything else. */
export const fileInTar = (tar: Buffer): string | null => {
  const type = String.fromCharCode(tar[typeAt] ?? 1);
  if (tar.length < tarBlock || (type !== '0' && type !== '\0')) return null;
  const size = Number.parseInt(tar.toString('latin1', sizeAt, sizeAt + 12), 8);
  return Number.isNaN(size) ? null : tar.toString('utf8', tarBlock, tarBlock + size);
};
