import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootScript } from './boot-script.ts';
import { type Cable, soundCable } from './cable-faults.ts';
import { findCgroups, thawCgroup } from './cgroups.ts';
import { type CommandOptions, type CommandResult, runCommand } from './command.ts';
import { type LabPlace, memberEnvironment, memberVariable } from './lab-place.ts';
import type { LabSubnet } from './lab-subnet.ts';
import { endProgram, type PidIdentity, programsMarkedWithWord, signalTo } from './pids.ts';
import { spawnHolder } from './spawn-holder.ts';
import { connectHost, unplugHost } from './switch.ts';

/** A host of the lab before it runs: who it is. */
export interface HostName {
  name: string;
  address: string;
}

/** A running host. */
export interface Host extends HostName {
  /** Its pid 1, as the machine numbers it. */
  init: PidIdentity;
}

/** `n1`, `n2`, ... with their addresses. */
export const hostNames = (count: number, subnet: LabSubnet): HostName[] =>
  Array.from({ length: count }, (_, index) => ({ name: `n${index + 1}`, address: subnet.host(index + 1) }));

const etcHosts = (all: readonly HostName[], subnet: LabSubnet): string =>
  [
    '127.0.0.1 localhost',
    `${subnet.machine} machine`,
    ...all.map(({ name, address }) => `${address} ${name}`),
    '',
  ].join('\n');

/**
 * Boots a host: its own namespaces for mounts, pids, host name, ipc and network, its own /run, /etc and /sys, an address
 * on the lab's switch. Its disk (`hostDir`) is kept from an earlier boot, and so is what is wrong with its cable. No
 * engine runs in it yet.
 */
export async function bootHost(
  place: LabPlace,
  subnet: LabSubnet,
  labSwitch: PidIdentity,
  { name, address }: HostName,
  all: readonly HostName[],
  cable: Cable = soundCable,
): Promise<Host> {
  const disk = place.hostDir(name);
  await mkdir(disk, { recursive: true });
  await writeFile(join(disk, 'hosts'), etcHosts(all, subnet));
  await writeFile(join(disk, 'boot'), bootScript);
  await writeFile(join(disk, 'machine-id'), `${createHash('md5').update(`${place.id} ${name}`).digest('hex')}\n`);
  const namespaces = [
    '--mount',
    '--propagation',
    'private',
    '--pid',
    '--fork',
    '--kill-child',
    '--uts',
    '--ipc',
    '--net',
  ];
  const init = await spawnHolder(
    `host ${name}`,
    ['unshare', ...namespaces, 'sh', join(disk, 'boot'), name, disk],
    memberEnvironment(place),
  );
  const host = { name, address, init };
  await connectHost(labSwitch, subnet, host, cable.cut);
  return host;
}

/**
 * Cuts a host's power: its cable is away before its programs are, so nobody hears a last word of theirs; then all of
 * them go at once with its pid 1, also one that nobody came to write down.
 */
export async function cutPower(place: LabPlace, labSwitch: PidIdentity, { name }: HostName): Promise<void> {
  await unplugHost(labSwitch, name);
  // Its pid 1 and who waits for that outside, told apart before either ends: the end of one is the end of the other.
  const holders = await programsMarkedWithWord(memberVariable, place.id, join(place.hostDir(name), 'boot'));
  await Promise.all(holders.map((holder) => signalTo(holder, 'SIGKILL')));
  const cgroup = place.cgroup(name);
  const cgroups = (await findCgroups(cgroup)).filter((dir) => dir.endsWith(`/${cgroup}`));
  await Promise.all(cgroups.map(thawCgroup));
  await Promise.all(holders.map((holder) => endProgram(holder, 0)));
}

/** The command line that runs `argv` inside a host: in its namespaces, at its root directory. */
export const insideHost = (host: Host, argv: readonly string[]): string[] => [
  'nsenter',
  '-t',
  String(host.init.pid),
  ...['-m', '-u', '-i', '-n', '-p', '--'],
  ...argv,
];

/** Runs a command inside a host and returns what it said; its environment is the lab's, not ours. */
export const runInHost = (
  place: LabPlace,
  host: Host,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> =>
  runCommand(insideHost(host, argv), { ...options, env: { ...memberEnvironment(place), ...options.env } });
