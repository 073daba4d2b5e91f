import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { RestowError } from '@restow/shared/base/errors';
import type { Host } from './hosts.ts';
import { type LabPlace, memberVariable } from './lab-place.ts';
import { optContainerd } from './opt-containerd.ts';
import { identify, isRunning, type PidIdentity, programsMarked } from './pids.ts';

/** What a lab consists of, as far as it stands. Kept in a file, written before and after every step of `up`. */
export interface LabState {
  version: 1;
  id: string;
  /** ISO time at which `up` began, and who it was. */
  startedAt: string;
  startedBy: PidIdentity;
  /** `starting` until everything answers; a lab that stays there has lost its `up`. */
  phase: 'starting' | 'up';
  /** Such as `10.96.0.0/24`; empty before it is chosen. */
  subnet: string;
  /** Whether `/opt/containerd` is the lab's doing; see `opt-containerd.ts`. */
  madeOptContainerd: boolean;
  switch: PidIdentity | null;
  hosts: Host[];
  registry: { address: string; accessLog: string; program: PidIdentity } | null;
  coordinator: { address: string; dns: string; tokenFile: string; program: PidIdentity } | null;
  /** By host: the agent itself, as the machine numbers it. */
  agents: Record<string, PidIdentity>;
  /** By host: what answers DNS there. */
  names: Record<string, PidIdentity>;
}

export function readState(place: LabPlace): LabState | null {
  try {
    return JSON.parse(readFileSync(place.stateFile, 'utf8')) as LabState;
  } catch (error) {
    // A file cut short by a power failure says as much as none: `down` finds everything by the lab's id.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

export function writeState(place: LabPlace, state: LabState): void {
  const next = `${place.stateFile}.next`;
  writeFileSync(next, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(next, place.stateFile);
}

/** Whether a lab stands here, is on its way up, or left something behind. */
export type Standing = 'none' | 'starting' | 'up' | 'remains';

export async function standingOf(place: LabPlace): Promise<{ standing: Standing; state: LabState | null }> {
  const state = readState(place);
  if (state?.phase === 'starting' && (await isRunning(state.startedBy))) return { standing: 'starting', state };
  const members = await programsMarked(memberVariable, place.id);
  if (state?.phase === 'up' && members.length > 0) return { standing: 'up', state };
  return { standing: state === null && members.length === 0 ? 'none' : 'remains', state };
}

/** Takes the directory for a new lab: of two that come at the same time, one gets it and the other is refused. */
export async function claimPlace(place: LabPlace): Promise<LabState> {
  const self = await identify(process.pid);
  const state: LabState = {
    version: 1,
    id: place.id,
    startedAt: new Date().toISOString(),
    startedBy: self!,
    phase: 'starting',
    subnet: '',
    madeOptContainerd: !existsSync(optContainerd),
    switch: null,
    hosts: [],
    registry: null,
    coordinator: null,
    agents: {},
    names: {},
  };
  mkdirSync(place.dir, { recursive: true });
  try {
    writeFileSync(place.stateFile, `${JSON.stringify(state, null, 2)}\n`, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw alreadyThere(place, 'starting', null, cause);
  }
  return state;
}

/** The one sentence for a second `up`. */
export function alreadyThere(
  place: LabPlace,
  standing: Standing,
  state: LabState | null,
  cause?: unknown,
): RestowError {
  const what =
    standing === 'up'
      ? `A lab of ${state?.hosts.length} hosts is up in ${place.dir} since ${state?.startedAt}; use it, or take it away first with \`lab down\`.`
      : `Another \`lab up\` is at work in ${place.dir}${state ? ` (pid ${state.startedBy.pid})` : ''}; wait for it, or give this one a directory of its own by RESTOW_LAB_DIR.`;
  return new RestowError('failed-precondition', what, { cause });
}
