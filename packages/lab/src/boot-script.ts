/**
 * What a host's first program does before it becomes the host's pid 1, in new namespaces for mounts, pids, host name,
 * ipc and network. Arguments: the host's name, and a directory with its `hosts` and `machine-id`.
 *
 * It stays a plain shell: waiting for "all children" it also reaps the orphans that an engine's shims leave behind,
 * and SIGKILL to it makes the kernel end every program of the host at once, as a power cut does.
 */
export const bootScript = `#!/bin/sh
set -eu
name=$1 files=$2
# The old /proc still shows the pid as the machine numbers it.
read -r pid rest </proc/self/stat
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/etc/upper /run/etc/work /run/machine-sys

# A sysfs of its own: it shows the links of the network namespace it was mounted in. What the machine has mounted below
# /sys (control groups, AppArmor's directory) is put back in place, or no container would start.
mount --rbind /sys /run/machine-sys
mount -t sysfs sysfs /sys
for part in fs/cgroup kernel/security fs/bpf; do
  if mountpoint -q "/run/machine-sys/$part"; then mount --rbind "/run/machine-sys/$part" "/sys/$part"; fi
done
umount -l /run/machine-sys
rmdir /run/machine-sys

# Writes to /etc stay in the host, and go with it.
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work /etc
# The key an older engine has its id from is the machine's own, if there is one: a host makes its own.
rm -f /etc/hosts /etc/machine-id /etc/hostname /etc/docker/key.json
cp "$files/hosts" "$files/machine-id" /etc/
echo "$name" >/etc/hostname
hostname "$name"

# A new network namespace takes over some of the machine's settings; a host begins like a machine of its own.
echo 0 >/proc/sys/net/ipv4/ip_forward

echo "$pid"
exec </dev/null >/dev/null 2>&1
trap : HUP INT TERM
while :; do
  sleep 2147483647 &
  wait
done
`;
