import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { endProgram, type PidIdentity, programsMarked } from './pids.ts';
import { builtProgram, type Launched, launchProgram } from './programs.ts';

/** How long it may take to end by itself. Milliseconds. */
const graceMs = 5000;

/** Its own mark, so that it is found again after those who started it have ended. */
const markOf = (dir: string) => ({
  name: 'RESTOW_NAMES_MEMBER',
  value: `names-${createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 6)}`,
});

/** Ends what answers DNS for the containers of this machine's agent, whose data is in `dir`; whoever started it. */
export const endLocalNames = async (dir: string): Promise<void> => {
  const { name, value } = markOf(dir);
  for (const program of await programsMarked(name, value)) await endProgram(program, graceMs);
};

/** The same, while it runs. */
export const localNames = async (dir: string): Promise<PidIdentity | null> => {
  const { name, value } = markOf(dir);
  const [program = null] = await programsMarked(name, value);
  return program;
};

/** Starts it, in place of one that runs. `ready` waits until it answers, which is when the agent has set the machine up. */
export const launchLocalNames = async (
  dir: string,
  files: { log: string; out: string },
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Launched> => {
  await endLocalNames(dir);
  const { name, value } = markOf(dir);
  return launchProgram(
    'restow-names',
    'names',
    [process.execPath, builtProgram('names'), '--data', join(dir, 'agent')],
    files,
    { ...env, [name]: value },
    signal,
  );
};
