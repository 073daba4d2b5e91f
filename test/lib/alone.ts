import { join } from 'node:path';
import { type CommandResult, runCommand } from '@restow/lab/command';
import { checkout } from '@restow/lab/lab-place';

const ownMachine = `
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /mnt
  for dir in etc opt; do
    mkdir /mnt/$dir /mnt/$dir.work
    mount -t overlay overlay -o lowerdir=/$dir,upperdir=/mnt/$dir,workdir=/mnt/$dir.work /$dir
  done
  rm -rf /etc/docker/key.json /opt/containerd
  mkdir /mnt/disk
  mount --bind "$DISK" /mnt/disk
  ip link set lo up
  "$@"`;

/**
 * Runs a program of this project, from its sources, as if on a machine of its own: no links but lo, no firewall rule,
 * nothing in /run, its own /etc, its own programs, which end with it. Its disk, /mnt/disk, is the directory `disk`, a part of a larger file system, as in a
 * container or a chroot. Takes root.
 */
export const alone = (disk: string, program: string, ...args: string[]): Promise<CommandResult> =>
  runCommand(
    [
      ...['unshare', '--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['sh', '-ec', ownMachine],
      ...['alone', process.execPath, '--conditions=source', join(checkout, program), ...args],
    ],
    { env: { ...process.env, DOCKER_HOST: '', DISK: disk }, deadlineMs: 120_000 },
  );
