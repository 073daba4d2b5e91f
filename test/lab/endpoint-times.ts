import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '@restow/lab/lab';
import { macOf } from '@restow/shared/domain/address';
import type { DeploymentView } from '@restow/shared/domain/view';

/** How long one move of a slot took to reach the nodes. Milliseconds. */
export interface MoveTimes {
  /** From the moment the coordinator wrote it until every node had said that it forwards so. */
  told: number;
  /** Until the last node's kernel did, as that kernel itself tells. */
  forwards: number;
}

/** What the kernels of all hosts tell of their forwarding entries from now on; `stop` resolves with it, by host. */
const watchEntries = (lab: Lab) => {
  const watches = lab.hosts.map(({ name }) => ({
    name,
    // Ends by itself when nobody stops it.
    ended: lab.exec(name, [
      'sh',
      '-c',
      'echo $$ > /run/watch-entries; TZ=UTC exec timeout 60 bridge -timestamp monitor fdb',
    ]),
  }));
  return async () => {
    await Promise.all(
      watches.map(({ name }) => lab.exec(name, ['sh', '-c', 'kill $(cat /run/watch-entries); rm /run/watch-entries'])),
    );
    return Promise.all(watches.map(async ({ name, ended }) => ({ name, said: (await ended).stdout })));
  };
};

/** When a kernel last changed an entry of that MAC since then, milliseconds since the epoch; `null`: never. */
const lastChange = (said: string, mac: string, since: number): number | null => {
  const lines = said.split('\n');
  const times = lines.flatMap((line, at) => {
    // `Timestamp: Sat Nov 21 02:31:09 2026 623118 usec`, and what happened then below it.
    const match = /^Timestamp: (.*) (\d+) usec$/.exec(line);
    return match && lines[at + 1]?.includes(mac) ? [Date.parse(`${match[1]} UTC`) + Number(match[2]) / 1000] : [];
  });
  const after = times.filter((time) => time >= since - 1);
  return after.length === 0 ? null : Math.max(...after);
};

/** Has `move` bring the only slot of a service, at `address`, to another node, and times the way of that news. */
export const timeMove = async (lab: Lab, address: string, move: () => Promise<DeploymentView>): Promise<MoveTimes> => {
  const stop = watchEntries(lab);
  const deployment = await move();
  const watched = await stop();
  const step = deployment.steps.find(({ name, phase }) => name === 'announce-endpoint' && phase === 'handover');
  if (!step?.endedAt) throw new Error(`Deployment ${deployment.number} announced nothing`);
  const changes = watched.map(({ name, said }) => {
    const at = lastChange(said, macOf(address), step.startedAt);
    if (at === null) throw new Error(`The kernel of ${name} told of no change for ${address}:\n${said}`);
    return at;
  });
  return { told: step.endedAt - step.startedAt, forwards: Math.max(...changes) - step.startedAt };
};

/** How long a host's agent takes from its start until it is in working order, where the host has nothing of it yet. Milliseconds. */
export const timeJoin = async (lab: Lab, host: string): Promise<number> => {
  await lab.stopAgent(host);
  await lab.exec(host, ['ip', 'link', 'del', 'rsvx0']);
  await lab.exec(host, ['ip', 'neigh', 'flush', 'dev', 'rsov0', 'nud', 'permanent']);
  await rm(join(lab.dir, 'hosts', host, 'agent', 'endpoints.json'), { force: true });
  const begun = performance.now();
  await lab.startAgent(host);
  return performance.now() - begun;
};

/** Entries of addresses of ours that a host's kernel has. */
export const entriesOf = async (lab: Lab, host: string): Promise<{ forwarding: number; neighbours: number }> => {
  const count = async (line: string) => Number((await lab.exec(host, ['sh', '-c', line])).stdout.trim());
  return {
    forwarding: await count("bridge fdb show dev rsvx0 | grep '^02:42:0a:07' | grep -c self"),
    neighbours: await count('ip neigh show dev rsov0 nud permanent | grep -c "^10.7"'),
  };
};
