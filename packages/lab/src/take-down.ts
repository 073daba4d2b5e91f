import { rm, rmdir } from 'node:fs/promises';
import { RestowError } from '@restow/shared/base/errors';
import { findCgroups, removeCgroup, thawCgroup } from './cgroups.ts';
import { runCommand } from './command.ts';
import { type LabPlace, memberVariable } from './lab-place.ts';
import { readState } from './lab-state.ts';
import { labLinkExists, listLeftovers } from './leftovers.ts';
import { removeOptContainerd } from './opt-containerd.ts';
import { endProgram, programsMarked, signalTo } from './pids.ts';

/** Ends every program of the lab: those that own children of their own are asked, the rest have their power cut. */
async function endPrograms(place: LabPlace): Promise<void> {
  const coordinator = readState(place)?.coordinator?.program;
  if (coordinator) await endProgram(coordinator, 3_000);
  // Again, until a look finds nobody: one of them may have been starting another.
  for (let look = 0; look < 10; look++) {
    const members = await programsMarked(memberVariable, place.id);
    if (members.length === 0) return;
    await Promise.all(members.map((member) => signalTo(member, 'SIGKILL')));
    await Promise.all((await findCgroups(`${place.id}-`)).map(thawCgroup));
    await Promise.all(members.map((member) => endProgram(member, 0)));
  }
  throw new RestowError('unavailable', `Programs of the lab in ${place.dir} keep coming back; see \`lab check\``);
}

/** The kernel removes the link too, some time after the switch at its other end is gone; whoever comes first. */
async function pullCable(place: LabPlace): Promise<void> {
  const { code, stderr } = await runCommand(['ip', 'link', 'del', place.link]);
  if (code !== 0 && (await labLinkExists(place)))
    throw new RestowError('unavailable', `Could not pull the lab's cable ${place.link}: ${stderr.trim()}`);
}

/**
 * Takes a lab away, all of it, whether it is whole, half built, or left by a crash; safe to repeat. It needs no record
 * of what was built: programs carry the lab's id in their environment, everything else in its name.
 */
export async function takeDown(place: LabPlace): Promise<void> {
  await endPrograms(place);
  await pullCable(place);
  await Promise.all((await findCgroups(`${place.id}-`)).map(removeCgroup));
  const everything = [
    place.hostDir(''),
    place.registryDir,
    place.coordinatorDir,
    place.logDir,
    `${place.stateFile}.next`,
  ];
  await Promise.all(everything.map((path) => rm(path, { recursive: true, force: true, maxRetries: 5 })));
  if (readState(place)?.madeOptContainerd) await removeOptContainerd();
  // The state file last: as long as anything is left, so is it.
  await rm(place.stateFile, { force: true });
  await rmdir(place.dir).catch((error: NodeJS.ErrnoException) => {
    // Somebody else's files may lie beside ours.
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error;
  });
  const left = await listLeftovers(place);
  if (left.length > 0)
    throw new RestowError('internal', `Taking the lab in ${place.dir} away left something behind:\n${left.join('\n')}`);
}
