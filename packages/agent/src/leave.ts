import { RestowError } from '@restow/shared/base/errors';
import { DockerEngine } from './engine/docker-engine.ts';
import { holdEngine } from './engine-lock.ts';
import { namesDir, removeNameFiles } from './names/name-files.ts';
import { KernelNetwork } from './network/kernel-network.ts';
import { networkNames } from './network/node-network.ts';
import { forgetNetwork } from './node-memory.ts';

export interface LeaveWishes {
  /** The agent's, whose files on names go too. */
  dataDir: string;
  dockerSocket: string;
  /** Leave the engine's networks, and containers on them, as they are: for an engine that is about to be ended. */
  kernelOnly: boolean;
}

/**
 * Takes away what an agent made on this machine beside containers and volumes: port map, forwarding rules, VXLAN device,
 * the two engine networks, what names lead to, and what network it was told of; the node keeps its id. Safe to repeat. Throws `busy` while an agent runs, `failed-precondition`, with nothing taken
 * away, while containers of ours are left or somebody else's are on our networks: they would lose their addresses.
 */
export const leave = async ({ dataDir, dockerSocket, kernelOnly }: LeaveWishes): Promise<void> => {
  const engine = new DockerEngine({ socketPath: dockerSocket, nodeId: '' });
  const letGo = await holdEngine((await engine.facts()).id);
  try {
    if (kernelOnly) return await new KernelNetwork().leave();
    const left = await engine.list();
    if (left.length > 0)
      throw new RestowError(
        'failed-precondition',
        `Containers of services are still on this node: ${left.map(({ containerName }) => containerName).join(', ')}. Remove their services first, or the containers (docker rm).`,
      );
    const guests = await engine.guests();
    if (guests.length > 0)
      throw new RestowError(
        'failed-precondition',
        `Containers that are not Restow's are on its networks: ${guests.join(', ')}. Take them off first (docker network disconnect -f ${Object.values(networkNames).join('|')} CONTAINER), or leave the networks to them with --kernel-only.`,
      );
    await new KernelNetwork().leave();
    await engine.removeNetworks();
    await removeNameFiles(namesDir(dataDir));
    await forgetNetwork(dataDir);
  } finally {
    await letGo();
  }
};
