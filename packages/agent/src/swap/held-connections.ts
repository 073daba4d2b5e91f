import type { Clock } from '@restow/shared/base/clock';
import type { InspectedInstance } from '../engine/container-engine.ts';
import { tcpState } from '../network/handover/connections.ts';
import type { Connection } from '../network/handover/handovers.ts';
import type { NodeNetwork } from '../network/node-network.ts';

/** Time between two looks. Milliseconds; one costs two small files. */
const lookEveryMs = 100;

/** With somebody who called it and may still want something of it. */
const isHeld = ({ state }: Connection): boolean => state === tcpState.established || state === tcpState.closeWait;

/** Connections of its callers that an instance held when it was asked to end, and when it was last looked at. */
export interface Held {
  first: number;
  last: number;
}

/**
 * Does what ends an instance, and looks meanwhile at the connections its callers have to it. What it opened itself is not
 * counted: it knows best when it is done with that.
 */
export const watchHeld = async (
  { state, pid, address, nodeAddress }: Pick<InspectedInstance, 'state' | 'pid' | 'address' | 'nodeAddress'>,
  { network, clock }: { network: NodeNetwork; clock: Clock },
  end: () => Promise<void>,
): Promise<Held> => {
  if (state !== 'running' || pid === null || nodeAddress === null) {
    await end();
    return { first: 0, last: 0 };
  }
  const listening = new Set<number>();
  const look = async (): Promise<number | null> => {
    const connections = await network.handovers.connections(pid);
    if (connections === null) return null;
    // It closes its door first of all: what it listened on before counts.
    for (const { state, local } of connections) if (state === tcpState.listen) listening.add(local.port);
    return connections.filter(
      (each) => isHeld(each) && listening.has(each.local.port) && [address, nodeAddress].includes(each.local.address),
    ).length;
  };
  const first = (await look()) ?? 0;
  let last = first;
  const over = new AbortController();
  const looking = (async () => {
    for (;;) {
      await clock.sleep(lookEveryMs, over.signal).catch(() => undefined);
      const held = over.signal.aborted ? null : await look();
      if (held === null) return;
      last = held;
    }
  })();
  try {
    await end();
  } finally {
    over.abort();
    await looking;
  }
  return { first, last };
};

/** No application that waits for what it has begun ends so soon while it holds anything. Milliseconds. */
const atOnceMs = 100;

/**
 * How many of them were cut. The last thing a good application does is to finish its last request, and then it ends at
 * once with 0: what it held a moment before says nothing. One that is killed, or ends otherwise, or as soon as it is
 * asked, has not finished what it held. Pure.
 */
export const cutOf = ({ first, last }: Held, ended: { exitCode: number | null; tookMs: number }): number => {
  if (ended.exitCode !== 0) return last;
  return ended.tookMs < atOnceMs ? first : 0;
};
