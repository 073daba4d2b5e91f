import { mustRun } from './command.ts';
import { type LabPlace, memberEnvironment } from './lab-place.ts';
import type { LabSubnet } from './lab-subnet.ts';
import type { PidIdentity } from './pids.ts';
import { spawnHolder } from './spawn-holder.ts';

const bridge = 'switch0';

/**
 * The lab's switch: a network namespace of its own with a bridge in it, and one cable to the machine. A bridge among
 * the machine's own links would have its traffic filtered by whatever firewall the machine has (an engine running on it
 * drops what it does not know); here no rule of the machine's applies, and all the lab adds to it is one link.
 */
export async function startSwitch(place: LabPlace): Promise<PidIdentity> {
  // The shell's own pid is what counts: `unshare` without `--fork` becomes the shell, and the shell becomes `sleep`.
  const hold = 'echo $$; exec sleep 2147483647 >/dev/null 2>&1';
  return spawnHolder("lab's switch", ['unshare', '--net', 'sh', '-c', hold], memberEnvironment(place));
}

/** Runs `ip` commands in the network namespace of a running program. */
export const ipIn = (who: PidIdentity, purpose: string, commands: readonly string[]): Promise<string> =>
  mustRun(purpose, ['nsenter', '-t', String(who.pid), '-n', 'ip', '-batch', '-'], {
    input: `${commands.join('\n')}\n`,
  });

/** Lays the machine's cable: `place.link` here with the subnet's first address, a port of the bridge there. */
export async function connectMachine(place: LabPlace, subnet: LabSubnet, holder: PidIdentity): Promise<void> {
  await ipIn(holder, "set up the lab's switch", [
    'link set lo up',
    `link add ${bridge} type bridge`,
    `link set ${bridge} up`,
  ]);
  await mustRun("lay the machine's cable to the lab", ['ip', '-batch', '-'], {
    input: [
      `link add ${place.link} type veth peer name machine netns ${holder.pid}`,
      `addr add ${subnet.machine}/24 dev ${place.link}`,
      `link set ${place.link} up`,
      '',
    ].join('\n'),
  });
  await ipIn(holder, "plug the machine's cable in", [`link set machine master ${bridge} up`]);
}

/**
 * A network card keeps its MAC through power cuts: with a new one after each boot, everybody who knew the host would go
 * on sending to the old one for half a minute.
 */
const macOf = (address: string): string =>
  ['02', '72', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');

/**
 * Lays a host's cable: a port of the bridge named like the host, `eth0` with the host's address in it. One that was cut
 * while the host had no power is laid and stays cut.
 */
export async function connectHost(
  holder: PidIdentity,
  subnet: LabSubnet,
  host: { name: string; address: string; init: PidIdentity },
  cut = false,
): Promise<void> {
  await ipIn(holder, `lay the cable of ${host.name}`, [
    `link add ${host.name} type veth peer name eth0 address ${macOf(host.address)} netns ${host.init.pid}`,
    `link set ${host.name} master ${bridge} ${cut ? 'down' : 'up'}`,
  ]);
  await ipIn(host.init, `give ${host.name} its address`, [
    'link set lo up',
    `addr add ${host.address}/24 dev eth0`,
    'link set eth0 up',
    `route add default via ${subnet.machine}`,
  ]);
}

/** Names of what is plugged into the switch. */
const cablesIn = async (holder: PidIdentity): Promise<string[]> => {
  const links = await mustRun("read the switch's cables", [
    'nsenter',
    '-t',
    String(holder.pid),
    '-n',
    'ip',
    '-j',
    'link',
  ]);
  return (JSON.parse(links) as { ifname: string }[]).map(({ ifname }) => ifname);
};

/** What a host is plugged in with goes up or down, if it is plugged in; both ends of a cable lose and find carrier. */
export async function setCarrier(holder: PidIdentity, host: string, to: 'up' | 'down'): Promise<void> {
  if ((await cablesIn(holder)).includes(host))
    await ipIn(holder, `take the cable of ${host} ${to}`, [`link set ${host} ${to}`]);
}

/** Takes a host's cable away, both its ends, if it has one. */
export async function unplugHost(holder: PidIdentity, host: string): Promise<void> {
  if ((await cablesIn(holder)).includes(host)) await ipIn(holder, `unplug ${host}`, [`link del ${host}`]);
}
