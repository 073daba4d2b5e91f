import type { Netlink } from './netlink.ts';

/**
 * Gives settings below /proc/sys/net their values; those that have them are not written. Resolves with the paths of those
 * that were. Through a shell and not by
 * this program's own reads, because /proc/sys/net is the network namespace's of whoever opens it.
 */
export const ensureSysctls = async (
  netlink: Netlink,
  purpose: string,
  wanted: Readonly<Record<string, string>>,
): Promise<string[]> => {
  const paths = Object.keys(wanted).map((name) => `/proc/sys/net/${name}`);
  const read = await netlink.must(purpose, ['sh', '-c', 'for path; do cat "$path" || exit; done', 'sh', ...paths]);
  const values = read.trimEnd().split('\n');
  const differing = Object.values(wanted).flatMap((value, i) => (values[i] === value ? [] : [[paths[i]!, value]]));
  if (differing.length > 0)
    await netlink.must(purpose, [
      'sh',
      '-c',
      'while [ $# -gt 0 ]; do echo "$2" >"$1" || exit; shift 2; done',
      'sh',
      ...differing.flat(),
    ]);
  return differing.map(([path]) => path!);
};
