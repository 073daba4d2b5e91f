import type { Clock } from '@restow/shared/base/clock';
import type { InspectedInstance } from '../engine/container-engine.ts';
import { tcpState } from '../network/handover/connections.ts';
import type { Connection } from '../network/handover/handovers.ts';
import type { NodeNetwork } from '../network/node-network.ts';

/** Time between two looks. Milliseconds; one costs two small files. */
const lookEveryMs = 100;

/** With somebody who called it and may still want something of it. */
const isHeld = ({ state }: Connection): boolean => state === tcpState.established || state === tcpState.closeWait;

/**
 * Does what ends an instance, and resolves with how many connections of its callers it held when it was last looked at
 * before its end. What it opened itself is not counted: it knows best when it is done with that.
 */
export const countHeld = async (
  { state, pid, address, nodeAddress }: Pick<InspectedInstance, 'state' | 'pid' | 'address' | 'nodeAddress'>,
  { network, clock }: { network: NodeNetwork; clock: Clock },
  end: () => Promise<void>,
): Promise<number> => {
  if (state !== 'running' || pid === null || nodeAddress === null) {
    await end();
    return 0;
  }
  const listening = new Set<number>();
  let held = 0;
  const look = async (): Promise<boolean> => {
    const connections = await network.handovers.connections(pid);
    if (connections === null) return false;
    // It closes its door first of all: what it listened on before counts.
    for (const { state, local } of connections) if (state === tcpState.listen) listening.add(local.port);
    held = connections.filter(
      (each) => isHeld(each) && listening.has(each.local.port) && [address, nodeAddress].includes(each.local.address),
    ).length;
    return true;
  };
  await look();
  const over = new AbortController();
  const looking = (async () => {
    do await clock.sleep(lookEveryMs, over.signal).catch(() => undefined);
    while (!over.signal.aborted && (await look()));
  })();
  try {
    await end();
  } finally {
    over.abort();
    await looking;
  }
  return held;
};
