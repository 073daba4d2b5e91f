import type { NodeFacts } from '@restow/shared/domain/node';
import type { AgentMessage } from '@restow/shared/rpc/wire-agent';
import type { AgentWorld } from './agent-world.ts';

/**
 * Says every `everyMs` that the agent lives, and what the machine is, until the signal is aborted. Liveness is this
 * agent's, not its engine's: with an engine that does not answer, the last known count goes out.
 */
export const sendHeartbeats = async (
  {
    engine,
    facts,
    clock,
  }: Pick<AgentWorld, 'facts' | 'clock'> & { engine: Pick<AgentWorld['engine'], 'countForeign'> },
  last: { facts: NodeFacts; foreignContainers: number },
  everyMs: number,
  send: (message: AgentMessage) => void,
  signal: AbortSignal,
): Promise<void> => {
  const known = { ...last };
  let asking = false;
  const ask = async () => {
    asking = true;
    const said = known.foreignContainers;
    try {
      known.facts = await facts();
      known.foreignContainers = await engine.countForeign();
    } catch {
      // What is known stays; an engine or disk that is away is reported by whoever needs it to act.
    } finally {
      asking = false;
    }
    // Strategies count them: the news does not wait for the next beat.
    if (known.foreignContainers !== said && !signal.aborted) send({ kind: 'heartbeat', ...known });
  };
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    send({ kind: 'heartbeat', ...known });
    if (!asking) void ask();
  }
};
