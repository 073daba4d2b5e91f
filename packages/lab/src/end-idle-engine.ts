import { mustRun } from './command.ts';
import { askEngine } from './engine-http.ts';
import { type EngineInUse, stopOwnEngine } from './own-engine.ts';
import { builtProgram } from './programs.ts';

/** Whether containers of ours run on the engine: then it must not be ended under them. */
const runsOurs = async (socketPath: string): Promise<boolean> => {
  const filters = encodeURIComponent(JSON.stringify({ label: ['io.restow.service'] }));
  const found = await askEngine(socketPath, `/containers/json?filters=${filters}`, AbortSignal.timeout(10_000));
  return (JSON.parse(found) as unknown[]).length > 0;
};

/**
 * Ends the engine when it is one of our own, whoever started it, and no container of ours runs on it any more.
 * Returns whether it goes on for containers of ours.
 */
export const endIdleEngine = async (
  engine: EngineInUse,
  dir: string,
  say: (line: string) => void,
): Promise<{ goesOn: boolean }> => {
  if (!engine.isOurs) return { goesOn: false };
  if (await runsOurs(engine.socketPath)) return { goesOn: true };
  await mustRun("take the agent's part of the network away", [
    process.execPath,
    builtProgram('agent'),
    ...['leave', '--kernel-only', '--docker-socket', engine.socketPath],
  ]);
  await stopOwnEngine(dir, say);
  return { goesOn: false };
};
