import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { findCgroups } from './cgroups.ts';
import { mustRun } from './command.ts';
import { type LabPlace, memberVariable } from './lab-place.ts';
import { commandLineOf, programsMarked } from './pids.ts';

/** Whether the lab's link is among the machine's own. */
export async function labLinkExists(place: LabPlace): Promise<boolean> {
  const links = JSON.parse(await mustRun("read this machine's links", ['ip', '-j', 'link'])) as { ifname: string }[];
  return links.some(({ ifname }) => ifname === place.link);
}

const mountsBelow = async (dir: string): Promise<string[]> =>
  (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point === dir || point.startsWith(`${dir}/`));

/**
 * Everything of a lab that is on this machine, one line each; empty when there is nothing. Namespaces live exactly as
 * long as the programs in them (none is given a name), and the lab writes no firewall rule and no kernel setting of the
 * machine's own, so programs, one link, control groups, mounts and files are all there can be.
 */
export async function listLeftovers(place: LabPlace): Promise<string[]> {
  const [programs, cgroups, link, mounts] = await Promise.all([
    programsMarked(memberVariable, place.id),
    findCgroups(`${place.id}-`),
    labLinkExists(place),
    mountsBelow(place.dir),
  ]);
  const named = await Promise.all(
    programs.map(async (program) => `program ${program.pid}: ${(await commandLineOf(program)).slice(0, 3).join(' ')}`),
  );
  const files = [place.stateFile, place.hostDir(''), place.registryDir, place.coordinatorDir, place.logDir];
  return [
    ...named,
    ...(link ? [`link ${place.link}`] : []),
    ...cgroups.map((dir) => `control group ${dir}`),
    ...mounts.map((point) => `mount ${point}`),
    ...files.filter((file) => existsSync(file)).map((file) => `file ${file}`),
  ];
}
