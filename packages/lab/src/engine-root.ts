/** A directory with a whole Debian in it, whose engine every host runs rather than the machine's own. */
export const engineRootVariable = 'RESTOW_LAB_ENGINE_ROOT';

/**
 * Runs the engine of another Debian in a host: in that Debian's own directory, with the host's kernel file systems, /run
 * (where its socket is asked for) and disk in their places. Arguments: that directory, the disk, the engine's settings.
 * Mounts are the host's and go with it; an engine that is started again finds them.
 */
const script = `set -eu
root=$1 disk=$2 settings=$3
if ! mountpoint -q "$root"; then
  # An engine wants / to be a mount.
  mount --bind "$root" "$root"
  for part in proc sys dev run; do mount --rbind "/$part" "$root/$part"; done
  mkdir -p "$root$disk"
  mount --bind "$disk" "$root$disk"
fi
exec chroot "$root" dockerd --config-file "$settings"
`;

/** The command line, within a host, of the engine of that Debian; of the machine's own where `root` is not given. Pure. */
export const engineCommand = (root: string | undefined, disk: string, settings: string): string[] =>
  root ? ['sh', '-c', script, 'engine', root, disk, settings] : ['dockerd', '--config-file', settings];
