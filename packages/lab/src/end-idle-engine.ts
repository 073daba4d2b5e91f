import { leaveEngine } from './leave-engine.ts';
import { type EngineInUse, stopOwnEngine } from './own-engine.ts';
import { runsOurs } from './runs-ours.ts';

/**
 * Ends the engine when it is one of our own, whoever started it, and neither a container of ours nor an
 * agent is on it any more. Returns whether it goes on for containers of ours.
 */
export const endIdleEngine = async (
  engine: EngineInUse,
  dir: string,
  say: (line: string) => void,
): Promise<{ goesOn: boolean }> => {
  if (!engine.isOurs) return { goesOn: false };
  if (await runsOurs(engine.socketPath)) return { goesOn: true };
  const refusal = await leaveEngine(engine.socketPath, '--kernel-only');
  if (refusal !== null) {
    say(`our own Docker Engine goes on, it is used: ${refusal}`);
    return { goesOn: false };
  }
  await stopOwnEngine(dir, say);
  return { goesOn: false };
};
