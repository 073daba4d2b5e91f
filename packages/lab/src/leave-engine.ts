import { RestowError } from '@restow/shared/base/errors';
import { runCommand } from './command.ts';
import { builtProgram } from './programs.ts';

/**
 * Takes away what an agent set up for an engine. Returns why it may not, in the agent's words: one works there, or
 * containers of services are left; `null` when nothing of an agent is left. `--kernel-only` leaves the engine's networks
 * and containers as they are, for an engine that is about to be ended.
 */
export async function leaveEngine(socketPath: string, ...flags: '--kernel-only'[]): Promise<string | null> {
  const leave = [process.execPath, builtProgram('agent'), 'leave', '--docker-socket', socketPath, ...flags];
  const { code, stdout, stderr } = await runCommand(leave);
  return code === 0 ? null : `${stderr}${stdout}`.trim() || `\`agent leave\` ended with ${code}`;
}

/** Throws unless the engine is nobody's: a second coordinator would give its services addresses that are in use. */
export async function needFreeEngine(socketPath: string): Promise<void> {
  const refusal = await leaveEngine(socketPath);
  if (refusal !== null)
    throw new RestowError(
      'failed-precondition',
      `The demo needs an engine on which Restow does nothing yet. ${refusal}`,
    );
}
