/**
 * One spelling for each path in a container: `/data` for `//data/./`. `null` where it is not absolute, or leads through
 * `..` and would mean another place.
 */
export const plainPath = (path: string): string | null => {
  if (!path.startsWith('/')) return null;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? null : `/${parts.join('/')}`;
};

/** True for two spellings of one path. */
export const isSamePath = (a: string, b: string): boolean => (plainPath(a) ?? a) === (plainPath(b) ?? b);
