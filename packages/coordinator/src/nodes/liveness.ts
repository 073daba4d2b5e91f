import type { Clock } from '@restow/shared/base/clock';
import { RestowError } from '@restow/shared/base/errors';
import type { Session } from './sessions.ts';

/** So many heartbeats may be missed, and a little more for the way, before a node counts as unreachable. */
const missedHeartbeats = 3;
const wayMs = 500;

/**
 * Ends the session when nothing was heard for three heartbeats: the agent hangs, or the network swallows what it says
 * without a word. Resolves when the session is over, by this or otherwise.
 */
export const endWhenSilent = async (
  session: Session,
  { clock, heartbeatMs, heardAt }: { clock: Clock; heartbeatMs: number; heardAt: () => number },
): Promise<void> => {
  const patienceMs = missedHeartbeats * heartbeatMs + wayMs;
  while (!session.over.aborted) {
    const left = heardAt() + patienceMs - clock.now();
    if (left <= 0) {
      session.end(
        new RestowError(
          'unavailable',
          `Nothing was heard of node ${session.nodeName} for ${((clock.now() - heardAt()) / 1000).toFixed(1)} s.`,
        ),
      );
      return;
    }
    await clock.sleep(left, session.over).catch((error: unknown) => {
      if (!session.over.aborted) throw error;
    });
  }
};
